import { selects, toleratesTaintsOf } from "../placement";
import { formatBytes, formatCpu, larger } from "../quantity";
import { grouped } from "./grouped";
import { workloadId, type PackHost, type PackPod } from "./model";
import { provesToFit, type Proof, type ProveOptions } from "./prove";
import { byCodeUnits } from "./reasons";
import { least } from "./questions/searching";
import { mayStandOn } from "./selectors";

/** One change of the site with which everything fits. */
export type SiteChange =
  | { readonly kind: "toleration"; readonly pod: PackPod; readonly key: string; readonly pool: string }
  | { readonly kind: "label"; readonly pod: PackPod; readonly labels: Readonly<Record<string, string>>; readonly pool: string }
  | { readonly kind: "fewer pods"; readonly pod: PackPod; readonly by: number }
  /** `by` on each host of the pool. */
  | { readonly kind: "larger hosts"; readonly pool: string; readonly resource: string; readonly by: bigint }
  | { readonly kind: "more hosts"; readonly pool: string; readonly like: string; readonly by: number };

/** What a change is looked for by. */
export interface RemedyOptions extends ProveOptions {
  /** Label whose values name the pools. */
  readonly poolLabel: string;
  /** What makes a change help; {@link provesToFit} if not said. */
  readonly fit?: typeof provesToFit;
  /** True for a change that somebody can make, whatever it helps, such as one that leaves a workload its last pod; all if not said. Others are not tried. */
  readonly isPossible?: (change: SiteChange) => boolean;
  /** How many changes are wanted; all if not said. Once so many are found, further kinds of change are not tried. */
  readonly most?: number;
}

const GIBIBYTE = 2n ** 30n;

/** Steps in which hosts are made larger: 1 CPU, 1 GiB of memory, 10 GiB of disk. Our choice: docs/sources.md, Capacity. */
const STEPS: Readonly<Record<string, bigint>> = { cpu: 1000n, memory: GIBIBYTE, "ephemeral-storage": 10n * GIBIBYTE };

/** No change asks for more further hosts than this. Our choice: docs/sources.md, Capacity. */
const MOST_HOSTS = 8;

/**
 * Changes with which everything fits, the smallest first: a toleration or a label, fewer pods, larger hosts (at most twice as large as the largest of the pool),
 * more hosts. One step less of a change does not help. Empty if everything fits already, or if no single change helps, made as large as it may be.
 * @throws {RangeError} as {@link provesToFit}.
 */
export function changesThatHelp(
  hosts: readonly PackHost[],
  pods: readonly PackPod[],
  proof: Proof,
  { poolLabel, fit = provesToFit, isPossible = () => true, most = Infinity, ...options }: RemedyOptions,
): readonly SiteChange[] {
  if (proof.verdict === "fits") return [];
  const unsure = proof.pods.filter(({ verdict }) => verdict !== "fits");
  const waiting = unsure.map(({ pod }) => pod);
  const fits = (changedHosts: readonly PackHost[], changedPods: readonly PackPod[]) =>
    fit(changedHosts, changedPods, { ...options, suspects: waiting });
  const pools = [...grouped(hosts, ({ labels }) => labels[poolLabel] ?? "")].sort(([a], [b]) => byCodeUnits(a, b));
  const lacking = Object.keys(STEPS).filter((resource) =>
    unsure.some(({ refusals }) => refusals.some(({ reason }) => reason.endsWith(` ${resource}`))),
  );

  const replaced = (pod: PackPod, by: PackPod) => pods.map((each) => (each === pod ? by : each));
  const opened = (wanted: number) =>
    unsure
      .flatMap(({ pod }) => pools.flatMap(([pool, members]) => openings(pod, pool, members)))
      .filter(isPossible)
      .filter((change) =>
        fits(
          hosts.map((host) => relabelled(host, change, poolLabel)),
          replaced(change.pod, tolerating(change)),
        ),
      )
      .slice(0, wanted);
  const inTheWay = () => pods.filter((pod) => !waiting.includes(pod) && waiting.some((other) => sharesHosts(pod, other, hosts)));
  const thinned = (): readonly Search[] =>
    [...waiting, ...inTheWay()].map((pod) => ({
      // A workload that has its place may give up pods for others, but not its last one.
      limit: waiting.includes(pod) ? pod.count : pod.count - 1,
      size: 1n,
      helps: (fewer) => fits(hosts, replaced(pod, { ...pod, count: pod.count - fewer })),
      change: (by) => ({ kind: "fewer pods", pod, by }),
    }));
  const enlarged = (): readonly Search[] =>
    pools.flatMap(([pool, members]) =>
      lacking.map((resource) => {
        const step = STEPS[resource] ?? 1n;
        const largest = members.reduce((most, { allocatable }) => larger(most, allocatable[resource] ?? 0n), 0n);
        const by = (steps: number) => BigInt(steps) * step;
        return {
          limit: Number(largest / step),
          size: step,
          helps: (steps) =>
            fits(
              hosts.map((host) => (members.includes(host) ? withMore(host, resource, by(steps)) : host)),
              pods,
            ),
          change: (steps) => ({ kind: "larger hosts", pool, resource, by: by(steps) }),
        };
      }),
    );
  const extended = (): readonly Search[] =>
    pools.flatMap(([pool, [model]]) => {
      if (!model) return [];
      const further = (more: number) => Array.from({ length: more }, (_, index) => another(model, index + 1));
      return [
        {
          limit: MOST_HOSTS,
          size: 1n,
          helps: (more) => fits([...hosts, ...further(more)], pods),
          change: (by) => ({ kind: "more hosts", pool, like: model.name, by }),
        },
      ];
    });
  const kinds: readonly ((wanted: number) => readonly SiteChange[])[] = [
    opened,
    ...[thinned, enlarged, extended].map((searches) => (wanted: number) => smallest(wanted, searches(), isPossible)),
  ];
  return kinds.reduce<readonly SiteChange[]>((found, kind) => (found.length < most ? [...found, ...kind(most - found.length)] : found), []);
}

