import { UNKNOWN } from "./field";
import { isFields, type Fields } from "./fields";

/** The namespace of an object that names none, unless its kind has no namespace. */
const USUAL_NAMESPACE = "default";

/** Kinds without a namespace: those of Kubernetes (Namespaced in https://github.com/pulumi/pulumi-kubernetes/blob/v4.34.2/provider/pkg/kinds/kinds.go) and of cert-manager. */
const CLUSTER_WIDE = new Set([
  ...["APIService", "CSIDriver", "CSINode", "CertificateSigningRequest", "ClusterIssuer", "ClusterRole", "ClusterRoleBinding"],
  ...["CustomResourceDefinition", "DeviceClass", "FlowSchema", "IPAddress", "IngressClass", "MutatingWebhookConfiguration", "Namespace"],
  ...["Node", "PersistentVolume", "PriorityClass", "PriorityLevelConfiguration", "ResourceSlice", "RuntimeClass", "ServiceCIDR"],
  ...[
    "StorageClass",
    "ValidatingAdmissionPolicy",
    "ValidatingAdmissionPolicyBinding",
    "ValidatingWebhookConfiguration",
    "VolumeAttachment",
  ],
  ...["VolumeAttributesClass"],
]);

/** Annotation with which the provider marks a name that it made up (https://github.com/pulumi/pulumi-kubernetes/blob/v4.34.2/provider/pkg/metadata/naming.go). */
const AUTONAMED = "pulumi.com/autonamed";

/**
 * Name and namespace of a resource as the program declares them. The provider makes up a name where the program gives none, and puts an object that names no
 * namespace into `default`; as long as it does not know a custom kind, it does so with an object that has no namespace. Here a made-up name is not known yet,
 * and every object has the namespace that it will have.
 * @param urn ends with the resource's own name, from which the provider makes up that of a release.
 */
export function declaredForm(object: Fields, urn: string): Fields {
  const { kind } = object;
  const metadata = object["metadata"] ?? {};
  if (!isFields(metadata)) return object;
  const { name: written, namespace: given, annotations, ...rest } = metadata;
  const name = isMadeUp(metadata, urn) || written === undefined || written === null || written === "" ? UNKNOWN : written;
  const namespace = given === undefined || given === null || given === "" ? USUAL_NAMESPACE : given;
  const own = isFields(annotations) ? Object.fromEntries(Object.entries(annotations).filter(([key]) => key !== AUTONAMED)) : annotations;
  return {
    ...object,
    metadata: {
      ...rest,
      name,
      ...(!CLUSTER_WIDE.has(String(kind)) && { namespace }),
      ...(own !== undefined && { annotations: own }),
    },
  };
}

function isMadeUp({ name, annotations }: Fields, urn: string): boolean {
  if (typeof name !== "string") return false;
  if (isFields(annotations) && annotations[AUTONAMED] === "true") return true;
  const own = urn.split("::").at(-1) ?? "";
  return name.startsWith(`${own}-`) && /^[0-9a-f]{8}$/.test(name.slice(own.length + 1)) && /kubernetes:helm\.sh\/v\d+:Release::/.test(urn);
}
