/** Ports of the API server: its Service's, and the one that kubeadm gives it (https://kubernetes.io/docs/reference/networking/ports-and-protocols/). */
export const API_SERVER_PORTS = [443, 6443] as const;

/** Ports on which pods of the cluster's DNS listen: CoreDNS of kubeadm, and OpenShift's, which runs without root (https://github.com/openshift/cluster-dns-operator/blob/master/assets/dns/service.yaml). */
export const DNS_PORTS = { kubeadm: 53, okd: 5353 } as const;
