import type { Kubernetes } from "../site/settings";
import { DNS_PORTS } from "./ports";

/** What namespaces need to know about the kind of cluster they lie in. */
export interface ClusterFacts {
  /** Where pods reach DNS: namespace, and the port of the pods behind its Service, which is what policies see. */
  readonly dns: { readonly namespace: string; readonly port: number };
  /** Labels of the namespace from which the cluster's own router comes in; undefined where there is none. */
  readonly router: Readonly<Record<string, string>> | undefined;
  /** True where a pod's user is bounded by security context constraints besides Pod Security. */
  readonly securityContextConstraints: boolean;
}

/**
 * Facts by kind of cluster. On OKD its DNS and ingress operators decide them, and OVN-Kubernetes judges a packet after it has replaced the
 * Service's address (https://docs.okd.io/latest/networking/network_security/network_policy/about-network-policy.html).
 */
export function clusterFacts({ kind }: Kubernetes): ClusterFacts {
  switch (kind) {
    case "kubeadm":
      return { dns: { namespace: "kube-system", port: DNS_PORTS.kubeadm }, router: undefined, securityContextConstraints: false };
    case "okd":
      return {
        dns: { namespace: "openshift-dns", port: DNS_PORTS.okd },
        router: { "policy-group.network.openshift.io/ingress": "" },
        securityContextConstraints: true,
      };
  }
}
