import { hostEquivalence } from "../alike";
import { grouped } from "../grouped";
import { workloadId, type PackHost, type PackPod } from "../model";
import { packingProblemOf } from "../problem";
import { prove, type Proof, type ProveOptions, type PackingVerdict } from "../prove";
import { byCodeUnits } from "../reasons";
import { mayStandOn, termMeans } from "../selectors";

/** What happens if some hosts are lost. */
export interface Loss {
  readonly hosts: readonly string[];
  /** Hosts in all alike to the one that is lost: losing one of these instead comes to the same. */
  readonly same: readonly string[];
  readonly proof: Proof;
  /** Pods that go with the lost hosts, for nothing else may run them: daemons of their disks, and pods that cannot leave a volume there. */
  readonly gone: readonly PackPod[];
  /** What is asked of the hosts that are left: all but what is gone. */
  readonly asked: readonly PackPod[];
}

/** Each loss, sorted by host or domain, and the worst of them: verdict first, then most pods that wait. Undefined without hosts. */
export interface Losses {
  readonly each: readonly Loss[];
  readonly worst: Loss | undefined;
}

export interface LossOptions extends ProveOptions {
  /** How what is left is proved; {@link prove} if not said. */
  readonly proof?: typeof prove;
}

/** Any one host lost, its DaemonSets' pods with it. Hosts that are alike are proved once. */
export function withoutEachHost(hosts: readonly PackHost[], pods: readonly PackPod[], options: LossOptions = {}): Losses {
  const problem = packingProblemOf(hosts, pods);
  const alike = hostEquivalence(problem);
  const groups = grouped([...problem.hosts.entries()], ([index]) => alike[index]);
  return lossesOf(
    [...groups.values()].flatMap(([first, ...others]) =>
      first ? [{ ...withoutHosts(hosts, pods, [first[1]], options), same: others.map(([, { name }]) => name) }] : [],
    ),
  );
}

/** Any one failure domain lost, by the label that names it; hosts without the label are lost with none. */
export function withoutEachDomain(
  hosts: readonly PackHost[],
  pods: readonly PackPod[],
  topologyKey: string,
  options: LossOptions = {},
): Losses {
  const domains = grouped(
    hosts.filter(({ labels }) => labels[topologyKey] !== undefined),
    ({ labels }) => labels[topologyKey] ?? "",
  );
  return lossesOf([...domains].sort(([a], [b]) => byCodeUnits(a, b)).map(([, members]) => withoutHosts(hosts, pods, members, options)));
}

/** These hosts lost at once. */
export function withoutHosts(
  hosts: readonly PackHost[],
  pods: readonly PackPod[],
  lost: readonly PackHost[],
  { proof = prove, ...options }: LossOptions = {},
): Loss {
  const names = new Set(lost.map(({ name }) => name));
  const left = hosts.filter(({ name }) => !names.has(name));
  const parted = pods.map((pod) => ({ pod, away: goneOf(pod, lost, left) }));
  const gone = parted.flatMap(({ pod, away }) => counted(pod, away));
  const asked = parted.flatMap(({ pod, away }) => counted(pod, pod.count - away));
  return { hosts: [...names].sort(byCodeUnits), same: [], proof: proof(left, asked, options), gone: [...gone].sort(byIdentity), asked };
}

/** True if a pod of the workload never leaves its host: it has volumes that are on hosts, and no two of them stand on one. */
export function staysOnItsHost(pod: PackPod): boolean {
  const { volumes = [], antiAffinity = [] } = pod;
  return volumes.length > 0 && antiAffinity.some((term) => term.topologyKey === HOSTNAME && termMeans(term, pod, pod));
}

/** How many of the workload's pods go with the lost hosts. */
function goneOf(pod: PackPod, lost: readonly PackHost[], left: readonly PackHost[]): number {
  const able = (hosts: readonly PackHost[]) => hosts.filter((host) => mayStandOn(pod, host)).length;
  const [lostOnes, leftOnes] = [able(lost), able(left)];
  if (leftOnes === 0) return lostOnes > 0 ? pod.count : 0;
  return staysOnItsHost(pod) ? Math.min(lostOnes, Math.max(0, pod.count - leftOnes)) : 0;
}

/** The workload with so many pods: itself where these are all, for it is known by that. */
function counted(pod: PackPod, count: number): readonly PackPod[] {
  if (count === pod.count) return [pod];
  return count === 0 ? [] : [{ ...pod, count }];
}

/** Label by which a kubelet tells its host. */
const HOSTNAME = "kubernetes.io/hostname";

/** Pods known to wait. */
export function waitingIn({ pods }: Proof): number {
  return pods.reduce((sum, { waiting }) => sum + waiting, 0);
}

const BADNESS: Readonly<Record<PackingVerdict, number>> = { fits: 0, "at risk": 1, "does not fit": 2 };

function lossesOf(each: readonly Loss[]): Losses {
  const isWorse = (a: Loss, b: Loss) => BADNESS[a.proof.verdict] - BADNESS[b.proof.verdict] || waitingIn(a.proof) - waitingIn(b.proof);
  const [first, ...others] = each;
  return { each, worst: first && others.reduce((worst, loss) => (isWorse(loss, worst) > 0 ? loss : worst), first) };
}

function byIdentity(a: PackPod, b: PackPod): number {
  return byCodeUnits(workloadId(a), workloadId(b));
}
