import { grouped } from "../../capacity/packing/grouped";
import { placesAll } from "../../capacity/packing/layout";
import { workloadId, type PackPod } from "../../capacity/packing/model";
import { prove, type PodVerdict, type Proof, type ProveOptions } from "../../capacity/packing/prove";
import { drainEach, type Drain } from "../../capacity/packing/questions/drains";
import { withoutEachDomain, type Loss } from "../../capacity/packing/questions/losses";
import { interchangeable } from "../../capacity/packing/relations";
import type { PackFacility, PlatformPods } from "./pack-facility";
import { memoize } from "../../capacity/memoize";
import { withoutSpareMons } from "./spare-mons";

/** Label of a Node whose value names the failure domain of the host. */
export const DOMAIN_LABEL = "topology.kubernetes.io/zone";

/** Bound of one search of the packer. Its default is five hundred times as much, and changes no verdict on the sites of this project. */
export const EFFORT: ProveOptions = { effort: 200 };

/** The proof that everything has a place at once: the platform, and all pods of the users that the site expects. */
export const everythingPlaced = memoize(({ hosts, pods }: PackFacility): Proof => prove(hosts, pods, EFFORT));

/** What becomes of the pods of each host when it is drained, and when it is lost. Of hosts that are alike one is tried. */
export const drains = memoize((facility: PackFacility): readonly Drain[] =>
  drainEach(facility.hosts, facility.pods, facility.budgets, { ...EFFORT, proof: proofOfLess(facility) }),
);

/** What becomes of the pods when a failure domain is lost, for each of them. */
export const domainLosses = memoize(
  (facility: PackFacility): readonly Loss[] =>
    withoutEachDomain(facility.hosts, facility.pods, DOMAIN_LABEL, { ...EFFORT, proof: proofOfLess(facility) }).each,
);

/**
 * Workloads of the platform for which there is no placement once these hosts are lost, whatever users do; by default no host is lost. Two kinds of pods are
 * left out: those that are too large for every host, which {@link podsFitAHost} judges, and those that only the lost hosts could run.
 */
export function platformWithoutPlace(facility: PackFacility, loss: AfterLoss = nothingLost(facility)): readonly PodVerdict[] {
  if (loss.proof.verdict !== "does not fit") return [];
  const { hosts, platform, hasPlace } = leftOf(facility)(loss);
  if (hasPlace) return [];
  const able = classesOf({ hosts, pods: platform }).flatMap((alike) =>
    alike.slice(0, 1).some((pod) => placesAll(hosts, [{ ...pod, count: 1 }])) ? alike : [],
  );
  const excluded = prove(hosts, able, EFFORT).pods.filter(({ verdict }) => verdict === "does not fit");
  // Where pods compete for the same room, the proof excludes all of them. Those that wait in the best placement are the ones to name.
  const waiting = excluded.filter((each) => each.waiting > 0);
  return withoutSpareMons(waiting.length === 0 ? excluded : waiting, facility);
}

/** Workloads of the platform for which the search ended, once these hosts are lost, before it found or excluded a place. */
export function platformNotSettled(facility: PackFacility, loss: AfterLoss): readonly PodVerdict[] {
  if (loss.proof.verdict === "fits" || loss.proof.verdict === "at risk") return [];
  const { hosts, platform, hasPlace } = leftOf(facility)(loss);
  return hasPlace ? [] : notSettledIn(prove(hosts, platform, EFFORT));
}

/** What is left after a loss. */
interface Left {
  readonly hosts: PackFacility["hosts"];
  readonly platform: readonly PackPod[];
  /** True if a placement for the platform's pods is found. */
  readonly hasPlace: boolean;
}

/** What is left of a facility after each loss. Perhaps only the users' pods do not fit, so those of the platform are placed alone. */
const leftOf = memoize((facility: PackFacility) =>
  memoize(({ hosts: lost, asked }: AfterLoss): Left => {
    const hosts = facility.hosts.filter(({ name }) => !lost.includes(name));
    const platform = platformOf(facility, asked);
    return { hosts, platform, hasPlace: placesAll(hosts, platform) };
  }),
);

/** Workloads of which it is not settled whether they have a place. */
export function notSettledIn({ pods }: Proof): readonly PodVerdict[] {
  return pods.filter(({ verdict }) => verdict === "not settled");
}

/** Names the workloads of some verdicts, a few of them. */
export function namesIn(verdicts: readonly PodVerdict[]): string {
  const names = verdicts.map(({ pod }) => workloadId(pod));
  return (names.length > NAMED ? [...names.slice(0, NAMED), `${names.length - NAMED} more`] : names).join(", ");
}

/** Most workloads that a message names. */
const NAMED = 4;

/** The hosts that are lost, the pods that are still needed, and the proof of whether these fit. */
type AfterLoss = Pick<Loss, "hosts" | "asked" | "proof">;

/** The pods among these that belong to the platform: users do not start them. */
export function platformOf(facility: PackFacility, pods: readonly PackPod[]): readonly PackPod[] {
  const names = platformNames(facility);
  return pods.filter((pod) => names.has(workloadId(pod)));
}

const platformNames = memoize(({ platform }: PackFacility): ReadonlySet<string> => new Set(platform.map(({ pod }) => workloadId(pod))));

