import type { LabelSelector, PackHost, PackPod, PlacedPods, PodAffinityTerm } from "#af/capacity/packing/model";
import type { Requirement } from "#af/capacity/placement";

/** What is true of a small instance, found by walking through every state that any scheduler could bring about. */
export interface Truth {
  /** All pods can stand at once. */
  readonly packs: boolean;
  /** Names of the workloads of which a pod waits at the end of some run. */
  readonly waiting: ReadonlySet<string>;
  readonly states: number;
}

/** One pod of the instance with the host that it is on, or -1. */
type State = readonly number[];

/**
 * The scheduler as plainly as it can be written, pod by pod, evictions included: states are lists of hosts, pods are tried on every host, and a pod that no
 * host takes evicts any set of lesser pods of one host that makes room for it. It shares no code with the packer, and knows only what instances contain.
 */
export function truthOf(hosts: readonly PackHost[], workloads: readonly PackPod[]): Truth {
  const pods = workloads.flatMap((workload) => Array.from({ length: workload.count }, () => workload));
  const seen = new Set<string>();
  const waiting = new Set<string>();
  let packs = false;
  const pending: State[] = [pods.map(() => -1)];
  for (let state = pending.pop(); state !== undefined; state = pending.pop()) {
    const key = keyOf(state, workloads);
    if (seen.has(key)) continue;
    seen.add(key);
    const next = movesFrom(state, pods, hosts);
    pending.push(...next);
    if (!state.includes(-1)) packs = true;
    if (next.length === 0) state.forEach((host, pod) => host < 0 && waiting.add(pods[pod]?.name ?? ""));
  }
  return { packs, waiting, states: seen.size };
}

/** What stands and what is left once pods were placed one after the other. */
export interface Replayed {
  /** False if some pod was placed where a filter refused it. */
  readonly allowed: boolean;
  /** By name of the workload: how many of its pods are placed. */
  readonly placed: ReadonlyMap<string, number>;
  /** Names of the workloads of which one more pod is left, and some host takes it. */
  readonly open: ReadonlySet<string>;
}

/** Places the pods in this order on the hosts that are named, as a scheduler would that evicts none. */
export function replay(hosts: readonly PackHost[], workloads: readonly PackPod[], steps: readonly PlacedPods[]): Replayed {
  const pods = workloads.flatMap((workload) => Array.from({ length: workload.count }, () => workload));
  const state = pods.map(() => -1);
  let allowed = true;
  for (const { name, host, count } of steps)
    for (let one = 0; one < count; one += 1) {
      const next = pods.findIndex((pod, index) => pod.name === name && state[index] === -1);
      const at = hosts.findIndex((each) => each.name === host);
      allowed &&= next >= 0 && admits(state, pods, hosts, next, at);
      state[next] = at;
    }
  const left = pods.flatMap((pod, index) => (state[index] === -1 ? [{ pod, index }] : []));
  return {
    allowed,
    placed: new Map(
      workloads.map(({ name }) => [name, pods.filter((pod, index) => pod.name === name && (state[index] ?? -1) >= 0).length]),
    ),
    open: new Set(left.filter(({ index }) => hosts.some((_, at) => admits(state, pods, hosts, index, at))).map(({ pod }) => pod.name)),
  };
}

function keyOf(state: State, workloads: readonly PackPod[]): string {
  let from = 0;
  return workloads
    .map(({ count }) =>
      state
        .slice(from, (from += count))
        .toSorted()
        .join(),
    )
    .join("|");
}

function movesFrom(state: State, pods: readonly PackPod[], hosts: readonly PackHost[]): readonly State[] {
  return state.flatMap((at, pod) => {
    if (at >= 0) return [];
    const on = (host: number, from: State = state) => from.with(pod, host);
    const open = hosts.flatMap((_, host) => (admits(state, pods, hosts, pod, host) ? [on(host)] : []));
    if (open.length > 0 || pods[pod]?.preemptionPolicy === "Never") return open;
    return hosts.flatMap((_, host) => {
      const victims = lesserOn(state, pods, pod, host);
      // The scheduler first asks whether the host takes the pod without any of them.
      if (!admits(without(state, victims), pods, hosts, pod, host)) return [];
      return subsets(victims)
        .map((evicted) => without(state, evicted))
        .filter((left) => admits(left, pods, hosts, pod, host))
        .map((left) => on(host, left));
    });
  });
}

/** Pods of the host that the pod may evict. */
function lesserOn(state: State, pods: readonly PackPod[], pod: number, host: number): readonly number[] {
  return state.flatMap((at, other) => (at === host && (pods[other]?.priority ?? 0) < (pods[pod]?.priority ?? 0) ? [other] : []));
}

function subsets(items: readonly number[]): readonly (readonly number[])[] {
  return items.reduce<readonly (readonly number[])[]>((sets, item) => sets.flatMap((set) => [set, [...set, item]]), [[]]);
}

function without(state: State, evicted: readonly number[]): State {
  return evicted.reduce((left, pod) => left.with(pod, -1), state);
}

