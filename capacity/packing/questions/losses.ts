import { alikes } from "../alike";
import { grouped } from "../grouped";
import { identityOf, type PackHost, type PackPod } from "../model";
import { problemOf } from "../problem";
import { prove, type Proof, type ProveOptions, type Verdict } from "../prove";
import { byCodeUnits } from "../reasons";
import { mayStandOn } from "../selectors";

/** What happens if some hosts are lost. */
export interface Loss {
  readonly hosts: readonly string[];
  /** Hosts in all alike to the one that is lost: losing one of these instead comes to the same. */
  readonly same: readonly string[];
  readonly proof: Proof;
  /** Pods that may run on the lost hosts alone, such as a daemon of their disks: they go with them, and are not asked for elsewhere. */
  readonly gone: readonly PackPod[];
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
  const problem = problemOf(hosts, pods);
  const alike = alikes(problem);
  const groups = grouped([...problem.hosts.entries()], ([index]) => alike[index]);
  return lossesOf(
    [...groups.values()].flatMap(([first, ...others]) =>
      first ? [{ ...without(hosts, pods, [first[1]], options), same: others.map(([, { name }]) => name) }] : [],
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
  return lossesOf([...domains].sort(([a], [b]) => byCodeUnits(a, b)).map(([, members]) => without(hosts, pods, members, options)));
}

/** These hosts lost at once. */
export function without(
  hosts: readonly PackHost[],
  pods: readonly PackPod[],
  lost: readonly PackHost[],
  { proof = prove, ...options }: LossOptions = {},
): Loss {
  const names = new Set(lost.map(({ name }) => name));
  const left = hosts.filter(({ name }) => !names.has(name));
  const gone = pods.filter((pod) => lost.some((host) => mayStandOn(pod, host)) && !left.some((host) => mayStandOn(pod, host)));
  const remaining = pods.filter((pod) => !gone.includes(pod));
  return { hosts: [...names].sort(byCodeUnits), same: [], proof: proof(left, remaining, options), gone: [...gone].sort(byIdentity) };
}

/** Pods known to wait. */
export function waitingIn({ pods }: Proof): number {
  return pods.reduce((sum, { waiting }) => sum + waiting, 0);
}

const BADNESS: Readonly<Record<Verdict, number>> = { fits: 0, "at risk": 1, "does not fit": 2 };

function lossesOf(each: readonly Loss[]): Losses {
  const isWorse = (a: Loss, b: Loss) => BADNESS[a.proof.verdict] - BADNESS[b.proof.verdict] || waitingIn(a.proof) - waitingIn(b.proof);
  const [first, ...others] = each;
  return { each, worst: first && others.reduce((worst, loss) => (isWorse(loss, worst) > 0 ? loss : worst), first) };
}

function byIdentity(a: PackPod, b: PackPod): number {
  return byCodeUnits(identityOf(a), identityOf(b));
}
