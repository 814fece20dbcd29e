import { changesThatHelp, describeChange, type SiteChange } from "../../capacity/packing/remedy";
import { placesAll } from "../../capacity/packing/layout";
import { workloadId, type PackHost, type PackPod } from "../../capacity/packing/model";
import { provesToFit, type Proof } from "../../capacity/packing/prove";
import { bytes, canonicalQuantity, millicores } from "../../capacity/quantity";
import { EVENT_LABEL } from "../../components/hub/placeholders";
import { POOL_LABEL } from "../../components/nodes/labels";
import { EPHEMERAL } from "../../components/nodes/schedulable";
import { hostsOf } from "../../components/nodes/settings";
import { EFFORT } from "../../policies/capacity/packing-results";
import type { OnDemandPods } from "../../policies/capacity/on-demand";
import type { PackFacility } from "../../policies/capacity/pack-facility";
import type { Site } from "../../stacks/site/schema";
import { editsText, longerList, valueEdit, type SiteEdit } from "./site-edits";

/** What is to be changed, and about which hosts and pods it is asked. */
export interface Question {
  readonly facility: PackFacility;
  readonly site: Site;
  readonly hosts: readonly PackHost[];
  readonly pods: readonly PackPod[];
  readonly proof: Proof;
  /** Workloads that have no place; none where only the order of placing decides. */
  readonly missing: Proof["pods"];
}

/** A change of the site that helps, and what it is in the site file. */
export interface CapacityAdvice {
  readonly change: SiteChange;
  readonly edits: readonly SiteEdit[];
}

/** Label of a Node that holds its own name. */
const HOSTNAME = "kubernetes.io/hostname";

/**
 * The changes that help, the smallest first and `most` at most. Where pods have no place, a change helps if they have one after it; where only the order of
 * placing decides, it helps if every order places them after it. Only what the site file can say is advised: it has no key for the tolerations and the labels
 * of a chart, and what the platform runs is not for fewer users.
 */
export function capacityAdvice(question: Question, most: number): readonly CapacityAdvice[] {
  const { hosts, pods, proof, missing } = question;
  const [unsure, places] = missing.length > 0 ? [{ ...proof, pods: missing }, placesAll] : [proof, provesToFit];
  const fit: typeof provesToFit = (changed, changedPods, options) =>
    places(changed, [...changedPods, ...broughtAlong(changed, hosts, changedPods)], options);
  const isPossible = (change: SiteChange) => adviceOf(change, question).length > 0;
  const changes = changesThatHelp(hosts, pods, unsure, { ...EFFORT, poolLabel: POOL_LABEL, fit, isPossible, most });
  return changes.flatMap((change) => adviceOf(change, question));
}

/** An advice as people read it: what to change, and where the site file says it. */
export function adviceText({ change, edits }: CapacityAdvice): string {
  return `${describeChange(change)} (${editsText(edits)})`;
}

/** What runs on every host of a pool by the host's own name, such as a daemon for each disk, comes with a further host too. */
function broughtAlong(hosts: readonly PackHost[], present: readonly PackHost[], pods: readonly PackPod[]): readonly PackPod[] {
  const known = new Set(present.map(({ name }) => name));
  return hosts
    .filter(({ name }) => !known.has(name))
    .flatMap(({ name, labels }) => {
      const model = present.find((host) => host.labels[POOL_LABEL] === labels[POOL_LABEL]);
      return pods
        .filter(({ placement }) => model !== undefined && placement?.nodeSelector?.[HOSTNAME] === model.name)
        .map((pod) => ({
          ...pod,
          name: `${pod.name} on ${name}`,
          placement: { ...pod.placement, nodeSelector: { ...pod.placement?.nodeSelector, [HOSTNAME]: name } },
        }));
    });
}

/** The change with what it is in the site file; nothing if the site file cannot say it. */
function adviceOf(change: SiteChange, { facility, site }: Question): readonly CapacityAdvice[] {
  switch (change.kind) {
    case "toleration":
    case "label":
      return [];
    case "fewer pods": {
      const brought = facility.onDemand.find(({ pod }) => workloadId(pod) === workloadId(change.pod));
      return brought === undefined ? [] : fewerPods(change, brought, site);
    }
    case "larger hosts":
      return largerHosts(change, site);
    case "more hosts":
      return moreHosts(change, site);
  }
}

type Change<Kind extends SiteChange["kind"]> = Extract<SiteChange, { readonly kind: Kind }>;

