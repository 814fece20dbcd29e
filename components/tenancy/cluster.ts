import type { Kubernetes } from "../site/settings";

/** What namespaces have to know of the kind of cluster that they lie in. */
export interface ClusterFacts {
  /** Where pods reach DNS: namespace, and the port of the pods behind its Service, which is what policies see. */
  readonly dns: { readonly namespace: string; readonly port: number };
  /** Labels of the namespace from which the cluster's own router comes in; undefined where there is none. */
  readonly router: Readonly<Record<string, string>> | undefined;
  /** True where a pod's user is bounded by security context constraints besides Pod Security. */
  readonly securityContextConstraints: boolean;
}

/** Facts by kind of cluster (OKD: operators of DNS and ingress; OVN-Kubernetes judges a packet after the Service's address is replaced). */
export function clusterFacts({ kind }: Kubernetes): ClusterFacts {
  switch (kind) {
    case "kubeadm":
      return { dns: { namespace: "kube-system", port: 53 }, router: undefined, securityContextConstraints: false };
    case "okd":
      return {
        dns: { namespace: "openshift-dns", port: 5353 },
        router: { "policy-group.network.openshift.io/ingress": "" },
        securityContextConstraints: true,
      };
  }
}
