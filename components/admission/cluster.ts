import { namespacesNamed, quoted, quotedList, type AdmissionPolicy } from "./policy";

/** Label of a namespace whose value is the level that the API server enforces there. */
const LEVEL = "pod-security.kubernetes.io/enforce";

/** Annotations by which a class is the default one of its kind, for {@link defaultClassPolicies} and for the rule of the packs. */
export const DEFAULT_CLASS = [
  {
    ...{ apiGroup: "storage.k8s.io", apiVersion: "v1", kind: "StorageClass", resource: "storageclasses" },
    // The older key counts too (https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/volume/util/storageclass.go).
    annotations: ["storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class"],
  },
  {
    ...{ apiGroup: "networking.k8s.io", apiVersion: "v1", kind: "IngressClass", resource: "ingressclasses" },
    annotations: ["ingressclass.kubernetes.io/is-default-class"],
  },
] as const;

/** A second default of a kind, which leaves it to the younger object's date what a claim or an Ingress without a class gets. */
export function defaultClassPolicies(): readonly AdmissionPolicy[] {
  return DEFAULT_CLASS.map(({ apiGroup, apiVersion, kind, resource, annotations }) => {
    const isDefault = (object: string) =>
      `(${annotations.map((key) => `${object}.metadata.?annotations[?${quoted(key)}].orValue("") == "true"`).join(" || ")})`;
    return {
      rule: "one-default-class",
      of: resource,
      ...{ apiGroup, apiVersion, resources: [resource] },
      changed: isDefault,
      faults: [
        `(params.metadata.name != object.metadata.name && ${isDefault("object")} && ${isDefault("params")} ? ["metadata.annotations make " + object.metadata.name + " the default, and " + params.metadata.name + " is"] : [])`,
      ],
      allowed: quoted(`one default ${kind} in the cluster`),
      comparesAll: { kind },
    };
  });
}

/** Services that open a port of every host, or that take traffic for an address of their own choice. Quotas count load balancers. */
export function servicePolicy(namespaces: readonly string[]): AdmissionPolicy {
  return {
    rule: "services-open-no-host-ports",
    ...{ apiGroup: "", apiVersion: "v1", resources: ["services"] },
    changed: (object) => `${object}.spec`,
    faults: [
      '(object.spec.?type.orValue("ClusterIP") == "NodePort" ? ["spec.type is NodePort"] : [])',
      'object.spec.?externalIPs.orValue([]).map(address, "spec.externalIPs has " + address)',
    ],
    allowed: quoted("spec.type ClusterIP or LoadBalancer, and no spec.externalIPs"),
    namespaces: { matchExpressions: [namespacesNamed(namespaces)] },
  };
}

/**
 * The label by which the API server's own admission holds the pods of a namespace: it is there, and is privileged only where operators need that.
 * @param privileged names of those namespaces.
 */
export function namespacePolicy(namespaces: readonly string[], privileged: readonly string[]): AdmissionPolicy {
  const level = (object: string) => `${object}.metadata.?labels[?${quoted(LEVEL)}].orValue("")`;
  const levels = `(object.metadata.name in ${quotedList(privileged)} ? ["restricted", "baseline", "privileged"] : ["restricted", "baseline"])`;
  return {
    rule: "namespaces-set-pod-security",
    ...{ apiGroup: "", apiVersion: "v1", resources: ["namespaces"] },
    changed: level,
    variables: { levels },
    faults: [
      `(${level("object")} in variables.levels ? [] : ["metadata.labels[${LEVEL}] is " + (${level("object")} == "" ? "missing" : ${level("object")})])`,
    ],
    allowed: 'variables.levels.join(", ")',
    namespaces: { matchExpressions: [namespacesNamed(namespaces)] },
  };
}
