import { bytes, larger, millicores } from "./quantity";

/** Quantities by resource name, as Kubernetes writes them: `{ cpu: "500m", memory: "1Gi" }`. */
export type ResourceList = Readonly<Record<string, string>>;

/** Amounts by resource name, exact: millicores for `cpu`, bytes (or a count) for everything else. */
export type Amounts = Readonly<Record<string, bigint>>;

/** What a container asks for: the part of a Kubernetes container that is read here. */
export interface ContainerResources {
  readonly resources?: { readonly requests?: ResourceList; readonly limits?: ResourceList };
  /** `Always` on an init container makes it a sidecar, which runs beside everything that starts after it. */
  readonly restartPolicy?: string;
}

/** What a pod asks for: the part of a Kubernetes pod spec that is read here. */
export interface PodResources {
  readonly containers: readonly ContainerResources[];
  readonly initContainers?: readonly ContainerResources[];
  readonly overhead?: ResourceList;
  /** Pod-level resources: where a resource is named here, the containers' sum does not count. */
  readonly resources?: { readonly requests?: ResourceList; readonly limits?: ResourceList };
}

/** An item of a LimitRange of type `Container`: the part that fills in what containers leave out. */
export interface ContainerDefaults {
  readonly default?: ResourceList;
  readonly defaultRequest?: ResourceList;
  readonly max?: ResourceList;
  readonly min?: ResourceList;
}

/** What a pod takes of a host (requests) and of a quota (both), in millicores, bytes and counts. */
export interface PodAmounts {
  readonly requests: Amounts;
  readonly limits: Amounts;
}

/** Resources that a pod may ask for as a whole (IsSupportedPodLevelResource). Huge pages are left out. */
export const OF_PODS = ["cpu", "memory"] as const;

/** Reads a quantity of a resource as an exact amount. */
type ReadQuantity = (resource: string, quantity: string) => bigint;

/**
 * One quantity as an exact amount: millicores for `cpu`, bytes or a count for everything else.
 * @throws {RangeError} if it is not a Kubernetes quantity.
 */
export function amountOf(resource: string, quantity: string): bigint {
  return resource === "cpu" ? millicores(quantity) : bytes(quantity);
}

/**
 * What the scheduler and the quota controller count for a pod, in millicores, bytes and counts: the larger of what all containers and sidecars ask for and
 * what the pod asks for at most while it starts, plus its overhead. What the pod says for itself as a whole comes before its containers. As PodRequests and
 * PodLimits do it: https://github.com/kubernetes/kubernetes/blob/v1.37.2/staging/src/k8s.io/component-helpers/resource/helpers.go
 * Of a pod that says something for itself, the API server first lifts a limit that all containers have to the pod's request (DefaultPodLevelResources in
 * https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/api/pod/util.go).
 * @param read decides the units of the answer; {@link amountOf} unless given.
 * @throws {RangeError} if one of its quantities is none.
 */
export function podAmounts(pod: PodResources, defaults: readonly ContainerDefaults[] = [], read: ReadQuantity = amountOf): PodAmounts {
  const filled = (container: ContainerResources) => containerAmounts(container, defaults, read);
  const parsed = (list?: ResourceList) => parsedBy(read, list);
  const containers = pod.containers.map(filled);
  const initContainers = (pod.initContainers ?? []).map((container) => ({
    ...filled(container),
    sidecar: container.restartPolicy === "Always",
  }));
  const perContainer = (kind: "requests" | "limits"): Amounts =>
    maximum(
      sumAmounts([...containers, ...initContainers.filter(({ sidecar }) => sidecar)].map((container) => container[kind])),
      startPeak(initContainers.map((container) => ({ amounts: container[kind], sidecar: container.sidecar }))),
    );
  const own = { requests: parsed(pod.resources?.requests), limits: parsed(pod.resources?.limits) };
  // A limit of the pod is its request where neither the pod nor a container asks for the resource.
  const requests = { ...own.limits, ...perContainer("requests"), ...own.requests };
  const limits = { ...perContainer("limits"), ...own.limits };
  if (Object.keys({ ...own.requests, ...own.limits }).length > 0)
    for (const resource of OF_PODS.filter((each) => own.limits[each] === undefined)) {
      const limit = limits[resource];
      const limited = [...containers, ...initContainers].every((container) => container.limits[resource] !== undefined);
      if (limited && limit !== undefined) limits[resource] = larger(requests[resource] ?? limit, limit);
    }
  const overhead = parsed(pod.overhead);
  // A pod without a limit gets none from its overhead.
  const added = Object.fromEntries(Object.entries(overhead).filter(([resource]) => resource in limits));
  return { requests: sumAmounts([requests, overhead]), limits: sumAmounts([limits, added]) };
}

