import type { Kubernetes } from "../site/settings";
import { DNS_PORTS } from "./ports";

/** What the namespaces depend on in the kind of the cluster. */
export interface ClusterFacts {
  /** Where pods reach DNS: its namespace, and the port of the DNS pods. Network policies see that port, not the Service's. */
  readonly dns: { readonly namespace: string; readonly port: number };
  /** Labels of the namespace from which the cluster's own router connects; undefined if the cluster has no router. */
  readonly router: Readonly<Record<string, string>> | undefined;
  /** True if security context constraints bound a pod's user in addition to Pod Security. */
  readonly securityContextConstraints: boolean;
  /** Networks in CIDR notation, which policies tell apart by address. */
  readonly networks: { readonly hosts: readonly string[]; readonly pods: string; readonly services: string };
}

/**
 * Facts by the kind of the cluster. OKD's DNS and ingress operators decide its facts. OVN-Kubernetes applies a policy after it has replaced the
 * Service's address (https://docs.okd.io/latest/networking/network_security/network_policy/about-network-policy.html).
 */
const FACTS: Readonly<Record<Kubernetes["kind"], Omit<ClusterFacts, "networks">>> = {
  kubeadm: { dns: { namespace: "kube-system", port: DNS_PORTS.kubeadm }, router: undefined, securityContextConstraints: false },
  okd: {
    dns: { namespace: "openshift-dns", port: DNS_PORTS.okd },
    router: { "policy-group.network.openshift.io/ingress": "" },
    securityContextConstraints: true,
  },
};

/** The facts of a cluster. */
export function clusterFacts({ kind, hostCidrs, podCidr, serviceCidr }: Kubernetes): ClusterFacts {
  return { ...FACTS[kind], networks: { hosts: hostCidrs, pods: podCidr, services: serviceCidr } };
}
