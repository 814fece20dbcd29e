import { layout } from "../../../capacity/packing/layout";
import { workloadId, type PackHost, type PackPod, type PlacedPods } from "../../../capacity/packing/model";
import type { PackingVerdict } from "../../../capacity/packing/prove";
import { staysOnItsHost } from "../../../capacity/packing/questions/losses";
import { mayStandOn } from "../../../capacity/packing/selectors";
import { byCodeUnits } from "../../../capacity/packing/reasons";
import { DOMAIN_LABEL, domainLosses, drains } from "../../../policies/capacity/packing-results";
import type { PackFacility } from "../../../policies/capacity/pack-facility";
import { verdictAfter } from "../capacity";
import { placedOn } from "../host-use";

/** Pods of one workload on a host. */
export interface Standing {
  readonly pod: PackPod;
  /** How many of them have moved here from another host. */
  readonly moved: number;
}

/** The facility in one state: everything in place, or some hosts lost and their pods started elsewhere. */
export interface Scene {
  readonly id: string;
  readonly kind: "now" | "host" | "domain";
  readonly title: string;
  readonly verdict: PackingVerdict;
  readonly lost: readonly string[];
  /** Pods by host, without those of DaemonSets. */
  readonly hosts: ReadonlyMap<string, readonly Standing[]>;
  /** Pods that find no place, each workload once with its count. */
  readonly waiting: readonly PackPod[];
  /** Pods that are gone with the lost hosts, because no other host may run them. */
  readonly gone: readonly PackPod[];
}

/** The scenes of a facility: everything in place, then each host lost, then each failure domain lost. */
export function scenesOf(facility: PackFacility, verdict: PackingVerdict): readonly [Scene, ...Scene[]] {
  const { hosts, pods } = facility;
  const placed = layout(hosts, pods);
  const before = new Map(hosts.map((host) => [host.name, placedOn(host, placed, pods)]));
  const now = sceneOf({ id: "now", kind: "now", title: "everything in place", verdict, lost: [] }, facility, before, placed, []);
  const hostScenes = hosts.map(({ name }) => {
    const loss = drains(facility).find(({ loss: { hosts: lost, same } }) => lost.includes(name) || same.includes(name))?.loss;
    return { kind: "host", title: name, verdict: loss ? verdictAfter(loss) : verdict, lost: [name] } as const;
  });
  const domainScenes = domainLosses(facility).map((loss) => {
    const { hosts: lost } = loss;
    const domain = hosts.find(({ name }) => name === lost[0])?.labels[DOMAIN_LABEL] ?? "";
    return { kind: "domain", title: domain, verdict: verdictAfter(loss), lost } as const;
  });
  return [now, ...[...hostScenes, ...domainScenes].map((facts, index) => without({ id: `loss-${index}`, ...facts }, facility, before))];
}

type SceneHead = Pick<Scene, "id" | "kind" | "title" | "verdict" | "lost">;
type ByHost = ReadonlyMap<string, readonly PackPod[]>;

/** Places the pods of lost hosts anew. Pods on other hosts stay, unless a pod of higher priority would have to wait otherwise. */
function without(facts: SceneHead, facility: PackFacility, before: ByHost): Scene {
  const left = facility.hosts.filter(({ name }) => !facts.lost.includes(name));
  const homeless = facts.lost.flatMap((name) => before.get(name) ?? []);
  const gone = homeless.filter((pod) => staysOnItsHost(pod) || !left.some((host) => mayStandOn(pod, host)));
  const survivors = left.flatMap(({ name }) => (before.get(name) ?? []).map((pod) => ({ name, pod })));
  const settle = (stays: (pod: PackPod, host: string) => boolean): Settled => {
    const standing = left.map((host) => ({
      ...host,
      standing: [...(host.standing ?? []), ...onesOf(before.get(host.name) ?? [], (pod) => stays(pod, host.name))],
    }));
    const toPlace = merged([
      ...homeless.filter((pod) => !gone.includes(pod)),
      ...survivors.filter(({ name, pod }) => !stays(pod, name)).map(({ pod }) => pod),
    ]);
    const kept = survivors.filter(({ name, pod }) => stays(pod, name)).map(({ name, pod }) => placedAt(pod, name));
    const placed = layout(standing, toPlace);
    return { placed: [...kept, ...placed], waiting: missing(toPlace, placed) };
  };
  const priority = Math.max(...settle(() => true).waiting.map(priorityOf));
  const yields = (pod: PackPod): boolean => priorityOf(pod) < priority;
  const best = makingRoom(
    left.map(({ name }) => name).filter((name) => survivors.some(({ name: host, pod }) => host === name && yields(pod))),
    (opened) => settle((pod, host) => !opened.includes(host) || !yields(pod)),
  );
  return { ...sceneOf(facts, facility, before, best.placed, gone), waiting: best.waiting };
}

