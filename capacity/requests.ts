import { bytes, millicores } from "./quantity";

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
 * @throws {RangeError} if one of its quantities is none.
 */
export function podAmounts(pod: PodResources, defaults: readonly ContainerDefaults[] = []): PodAmounts {
  const filled = (container: ContainerResources) => withDefaults(container, defaults);
  const containers = pod.containers.map(filled);
  const initContainers = (pod.initContainers ?? []).map((container) => ({
    ...filled(container),
    sidecar: container.restartPolicy === "Always",
  }));
  const amounts = (kind: "requests" | "limits"): Amounts => {
    const overhead = parsed(pod.overhead);
    const perContainer = maximum(
      sumAmounts([...containers, ...initContainers.filter(({ sidecar }) => sidecar)].map((container) => container[kind])),
      startPeak(initContainers.map((container) => ({ amounts: container[kind], sidecar: container.sidecar }))),
    );
    const total = { ...perContainer, ...parsed(kind === "requests" ? podRequests(pod) : pod.resources?.limits) };
    // A pod without a limit gets none from its overhead.
    const added = kind === "requests" ? overhead : Object.fromEntries(Object.entries(overhead).filter(([resource]) => resource in total));
    return sumAmounts([total, added]);
  };
  return { requests: amounts("requests"), limits: amounts("limits") };
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

/** A limit without a request is the request; the namespace's LimitRange fills in the rest. The API server does it in this order. */
function withDefaults({ resources }: ContainerResources, defaults: readonly ContainerDefaults[]): PodAmounts {
  const given = parsed(resources?.limits);
  const requests: Record<string, bigint> = { ...given, ...parsed(resources?.requests) };
  const limits: Record<string, bigint> = { ...given };
  for (const item of defaults) {
    const limit = { ...parsed(item.max), ...parsed(item.default) };
    const request = { ...parsed(item.min), ...limit, ...parsed(item.defaultRequest) };
    for (const [resource, amount] of Object.entries(limit)) limits[resource] ??= amount;
    for (const [resource, amount] of Object.entries(request)) requests[resource] ??= amount;
  }
  return { requests, limits };
}

/** A pod-level limit without a request is its request, as for containers. */
function podRequests({ resources }: PodResources): ResourceList {
  return { ...resources?.limits, ...resources?.requests };
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
  const larger: Record<string, bigint> = { ...a };
  for (const [resource, amount] of Object.entries(b)) if (amount > (larger[resource] ?? -1n)) larger[resource] = amount;
  return larger;
}

function parsed(list: ResourceList = {}): Amounts {
  return Object.fromEntries(Object.entries(list).map(([resource, quantity]) => [resource, amountOf(resource, quantity)]));
}
