import { canonicalQuantity, isQuantity } from "#af/capacity/quantity";
import type { Data } from "./manifests";

/**
 * What Pulumi's Kubernetes provider makes of the inputs of a resource before the engine, the state and the packs see them: normalizeInputs in
 * https://github.com/pulumi/pulumi-kubernetes/blob/v4.34.2/provider/pkg/provider/provider.go, and Check of a Release in helm_release.go beside it. A test holds this
 * model against the provider itself.
 */
export function providerForm({ apiVersion, kind, ...rest }: Data): Data {
  const written = withoutNulls({ apiVersion, kind, ...rest }) as Data;
  if (holdsUnknown(written)) return withMetadata(written);
  if (/^helm\.sh\//.test(String(apiVersion))) return releaseInputs(written);
  if (/\./.test(String(apiVersion)) && !/\.k8s\.io\//.test(String(apiVersion))) return withMetadata(written);
  if (kind === "Secret") return withMetadata(secretInputs(written));
  const { spec, ...others } = rewritten(written, "") as Data;
  // The class of a claim is a pointer in Go, that of a volume is not.
  const { storageClassName, ...own } = (spec ?? {}) as Data;
  const classless = kind === "PersistentVolume" && storageClassName === "";
  return withMetadata({ ...others, ...(spec !== undefined && { spec: classless ? own : spec }) });
}

/** Fields whose empty value Go keeps, because they are pointers or have no `omitempty`. */
const KEPT = new Set([
  ...["storageClassName", "name", "type", "containers", "limits", "value:PriorityClass", "volumeMode", "maxUnavailable"],
  ...["replicas", "minAvailable", "maxSurge", "privileged", "allowPrivilegeEscalation", "automountServiceAccountToken", "suspend"],
  ...["allowVolumeExpansion", "allocateLoadBalancerNodePorts", "completions", "parallelism", "activeDeadlineSeconds", "podSelector"],
  ...["hostProcess", "runAsNonRoot", "runAsUser", "containerPort", "path", "provisioner", "mountPath", "nodeSelectorTerms", "maxReplicas"],
  ...["topologyKey", "whenUnsatisfiable", "maxSkew", "endpoints", "addresses", "preemptionPolicy", "terminationGracePeriodSeconds", "port"],
]);
const QUANTITIES = /^(hard|requests|limits|capacity|overhead|min|max|default|defaultRequest|maxLimitRequestRatio)$/;
const LABELS = /^(labels|annotations|nodeSelector|matchLabels|data|parameters|volumeAttributes)$/;

function rewritten(value: unknown, name: string): unknown {
  if (Array.isArray(value)) return value.map((element: unknown) => rewritten(element, ""));
  if (typeof value !== "object" || value === null) return /^(sizeLimit|divisor)$/.test(name) ? amount(value) : value;
  if (QUANTITIES.test(name)) return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, amount(each)]));
  if (LABELS.test(name)) return value;
  const pairs = Object.entries(value).map(([key, each]) => [key, rewritten(each, key)] as const);
  return Object.fromEntries(pairs.filter(([key, each]) => !saysNothing(key, each)));
}

function saysNothing(name: string, value: unknown): boolean {
  const isMap = typeof value === "object" && value !== null && !Array.isArray(value);
  if (isMap) return (LABELS.test(name) || QUANTITIES.test(name)) && Object.keys(value).length === 0;
  if (KEPT.has(name)) return false;
  return value === "" || value === 0 || value === false || (Array.isArray(value) && value.length === 0);
}

/** The whole object stays as it is if one amount is none; that makes no difference to the other fields here. */
function amount(value: unknown): unknown {
  return (typeof value === "string" || typeof value === "number") && isQuantity(String(value)) ? canonicalQuantity(value) : value;
}

function secretInputs({ stringData, ...rest }: Data): Data {
  if (typeof stringData !== "object" || stringData === null || Object.keys(stringData).length === 0)
    return { ...rest, ...(stringData !== undefined && { stringData }) };
  const encoded = Object.entries(stringData).map(([key, value]) => [key, Buffer.from(String(value)).toString("base64")]);
  return { ...rest, data: { ...(rest["data"] as object | undefined), ...(Object.fromEntries(encoded) as object) } };
}

function releaseInputs({ spec, ...rest }: Data): Data {
  const { compat: _, values = {}, repositoryOpts, ...options } = spec as Data;
  const noRepository = Object.fromEntries(["caFile", "certFile", "keyFile", "password", "username"].map((name) => [name, ""]));
  const switches = ["allowNullValues", "atomic", "cleanupOnFail", "skipAwait", "verify"].map((name) => [name, false]);
  const handedOn = options["allowNullValues"] === true ? values : withoutEmptyLists(values);
  const filled = repositoryOpts === undefined ? {} : { repositoryOpts: { ...noRepository, ...(repositoryOpts as Data) } };
  return {
    ...rest,
    spec: { ...Object.fromEntries(switches), description: "", keyring: "", timeout: 300, ...options, ...filled, values: handedOn },
  };
}

function withoutEmptyLists(value: unknown): unknown {
  if (Array.isArray(value)) {
    const elements = value.filter((element) => element !== null).map((element) => withoutEmptyLists(element) ?? null);
    return elements.length === 0 ? undefined : elements;
  }
  if (typeof value !== "object" || value === null) return value;
  const pairs = Object.entries(value).map(([name, each]) => [name, withoutEmptyLists(each)] as const);
  return Object.fromEntries(pairs.filter(([, each]) => each !== undefined && each !== null));
}

function withMetadata(object: Data): Data {
  const { metadata, ...rest } = object;
  if (typeof metadata !== "object" || metadata === null) return object;
  const { creationTimestamp: _, generation: __, managedFields: ___, resourceVersion: ____, uid: _____, ...kept } = metadata as Data;
  return { ...rest, metadata: kept };
}

/** The engine hands no null of an object on to the provider; those in a list stay. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== "object" || value === null) return value;
  const pairs = Object.entries(value).filter(([, each]) => each !== null && each !== undefined);
  return Object.fromEntries(pairs.map(([name, each]) => [name, withoutNulls(each)]));
}

function holdsUnknown(value: unknown): boolean {
  if (typeof value === "symbol") return true;
  return typeof value === "object" && value !== null && Object.values(value).some(holdsUnknown);
}
