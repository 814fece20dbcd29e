/**
 * TCP ports of the API server: the one of its Service, and the one that kubeadm gives it
 * (https://kubernetes.io/docs/reference/networking/ports-and-protocols/).
 */
export const API_SERVER_PORTS = [443, 6443] as const;

/**
 * Ports, TCP and UDP, on which the cluster's DNS pods listen: CoreDNS as kubeadm installs it, and CoreDNS as OKD's DNS operator installs
 * it, without root (https://github.com/openshift/cluster-dns-operator/blob/master/assets/dns/service.yaml).
 */
export const DNS_PORTS = { kubeadm: 53, okd: 5353 } as const;
