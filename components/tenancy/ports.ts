/**
 * TCP port of the API server on its hosts (https://kubernetes.io/docs/reference/networking/ports-and-protocols/). Policies see this port and
 * the address of the host, not the Service `kubernetes` in front of them.
 */
export const API_SERVER_PORTS = [6443] as const;

/**
 * Ports, TCP and UDP, on which the cluster's DNS pods listen: CoreDNS as kubeadm installs it, and CoreDNS as OKD's DNS operator installs
 * it, without root (https://github.com/openshift/cluster-dns-operator/blob/master/assets/dns/service.yaml).
 */
export const DNS_PORTS = { kubeadm: 53, okd: 5353 } as const;

/**
 * Address of NodeLocal DNSCache, which answers on every host if the cluster has it
 * (https://kubernetes.io/docs/tasks/administer-cluster/nodelocaldns/).
 */
export const NODE_LOCAL_DNS = "169.254.20.10";
