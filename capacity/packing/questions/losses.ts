import { labelOf } from "../../labels";
import { hostEquivalence } from "../alike";
import { grouped } from "../grouped";
import { workloadId, type PackHost, type PackPod } from "../model";
import { packingProblemOf } from "../problem";
import { PACKING_VERDICTS, prove, type PackingVerdict, type Proof, type ProveOptions } from "../prove";
import { byCodeUnits } from "../reasons";
import { mayStandOn, termMeans } from "../selectors";

/** What happens if some hosts are lost. */
export interface Loss {
  readonly hosts: readonly string[];
  /** Hosts that are like the lost one: to lose one of these instead comes to the same. */
  readonly same: readonly string[];
  readonly proof: Proof;
  /** Pods that are gone with the lost hosts, because no other host may run them: daemons of their disks, and pods whose volume lies there. */
  readonly gone: readonly PackPod[];
  /** The pods that the hosts that are left have to hold: all but those that are gone. */
  readonly asked: readonly PackPod[];
}

/** All losses, sorted by host or domain, and the worst of them: by verdict, then by how many pods wait. There is no worst one without hosts. */
export interface Losses {
  readonly each: readonly Loss[];
  readonly worst: Loss | undefined;
}

/** How a loss is proved. */
export interface LossOptions extends ProveOptions {
  /** Proves whether the rest fits; {@link prove} if not said. */
  readonly proof?: typeof prove;
}

/** The loss of each single host, and of the pods of DaemonSets on it. Hosts that are alike are proved once. */
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

/** The loss of each single failure domain. `topologyKey` is the label that names domains; hosts without it are never lost. */
export function withoutEachDomain(
  hosts: readonly PackHost[],
  pods: readonly PackPod[],
  topologyKey: string,
  options: LossOptions = {},
): Losses {
  const domains = grouped(
    hosts.filter(({ labels }) => labelOf(labels, topologyKey) !== undefined),
    ({ labels }) => labels[topologyKey] ?? "",
  );
  return lossesOf([...domains].sort(([a], [b]) => byCodeUnits(a, b)).map(([, members]) => withoutHosts(hosts, pods, members, options)));
}

/** The loss of several hosts at once. */
export function withoutHosts(
  hosts: readonly PackHost[],
  pods: readonly PackPod[],
  lost: readonly PackHost[],
  { proof = prove, ...options }: LossOptions = {},
): Loss {
  const names = new Set(lost.map(({ name }) => name));
  const left = hosts.filter(({ name }) => !names.has(name));
  const split = pods.map((pod) => ({ pod, goneCount: goneOf(pod, lost, left) }));
  const gone = split.flatMap(({ pod, goneCount }) => counted(pod, goneCount));
  const asked = split.flatMap(({ pod, goneCount }) => counted(pod, pod.count - goneCount));
  return { hosts: [...names].sort(byCodeUnits), same: [], proof: proof(left, asked, options), gone: [...gone].sort(byIdentity), asked };
}

/** True if no pod of the workload leaves its host: its volumes lie on hosts, and no two of its pods may stand on one host. */
export function staysOnItsHost(pod: PackPod): boolean {
  const { volumes = [], antiAffinity = [] } = pod;
  return volumes.length > 0 && antiAffinity.some((term) => term.topologyKey === HOSTNAME && termMeans(term, pod, pod));
}

/** How many of the workload's pods are gone with the lost hosts. */
function goneOf(pod: PackPod, lost: readonly PackHost[], left: readonly PackHost[]): number {
  const able = (hosts: readonly PackHost[]) => hosts.filter((host) => mayStandOn(pod, host)).length;
  const [lostOnes, leftOnes] = [able(lost), able(left)];
  if (leftOnes === 0) return lostOnes > 0 ? pod.count : 0;
  return staysOnItsHost(pod) ? Math.min(lostOnes, Math.max(0, pod.count - leftOnes)) : 0;
}

/** The workload with so many pods. With all its pods it is the same object, because callers compare objects. */
function counted(pod: PackPod, count: number): readonly PackPod[] {
  if (count === 0) return [];
  return count === pod.count ? [pod] : [{ ...pod, count }];
}

/** The label that holds a host's own name. */
const HOSTNAME = "kubernetes.io/hostname";

/** How many pods are known to wait. */
export function waitingIn({ pods }: Proof): number {
  return pods.reduce((sum, { waiting }) => sum + waiting, 0);
}

const BADNESS = (verdict: PackingVerdict): number => PACKING_VERDICTS.indexOf(verdict);

function lossesOf(each: readonly Loss[]): Losses {
  const isWorse = (a: Loss, b: Loss) => BADNESS(a.proof.verdict) - BADNESS(b.proof.verdict) || waitingIn(a.proof) - waitingIn(b.proof);
  const [first, ...others] = each;
  return { each, worst: first && others.reduce((worst, loss) => (isWorse(loss, worst) > 0 ? loss : worst), first) };
}

function byIdentity(a: PackPod, b: PackPod): number {
  return byCodeUnits(workloadId(a), workloadId(b));
}