/** One or two values, each of which has to stay at least 1, and how many pods fewer they make. */
function lowered(
  change: Change<"fewer pods">,
  values: readonly { readonly steps: SiteEdit["steps"]; readonly now: number }[],
  each = 1,
): readonly CapacityAdvice[] {
  const by = Math.ceil(change.by / each);
  if (values.some(({ now }) => now <= by)) return [];
  return [{ change: { ...change, by: by * each }, edits: values.map(({ steps, now }) => valueEdit(steps, now - by, now)) }];
}

function fewerPods(
  change: Change<"fewer pods">,
  { profile, object, pod }: OnDemandPods,
  { hub, servicex }: Site,
): readonly CapacityAdvice[] {
  if (profile !== undefined) {
    const index = hub.profiles.findIndex(({ name }) => name === profile);
    const { atOnce } = hub.profiles[index] ?? {};
    const users = { steps: ["hub", "users", "concurrent"], now: hub.users.concurrent };
    // The first profile takes what the others leave, so that fewer servers of another one alone would be more of the first.
    return lowered(change, [users, ...(atOnce === undefined ? [] : [{ steps: ["hub", "profiles", index, "atOnce"], now: atOnce }])]);
  }
  const { dask } = hub;
  if (dask.kind === "gateway" && pod.name === "Dask schedulers")
    return lowered(change, [{ steps: ["hub", "dask", "clusters", "atOnce"], now: dask.clusters.atOnce }]);
  if (dask.kind === "gateway" && pod.name === "Dask workers")
    return lowered(change, [{ steps: ["hub", "dask", "workers", "max"], now: dask.workers.max }], dask.clusters.atOnce);
  if (servicex.kind === "servicex" && pod.name === "transformers")
    return lowered(
      change,
      [{ steps: ["servicex", "transformers", "max"], now: servicex.transformers.max }],
      servicex.transformers.requests,
    );
  const event = hub.events.findIndex(({ name }) => name === object.root.at("metadata", "labels", EVENT_LABEL).text());
  const size = hub.events[event]?.servers.findIndex((_, index) => object.name === `event-${hub.events[event]?.name}-${index}`) ?? -1;
  const now = hub.events[event]?.servers[size]?.count;
  return now === undefined ? [] : lowered(change, [{ steps: ["hub", "events", event, "servers", size, "count"], now }]);
}

function largerHosts(change: Change<"larger hosts">, { nodes, hub }: Site): readonly CapacityAdvice[] {
  const { pool, resource, by } = change;
  const capacity = nodes[pool]?.capacity;
  // Servers that fill a host grow with it.
  if (capacity === undefined || hub.profiles.some(({ fills }) => fills?.pool === pool)) return [];
  const edit = (key: "cpu" | "memory" | "ephemeral", value: string, from: string) => [
    { change, edits: [valueEdit(["nodes", pool, "capacity", key], value, from)] },
  ];
  if (resource === "cpu") return edit("cpu", canonicalQuantity(`${millicores(capacity.cpu) + by}m`), capacity.cpu);
  if (resource === "memory") return edit("memory", bytesText(bytes(capacity.memory) + by), capacity.memory);
  if (resource !== EPHEMERAL || capacity.ephemeral === undefined) return [];
  // The kubelet keeps back a tenth of the disk.
  const disk = bytes(capacity.ephemeral) + (by * 10n) / 9n;
  return edit("ephemeral", bytesText(disk), capacity.ephemeral);
}

/** Bytes as a size of the site file, rounded up to whole mebibytes. */
function bytesText(amount: bigint): string {
  return canonicalQuantity(`${(amount + 2n ** 20n - 1n) / 2n ** 20n}Mi`);
}

function moreHosts(change: Change<"more hosts">, site: Site): readonly CapacityAdvice[] {
  const edits = furtherHosts(site, change.pool, change.by);
  return edits === undefined ? [] : [{ change, edits }];
}

/** What further hosts of a pool are in the site file; undefined if there is no such pool. */
export function furtherHosts({ nodes, data: { cache } }: Site, pool: string, by: number): readonly SiteEdit[] | undefined {
  const runs = nodes[pool]?.runs;
  if (runs === undefined) return undefined;
  const present = hostsOf(nodes);
  const names = present.filter((host) => host.pool === pool).map(({ name }) => name);
  const hosts = longerList(["nodes", pool, "hosts"], names, by, (number) => `another-${pool}-${number}`);
  if (cache.kind !== "xcache" || !runs.includes("cache")) return [hosts];
  const cached = present.filter((host) => nodes[host.pool]?.runs.includes("cache")).length;
  const told = cache.servers ?? [];
  const missing = cached + by - told.length;
  // Several caches stand behind a redirector, with a name and an address each; the addresses are the site's to choose.
  const server = (number: number) => ({ host: `another-${number}.${cache.host}`, address: "0.0.0.0" });
  return [hosts, longerList(["data", "cache", "servers"], told, missing, server)];
}
