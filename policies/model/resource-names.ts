/** Which names of resources the API server takes in one place, and how that is said to a person. */
export interface ResourceNames {
  readonly has: (name: string) => boolean;
  readonly allowed: string;
}

/**
 * Names without a domain that a quota may bound (`standardQuotaResources` in
 * https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/apis/core/helper/helpers.go).
 */
export const QUOTA_NAMES = [
  ...["cpu", "memory", "ephemeral-storage", "requests.cpu", "requests.memory", "requests.storage", "requests.ephemeral-storage"],
  ...["limits.cpu", "limits.memory", "limits.ephemeral-storage", "pods", "resourcequotas", "services", "replicationcontrollers", "secrets"],
  ...["configmaps", "persistentvolumeclaims", "services.nodeports", "services.loadbalancers"],
];

/** A name with a domain before it, such as `nvidia.com/gpu` (`IsQualifiedName` of apimachinery). */
const QUALIFIED =
  /^(?=[^/]{1,253}\/)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\/[A-Za-z0-9]([-\w.]{0,61}[A-Za-z0-9])?$/;

/** What Kubernetes itself gives to containers. */
const OWN = ["cpu", "memory", "ephemeral-storage"];
/** What the names of huge pages begin with; their size follows. */
export const HUGE_PAGES = "hugepages-";

/**
 * Resources of a container, and of an item of a LimitRange about containers or pods (`ValidateContainerResourceName` in
 * https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/apis/core/validation/validation.go).
 */
export const CONTAINER_RESOURCES: ResourceNames = {
  has: (name) => OWN.includes(name) || name.startsWith(HUGE_PAGES) || isOfDevices(name),
  allowed: `${OWN.join(", ")}, ${HUGE_PAGES}<size>, or a name with a domain such as example.org/gpu`,
};

/** Resources that a pod has as a whole (`validatePodResourceName` in the same file). */
export const POD_RESOURCES: ResourceNames = {
  has: (name) => name === "cpu" || name === "memory" || name.startsWith(HUGE_PAGES),
  allowed: `cpu, memory, ${HUGE_PAGES}<size>`,
};

/** Resources of an item of a LimitRange about anything else, such as claims or images of OpenShift (`validateResourceName` in the same file). */
const OTHER_RESOURCES: ResourceNames = {
  has: (name) => name === "storage" || QUOTA_NAMES.includes(name) || /^(requests\.)?hugepages-/.test(name) || QUALIFIED.test(name),
  allowed: "storage, or a name with a domain such as openshift.io/images",
};

/** What an item of a LimitRange of that type may bound. */
export function limitedResources(type: string): ResourceNames {
  return type === "Container" || type === "Pod" ? CONTAINER_RESOURCES : OTHER_RESOURCES;
}

/** Names of device plugins; what begins as the key of a quota does is none, and a name of Kubernetes' own domain is. */
function isOfDevices(name: string): boolean {
  return QUALIFIED.test(name) && (name.includes("kubernetes.io/") || (!name.startsWith("requests.") && QUALIFIED.test(`requests.${name}`)));
}