/** What the proof says of a workload whose new pods run beside its old ones. */
export interface PlatformRollout {
  readonly workload: PlatformPods;
  readonly verdict: PodVerdict;
}

/**
 * The rollout of each workload. All are tried at once first; a workload that has a place then has one alone too, so only the others are tried in smaller sets. Of
 * workloads whose pods are interchangeable one is tried, so that a thousand equal ones cost no more than one.
 */
export const rollouts = memoize((facility: PackFacility): readonly PlatformRollout[] => {
  const surging = facility.platform.filter(({ surge }) => surge > 0);
  const together = verdictsById(rolledOut(facility, surging));
  const verdictOf = ({ pod }: PlatformPods) => together.get(workloadId(pod));
  const alike = alikeIn(
    facility,
    surging.filter((workload) => verdictOf(workload)?.verdict === "does not fit"),
  );
  const tried = inHalves(facility, [...alike.keys()]);
  const alone = new Map([...alike].flatMap(([one, all]) => all.map((each) => [each, tried.get(one)] as const)));
  return surging.flatMap((workload) => {
    const verdict = alone.get(workload) ?? verdictOf(workload);
    return verdict ? [{ workload, verdict: { ...verdict, pod: verdictOf(workload)?.pod ?? verdict.pod } }] : [];
  });
});

/** Workloads by the class of their pods, which can stand for one another. */
function classesOf({ hosts, pods }: Pick<PackFacility, "hosts" | "pods">): readonly (readonly PackPod[])[] {
  return interchangeable(pods, [...new Set(hosts.flatMap(({ standing = [] }) => standing))]);
}

/** Workloads of the same number of interchangeable pods, by one of them: what is proven of its rollout is true of the rollout of each. */
function alikeIn(facility: PackFacility, workloads: readonly PlatformPods[]): ReadonlyMap<PlatformPods, readonly PlatformPods[]> {
  const classes = classesOf(facility);
  const classOf = new Map(classes.flatMap((members, index) => members.map((pod) => [pod, index] as const)));
  const alike = grouped(workloads, ({ pod, surge }) => `${classOf.get(pod) ?? workloadId(pod)} ${pod.count} ${surge}`);
  return new Map([...alike.values()].flatMap((all) => all.slice(0, 1).map((one) => [one, all])));
}

/** What is proven of each workload that is rolled out together with as many of these as have a place, or at last alone. */
function inHalves(facility: PackFacility, workloads: readonly PlatformPods[]): ReadonlyMap<PlatformPods, PodVerdict> {
  const half = Math.ceil(workloads.length / 2);
  return new Map(
    [workloads.slice(0, half), workloads.slice(half)]
      .filter(({ length }) => length > 0)
      .flatMap((part) => {
        const verdicts = verdictsById(rolledOut(facility, part));
        const found = part.flatMap((workload) => {
          const verdict = verdicts.get(workloadId(workload.pod));
          return verdict ? [[workload, verdict] as const] : [];
        });
        const isSettled = ([, { verdict }]: (typeof found)[number]) => part.length === 1 || verdict !== "does not fit";
        const others = found.filter((each) => !isSettled(each)).map(([workload]) => workload);
        return [...found.filter(isSettled), ...inHalves(facility, others)];
      }),
  );
}

function verdictsById({ pods }: Proof): ReadonlyMap<string, PodVerdict> {
  return new Map(pods.map((each) => [workloadId(each.pod), each]));
}

/** What a proof says of a workload; undefined if the proof is not about it. */
export function verdictOn({ pods }: Proof, pod: PackPod): PodVerdict | undefined {
  return pods.find((each) => workloadId(each.pod) === workloadId(pod));
}

/** Number of pods for which there is no placement. */
export function podsWithoutPlace(verdicts: readonly PodVerdict[]): number {
  return verdicts.reduce((sum, { verdict, waiting }) => sum + (verdict === "does not fit" ? Math.max(1, waiting) : 0), 0);
}

/** How many pods of a workload wait and why, for messages. */
export function waitingText({ pod, waiting, message }: PodVerdict): string {
  return `${Math.max(1, waiting)} of ${pod.count} ${workloadId(pod)} (${message})`;
}

/** Fewer hosts never lower a risk. Where pods are at risk already with all hosts, it is enough to ask whether there is still a placement. */
function proofOfLess(facility: PackFacility): typeof prove {
  return (hosts, pods, options) =>
    everythingPlaced(facility).verdict === "at risk" && placesAll(hosts, pods)
      ? { verdict: "at risk", pods: [], packings: [] }
      : prove(hosts, pods, options);
}

function rolledOut({ hosts, pods }: PackFacility, workloads: readonly PlatformPods[]): Proof {
  const surges = new Map(workloads.map(({ pod, surge }) => [pod, surge]));
  return prove(
    hosts,
    // What is worked out of a pod is kept with it, so the others stay what they are.
    pods.map((pod) => (surges.has(pod) ? { ...pod, count: pod.count + (surges.get(pod) ?? 0) } : pod)),
    EFFORT,
  );
}

const nothingLost = memoize((facility: PackFacility): AfterLoss => ({
  hosts: [],
  asked: facility.pods,
  proof: everythingPlaced(facility),
}));
