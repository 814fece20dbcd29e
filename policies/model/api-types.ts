/**
 * What Kubernetes' own types say about a field of a built-in kind, by the field's name, as far as a rule may see it. A value that Go leaves out when it writes an
 * object says nothing: an empty list or map, and an empty text, 0 or false in a field that is no pointer
 * (https://github.com/kubernetes/kubernetes/tree/v1.37.2/staging/src/k8s.io/api). A value of a wrong type is never left out, so rules refuse it.
 */

/** Lists. */
export const LISTS = new Set([
  ...["accessModes", "add", "addresses", "allowedTopologies", "args", "claims", "command", "containers", "drop", "egress", "endpoints"],
  ...["env", "envFrom", "ephemeralContainers", "except", "externalIPs", "finalizers", "from", "hostAliases", "imagePullSecrets", "ingress"],
  ...["initContainers", "items", "limits", "loadBalancerSourceRanges", "matchExpressions", "matchFields", "matchLabelKeys", "metrics"],
  ...["mountOptions", "namespaces", "nodeSelectorTerms", "ownerReferences", "policyTypes", "ports"],
  ...["preferredDuringSchedulingIgnoredDuringExecution", "readinessGates", "requiredDuringSchedulingIgnoredDuringExecution"],
  ...["resizePolicy", "schedulingGates", "scopes", "sources", "supplementalGroups", "sysctls", "taints", "to", "tolerations"],
  ...["topologySpreadConstraints", "values", "volumeClaimTemplates", "volumeDevices", "volumeMounts", "volumes"],
]);

/** Maps of texts. Their keys are free, and a value that is empty in them is meant. */
export const TEXTS_BY_NAME = new Set([
  ...["annotations", "binaryData", "data", "labels", "matchLabels", "nodeSelector", "options", "parameters", "stringData"],
  ...["volumeAttributes"],
]);

/** Maps of quantities, by name of the resource. */
export const QUANTITIES = new Set([
  ...["allocatable", "capacity", "default", "defaultRequest", "hard", "limits", "max", "maxLimitRequestRatio", "min", "overhead"],
  ...["requests"],
]);

/** Quantities. */
export const QUANTITY = new Set(["averageValue", "capacity", "divisor", "maximumVolumeSize", "sizeLimit"]);

/** Texts that are no pointers. The class of a claim is one: a claim of class "" is bound to no class. */
export const TEXTS = new Set([
  ...["action", "apiVersion", "clusterIP", "concurrencyPolicy", "description", "dnsPolicy", "effect", "externalName"],
  ...["externalTrafficPolicy", "fieldPath", "generateName", "group", "host", "hostIP", "image", "imagePullPolicy", "ip", "key"],
  ...["loadBalancerIP", "medium", "name", "namespace", "nodeName", "operator", "path", "persistentVolumeReclaimPolicy", "podCIDR"],
  ...["podManagementPolicy", "priorityClassName", "protocol", "providerID", "resource", "schedulerName", "scheme", "secretName"],
  ...["serviceAccount", "serviceAccountName", "sessionAffinity", "subPath", "subPathExpr", "subdomain", "terminationMessagePath"],
  ...["terminationMessagePolicy", "topologyKey", "type", "value", "volumeName", "whenUnsatisfiable", "workingDir"],
]);

/** Numbers that are no pointers; 0 is the default of all of them. */
export const NUMBERS = new Set([
  ...["failureThreshold", "healthCheckNodePort", "hostPort", "initialDelaySeconds", "minReadySeconds", "nodePort", "periodSeconds"],
  ...["successThreshold"],
]);

/** Switches that are no pointers; off is the default of all of them. */
export const SWITCHES = new Set([
  ...["globalDefault", "hostIPC", "hostNetwork", "hostPID", "paused", "publishNotReadyAddresses", "readOnly", "stdin", "stdinOnce", "tty"],
  ...["unschedulable"],
]);