/** Makes room on one host after another, as the scheduler preempts pods, as long as fewer pods wait afterwards. */
function makingRoom(hosts: readonly string[], settle: (opened: readonly string[]) => Settled, opened: readonly string[] = []): Settled {
  const now = settle(opened);
  const others = hosts.filter((name) => !opened.includes(name)).map((name) => [...opened, name]);
  const [next] = others
    .map((more) => ({ more, settled: settle(more) }))
    .filter(({ settled }) => compareWaiting(settled, now) < 0)
    .sort((a, b) => compareWaiting(a.settled, b.settled));
  return next === undefined ? now : makingRoom(hosts, settle, next.more);
}

/** Where pods are placed, and which find no place. */
interface Settled {
  readonly placed: readonly PlacedPods[];
  readonly waiting: readonly PackPod[];
}

/** Less than zero if fewer pods wait in the first; pods of higher priority are compared first. */
function compareWaiting(a: Settled, b: Settled): number {
  const priorities = [...new Set([...a.waiting, ...b.waiting].map(priorityOf))].sort((x, y) => y - x);
  const count = ({ waiting }: Settled, priority: number) =>
    waiting.reduce((sum, pod) => sum + (priorityOf(pod) === priority ? pod.count : 0), 0);
  return priorities.map((priority) => count(a, priority) - count(b, priority)).find((difference) => difference !== 0) ?? 0;
}

function sceneOf(
  facts: SceneHead,
  { hosts, pods }: PackFacility,
  before: ByHost,
  placed: readonly PlacedPods[],
  gone: readonly PackPod[],
): Scene {
  const content = hosts
    .filter(({ name }) => !facts.lost.includes(name))
    .map((host) => [host.name, placedOn(host, placed, pods).map((pod) => ({ pod, moved: movedTo(host, pod, before) }))] as const);
  return { ...facts, hosts: new Map(content), waiting: missing(pods, placed), gone: merged(gone) };
}

function movedTo({ name }: PackHost, pod: PackPod, before: ByHost): number {
  const there = before.get(name)?.find((each) => workloadId(each) === workloadId(pod))?.count ?? 0;
  return Math.max(0, pod.count - there);
}

/** Each pod by itself. The pods of a workload are one and the same object, by which the packer knows that they are alike. */
function onesOf(pods: readonly PackPod[], stays: (pod: PackPod) => boolean): readonly PackPod[] {
  return pods.filter(stays).flatMap((pod) => new Array<PackPod>(pod.count).fill({ ...pod, count: 1 }));
}

/** Counts the pods of each workload together. */
function merged(pods: readonly PackPod[]): readonly PackPod[] {
  const counts = new Map<string, PackPod>();
  for (const pod of pods) counts.set(workloadId(pod), { ...pod, count: pod.count + (counts.get(workloadId(pod))?.count ?? 0) });
  return [...counts.values()].sort((a, b) => byCodeUnits(workloadId(a), workloadId(b)));
}

function missing(pods: readonly PackPod[], placed: readonly PlacedPods[]): readonly PackPod[] {
  return pods.flatMap((pod) => {
    const there = placed.filter((each) => workloadId(each) === workloadId(pod)).reduce((sum, { count }) => sum + count, 0);
    return there < pod.count ? [{ ...pod, count: pod.count - there }] : [];
  });
}

function placedAt({ namespace, name, count }: PackPod, host: string): PlacedPods {
  return { namespace, name, host, count };
}

function priorityOf({ priority = 0 }: PackPod): number {
  return priority;
}