/**
 * What one container asks for and is limited to. A limit without a request is the request; the LimitRanges of the namespace fill in the rest. The API server does
 * it in this order: https://github.com/kubernetes/kubernetes/blob/v1.37.2/plugin/pkg/admission/limitranger/admission.go
 * @param read decides the units of the answer.
 * @throws {RangeError} if one of its quantities is none.
 */
export function containerAmounts(
  { resources }: ContainerResources,
  defaults: readonly ContainerDefaults[],
  read: ReadQuantity,
): PodAmounts {
  const given = parsedBy(read, resources?.limits);
  const requests: Record<string, bigint> = { ...given, ...parsedBy(read, resources?.requests) };
  const limits: Record<string, bigint> = { ...given };
  for (const item of defaults) {
    const filled = filledDefaults(item);
    for (const [resource, amount] of Object.entries(parsedBy(read, filled.default))) limits[resource] ??= amount;
    for (const [resource, amount] of Object.entries(parsedBy(read, filled.defaultRequest))) requests[resource] ??= amount;
  }
  return { requests, limits };
}

/**
 * The defaults that an item of a LimitRange has once the API server has filled in what it leaves out: the default limit is `max`, and the default request is the
 * default limit, or else `min` (SetDefaults_LimitRangeItem in https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/apis/core/v1/defaults.go).
 */
export function filledDefaults(item: ContainerDefaults): Required<Pick<ContainerDefaults, "default" | "defaultRequest">> {
  const limits = { ...item.max, ...item.default };
  return { default: limits, defaultRequest: { ...item.min, ...limits, ...item.defaultRequest } };
}

/**
 * The one item that fills in what these items fill in one after the other: of each resource the first amount. With it a container is filled in once, however many
 * LimitRanges its namespace has.
 */
export function firstDefaults(items: readonly ContainerDefaults[]): ContainerDefaults {
  const [limits, requests]: readonly [Record<string, string>, Record<string, string>] = [{}, {}];
  for (const item of items) {
    const filled = filledDefaults(item);
    for (const [resource, quantity] of Object.entries(filled.default)) limits[resource] ??= quantity;
    for (const [resource, quantity] of Object.entries(filled.defaultRequest)) requests[resource] ??= quantity;
  }
  return { default: limits, defaultRequest: requests };
}

/** The sum of several amounts, resource by resource. A resource that one of them names is in the sum. */
export function sumAmounts(amounts: readonly Amounts[]): Amounts {
  const total: Record<string, bigint> = {};
  for (const each of amounts) for (const [resource, amount] of Object.entries(each)) total[resource] = (total[resource] ?? 0n) + amount;
  return total;
}

/** The amounts of `count` equal pods. */
export function multiplyAmounts(amounts: Amounts, count: number): Amounts {
  return Object.fromEntries(Object.entries(amounts).map(([resource, amount]) => [resource, amount * BigInt(count)]));
}

/** The most that is asked for during the start: init containers run one after the other, each beside the sidecars that started before it. */
function startPeak(initContainers: readonly { readonly amounts: Amounts; readonly sidecar: boolean }[]): Amounts {
  let beside: Amounts = {};
  let peak: Amounts = {};
  for (const { amounts, sidecar } of initContainers) {
    const now = sumAmounts([beside, amounts]);
    peak = maximum(peak, now);
    if (sidecar) beside = now;
  }
  return peak;
}

function maximum(a: Amounts, b: Amounts): Amounts {
  return { ...a, ...Object.fromEntries(Object.entries(b).map(([resource, amount]) => [resource, larger(amount, a[resource] ?? amount)])) };
}

function parsedBy(read: ReadQuantity, list: ResourceList = {}): Amounts {
  return Object.fromEntries(Object.entries(list).map(([resource, quantity]) => [resource, read(resource, quantity)]));
}
