import { placesAll } from "../../capacity/packing/layout";
import { identityOf, type PackHost, type PackPod } from "../../capacity/packing/model";
import { prove, type PodVerdict, type Proof, type ProveOptions } from "../../capacity/packing/prove";
import { drainEach, type Drain } from "../../capacity/packing/questions/drains";
import { withoutEachDomain, type Loss } from "../../capacity/packing/questions/losses";
import type { PackFacility, PlatformPods } from "./pack-facility";
import { memoize } from "./memoize";
import { withoutSpareMons } from "./spare-mons";

/** Label that names a host's failure domain. */
export const DOMAIN_LABEL = "topology.kubernetes.io/zone";

/** Of one search. The packer's own choice is five hundred times as much and changes no verdict on the sites of this project. */
export const EFFORT: ProveOptions = { effort: 200 };

/** Everything in its place, with all users that the site reckons with. */
export const everythingPlaced = memoize(({ hosts, pods }: PackFacility): Proof => prove(hosts, pods, EFFORT));

/** Each host emptied, and so each host lost; hosts that are alike once. */
export const drains = memoize((facility: PackFacility): readonly Drain[] =>
  drainEach(facility.hosts, facility.pods, facility.budgets, { ...EFFORT, proof: proofOfLess(facility) }),
);

/** Each failure domain lost. */
export const domainLosses = memoize(
  (facility: PackFacility): readonly Loss[] =>
    withoutEachDomain(facility.hosts, facility.pods, DOMAIN_LABEL, { ...EFFORT, proof: proofOfLess(facility) }).each,
);

/**
 * Workloads of the platform that no placement holds, whatever users do, once these hosts are lost; by default with none lost. What not even an empty host
 * would take is left out: pods too large for any host are judged elsewhere, and what only the lost hosts could take is gone with them.
 */
export function platformWithoutPlace(
  facility: PackFacility,
  { hosts: lost, asked, proof }: AfterLoss = whole(facility),
): readonly PodVerdict[] {
  if (proof.verdict !== "does not fit") return [];
  const isLost = ({ name }: PackHost) => lost.includes(name);
  const left = facility.hosts.filter((host) => !isLost(host));
  // What does not fit may be the users' pods alone, and those of the platform are judged beside them.
  const platform = platformOf(facility, asked);
  if (placesAll(left, platform)) return [];
  const able = platform.filter((pod) => placesAll(left, [{ ...pod, count: 1 }]));
  const excluded = prove(left, able, EFFORT).pods.filter(({ verdict }) => verdict === "does not fit");
  // Of pods that are in each other's way all are excluded; those that wait in the best placement are the ones that are short.
  const waiting = excluded.filter((each) => each.waiting > 0);
  return withoutSpareMons(waiting.length > 0 ? waiting : excluded, facility);
}

/** What is left of a facility after a loss, or all of it. */
type AfterLoss = Pick<Loss, "hosts" | "asked" | "proof">;

/** Those pods that users do not start themselves. */
export function platformOf({ platform }: PackFacility, pods: readonly PackPod[]): readonly PackPod[] {
  const names = new Set(platform.map(({ pod }) => identityOf(pod)));
  return pods.filter((pod) => names.has(identityOf(pod)));
}

/** A workload while its new pods stand beside its old ones. */
export interface PlatformRollout {
  readonly workload: PlatformPods;
  readonly verdict: PodVerdict;
}

/** Each workload rolled out. What finds a place while all are rolled out at once does so alone; only the others are tried alone. */
export const rollouts = memoize((facility: PackFacility): readonly PlatformRollout[] => {
  const surging = facility.platform.filter(({ surge }) => surge > 0);
  const together = rolledOut(facility, surging);
  return surging.flatMap((workload) => {
    const beside = verdictOn(together, workload.pod);
    const verdict = beside?.verdict === "does not fit" ? verdictOn(rolledOut(facility, [workload]), workload.pod) : beside;
    return verdict ? [{ workload, verdict }] : [];
  });
});

/** What a proof says of a workload. */
export function verdictOn({ pods }: Proof, pod: PackPod): PodVerdict | undefined {
  return pods.find((each) => identityOf(each.pod) === identityOf(pod));
}

/** Pods that no placement holds, of those that are judged. */
export function podsWithoutPlace(verdicts: readonly PodVerdict[]): number {
  return verdicts.reduce((sum, { verdict, waiting }) => sum + (verdict === "does not fit" ? Math.max(1, waiting) : 0), 0);
}

/** A workload that waits and why, for messages. */
export function waitingText({ pod, waiting, message }: PodVerdict): string {
  return `${Math.max(1, waiting)} of ${pod.count} ${identityOf(pod)} (${message})`;
}

/** With fewer hosts no risk is less: where pods are at risk with all of them, only whether there is still a placement is asked. */
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
    pods.map((pod) => ({ ...pod, count: pod.count + (surges.get(pod) ?? 0) })),
    EFFORT,
  );
}

function whole(facility: PackFacility): AfterLoss {
  return { hosts: [], asked: facility.pods, proof: everythingPlaced(facility) };
}
