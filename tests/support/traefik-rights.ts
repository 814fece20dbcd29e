import type { TraefikValues } from "#af/components/charts/traefik";
import type { ClusterObject } from "#af/sandbox/cluster/client";

const READ = ["get", "list", "watch"];

/**
 * What the chart makes for the account of Traefik and for TLS, for the values that this project sets: with `rbac.namespaced` a role in each namespace of the
 * providers and in its own, and none for the whole cluster
 * (https://github.com/traefik/traefik-helm-chart/blob/v41.3.0/traefik/templates/rbac/role.yaml, rolebinding.yaml beside it, and tlsoption.yaml above it).
 */
export function traefikRights(
  { providers, tlsOptions }: TraefikValues,
  { release, namespace }: { readonly release: string; readonly namespace: string },
): readonly ClusterObject[] {
  const [routes, ingresses] = [providers.kubernetesCRD, providers.kubernetesIngress].map((each) => [namespace, ...each.namespaces]);
  const all = [...new Set([...(ingresses ?? []), ...(routes ?? [])])].sort();
  const apiVersion = "rbac.authorization.k8s.io/v1";
  return [
    { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: release, namespace }, automountServiceAccountToken: false },
    ...all.flatMap((place): readonly ClusterObject[] => [
      {
        apiVersion,
        kind: "Role",
        metadata: { name: release, namespace: place },
        rules: [
          { apiGroups: [""], resources: ["configmaps", "services"], verbs: READ },
          { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: ["list", "watch"] },
          { apiGroups: [""], resources: ["pods"], verbs: ["get"] },
          { apiGroups: [""], resources: ["secrets"], verbs: READ },
          ...(ingresses?.includes(place) && providers.kubernetesIngress.enabled
            ? [
                { apiGroups: ["extensions", "networking.k8s.io"], resources: ["ingresses"], verbs: READ },
                { apiGroups: ["extensions", "networking.k8s.io"], resources: ["ingresses/status"], verbs: ["update"] },
              ]
            : []),
          ...(routes?.includes(place) ? [{ apiGroups: ["traefik.io"], resources: KINDS, verbs: READ }] : []),
        ],
      },
      {
        apiVersion,
        kind: "RoleBinding",
        metadata: { name: release, namespace: place },
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: release },
        subjects: [{ kind: "ServiceAccount", name: release, namespace }],
      },
    ]),
    ...Object.entries(tlsOptions).map(([name, spec]) => ({
      apiVersion: "traefik.io/v1alpha1",
      kind: "TLSOption",
      metadata: { name, namespace },
      spec,
    })),
  ];
}

const KINDS = [
  ...["ingressroutes", "ingressroutetcps", "ingressrouteudps", "middlewares", "middlewaretcps", "tlsoptions", "tlsstores"],
  ...["traefikservices", "serverstransports", "serverstransporttcps"],
];