/** A change that can be made in steps, and what each number of steps comes to. */
interface Search {
  /** Most steps. */
  readonly limit: number;
  /** What one step counts for beside changes of the same kind. */
  readonly size: bigint;
  readonly helps: (steps: number) => boolean;
  readonly change: (steps: number) => SiteChange;
}

/** The `wanted` smallest changes that help, the smallest first. Nothing is searched for above the size of those that are found already. */
function smallest(wanted: number, searches: readonly Search[], isPossible: (change: SiteChange) => boolean): readonly SiteChange[] {
  const found: { readonly size: bigint; readonly change: SiteChange }[] = [];
  for (const { limit, size, helps, change } of searches) {
    if (!isPossible(change(1))) continue;
    const greatest = found[wanted - 1]?.size;
    const steps = least(greatest === undefined ? limit : Math.min(limit, Number((greatest - 1n) / size)), helps);
    if (steps === undefined || !isPossible(change(steps))) continue;
    found.push({ size: BigInt(steps) * size, change: change(steps) });
    found.sort((a, b) => Number(a.size - b.size));
  }
  return found.slice(0, wanted).map(({ change }) => change);
}

/** A change as an instruction to people. */
export function describeChange(change: SiteChange): string {
  switch (change.kind) {
    case "toleration":
      return `let ${workloadId(change.pod)} tolerate ${change.key}, so that it may use pool ${change.pool}`;
    case "label":
      return `label pool ${change.pool} with ${Object.entries(change.labels)
        .map(([key, value]) => `${key}=${value}`)
        .join(",")}, so that ${workloadId(change.pod)} may use it`;
    case "fewer pods":
      return `${change.by} fewer of ${workloadId(change.pod)}: ${change.pod.count - change.by} instead of ${change.pod.count}`;
    case "larger hosts": {
      const amount = change.resource === "cpu" ? `${formatCpu(change.by)} CPU` : `${formatBytes(change.by)} ${change.resource}`;
      return `${amount} more in each host of pool ${change.pool}`;
    }
    case "more hosts":
      return `${change.by} more ${change.by === 1 ? "host" : "hosts"} like ${change.like} in pool ${change.pool}`;
  }
}

type Opening = Extract<SiteChange, { readonly kind: "toleration" | "label" }>;

function sharesHosts(a: PackPod, b: PackPod, hosts: readonly PackHost[]): boolean {
  return hosts.some((host) => mayStandOn(a, host) && mayStandOn(b, host));
}

/** The label or the tolerations that would open the pool to the pod; none if both labels and taints keep it out. */
function openings(pod: PackPod, pool: string, [model]: readonly PackHost[]): readonly Opening[] {
  if (!model) return [];
  const { placement = {} } = pod;
  const [tolerated, selected] = [toleratesTaintsOf(placement, model), selects(placement, model)];
  const labels = placement.nodeSelector ?? {};
  if (tolerated && !selected && selects(placement, { ...model, labels: { ...model.labels, ...labels } }))
    return [{ kind: "label", pod, labels, pool }];
  if (tolerated || !selected) return [];
  return [...new Set(model.taints.map(({ key }) => key))].map((key) => ({ kind: "toleration", pod, key, pool }));
}

function tolerating(change: Opening): PackPod {
  const { pod } = change;
  if (change.kind === "label") return pod;
  return {
    ...pod,
    placement: { ...pod.placement, tolerations: [...(pod.placement?.tolerations ?? []), { key: change.key, operator: "Exists" }] },
  };
}

function relabelled(host: PackHost, change: Opening, poolLabel: string): PackHost {
  if (change.kind === "toleration" || (host.labels[poolLabel] ?? "") !== change.pool) return host;
  return { ...host, labels: { ...host.labels, ...change.labels } };
}

function withMore(host: PackHost, resource: string, by: bigint): PackHost {
  return { ...host, allocatable: { ...host.allocatable, [resource]: (host.allocatable[resource] ?? 0n) + by } };
}

/** A further host like `model`. It has a name of its own, and so have the labels that hold the model's name. */
function another(model: PackHost, number: number): PackHost {
  const name = `${model.name} (another ${number})`;
  const labels = Object.entries(model.labels).map(([key, value]) => [key, value === model.name ? name : value] as const);
  return { ...model, name, labels: Object.fromEntries(labels) };
}