function admits(state: State, pods: readonly PackPod[], hosts: readonly PackHost[], index: number, at: number): boolean {
  const [pod, host] = [pods[index], hosts[at]];
  if (!pod || !host) throw new Error("no such pod or host");
  const placed = [
    ...hosts.flatMap((on, number) =>
      (on.standing ?? []).flatMap((each) => Array.from({ length: each.count }, () => ({ pod: each, host: on, number }))),
    ),
    ...state.flatMap((number, other) => {
      const [each, on] = [pods[other], hosts[number]];
      return each && on ? [{ pod: each, host: on, number }] : [];
    }),
  ];
  const here = placed.filter(({ number }) => number === at);
  const sharing = (key: string) => placed.filter((other) => host.labels[key] !== undefined && other.host.labels[key] === host.labels[key]);

  if (!eligible(pod, host) || !tolerates(pod, host)) return false;
  if (here.some((other) => clash(pod, other.pod))) return false;
  if (here.length + 1 > Number(host.allocatable["pods"] ?? 0n)) return false;
  for (const [resource, amount] of Object.entries(pod.requests)) {
    const taken = here.reduce((sum, other) => sum + (other.pod.requests[resource] ?? 0n), 0n);
    if (amount > 0n && taken + amount > (host.allocatable[resource] ?? 0n)) return false;
  }
  if ((pod.volumes ?? []).some((terms) => !terms.some((term) => has(host.labels, term.matchExpressions ?? [])))) return false;
  if (!spreads(pod, host, hosts, placed)) return false;

  const terms = pod.affinity ?? [];
  if (terms.some(({ topologyKey }) => host.labels[topologyKey] === undefined)) return false;
  const wanted = placed.filter((other) => terms.every((term) => means(term, pod, other.pod)));
  const first = wanted.every((other) => terms.every(({ topologyKey }) => other.host.labels[topologyKey] === undefined));
  if (!terms.every(({ topologyKey }) => sharing(topologyKey).some((other) => wanted.includes(other))))
    if (!first || !terms.every((term) => means(term, pod, pod))) return false;

  if ((pod.antiAffinity ?? []).some((term) => sharing(term.topologyKey).some((other) => means(term, pod, other.pod)))) return false;
  return !placed.some((other) =>
    (other.pod.antiAffinity ?? []).some((term) => means(term, other.pod, pod) && sharing(term.topologyKey).includes(other)),
  );
}

interface Standing {
  readonly pod: PackPod;
  readonly host: PackHost;
}

function spreads(pod: PackPod, host: PackHost, hosts: readonly PackHost[], placed: readonly Standing[]): boolean {
  const constraints = (pod.spread ?? []).filter(({ whenUnsatisfiable }) => whenUnsatisfiable === "DoNotSchedule");
  return constraints.every(
    ({ topologyKey, labelSelector, maxSkew, minDomains = 1, nodeAffinityPolicy = "Honor", nodeTaintsPolicy = "Ignore" }) => {
      const domain = host.labels[topologyKey];
      if (domain === undefined) return false;
      const counted = (other: PackHost) =>
        constraints.every((each) => other.labels[each.topologyKey] !== undefined) &&
        (nodeAffinityPolicy === "Ignore" || eligible(pod, other)) &&
        (nodeTaintsPolicy === "Ignore" || tolerates(pod, other));
      const counts = (other: PackPod) =>
        other.namespace === pod.namespace && matches(labelSelector, other) && JSON.stringify(labelSelector) !== "{}";
      const tally = new Map<string, number>(hosts.filter(counted).map(({ labels }) => [labels[topologyKey] ?? "", 0]));
      for (const other of placed)
        if (counted(other.host) && counts(other.pod))
          tally.set(other.host.labels[topologyKey] ?? "", (tally.get(other.host.labels[topologyKey] ?? "") ?? 0) + 1);
      const least = tally.size < minDomains ? 0 : Math.min(...tally.values());
      return (tally.get(domain) ?? 0) + (matches(labelSelector, pod) ? 1 : 0) - least <= maxSkew;
    },
  );
}

function eligible({ placement: { nodeSelector = {} } = {} }: PackPod, host: PackHost): boolean {
  return Object.entries(nodeSelector).every(([key, value]) => host.labels[key] === value);
}

function tolerates({ placement: { tolerations = [] } = {} }: PackPod, host: PackHost): boolean {
  return host.taints.every((taint) => tolerations.some(({ key }) => key === taint.key));
}

function clash(a: PackPod, b: PackPod): boolean {
  const anywhere = (ip: string | undefined) => ip === undefined || ip === "0.0.0.0";
  return (a.hostPorts ?? []).some((one) =>
    (b.hostPorts ?? []).some(
      (other) =>
        `${one.port}/${one.protocol ?? "TCP"}` === `${other.port}/${other.protocol ?? "TCP"}` &&
        (one.ip === other.ip || anywhere(one.ip) || anywhere(other.ip)),
    ),
  );
}

function means({ labelSelector, namespaces }: PodAffinityTerm, owner: PackPod, other: PackPod): boolean {
  return (namespaces ?? [owner.namespace]).includes(other.namespace) && matches(labelSelector, other);
}

function matches(selector: LabelSelector | undefined, { labels = {} }: PackPod): boolean {
  return (
    selector !== undefined &&
    Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value) &&
    has(labels, selector.matchExpressions ?? [])
  );
}

/** `In` and `NotIn` are the only operators that instances are made of. */
function has(labels: Readonly<Record<string, string>>, requirements: readonly Requirement[]): boolean {
  return requirements.every(({ key, operator, values = [] }) => (operator === "In") === values.includes(labels[key] ?? ""));
}
