import { AmountsTooLarge } from "../../capacity/packing/exact-numbers";
import { workloadId } from "../../capacity/packing/model";
import { worstVerdict, type PodVerdict, type Proof, type PackingVerdict } from "../../capacity/packing/prove";
import type { Loss } from "../../capacity/packing/questions/losses";
import { DOMAIN_LABEL, domainLosses, drains, everythingPlaced, rollouts } from "../../policies/capacity/packing-results";
import { packFacility, type PackFacility } from "../../policies/capacity/pack-facility";
import { serverCapacities } from "../../policies/capacity/server-capacity";
import { Malformed, Undetermined } from "../../policies/model/field";
import { objectName } from "../../policies/model/rules";
import type { KubernetesObject } from "../../policies/model/objects";
import type { Site } from "../../stacks/site/schema";
import { counted } from "../../terminal/text";
import { adviceText, capacityAdvice, type Question } from "./capacity-advice";
import type { Wait } from "./waits";

/** The questions that every plan answers. */
export const CAPACITY_QUESTIONS = ["everything", "servers", "host lost", "domain lost", "drains", "rollouts"] as const;
/** One of the questions of a plan. */
export type CapacityQuestion = (typeof CAPACITY_QUESTIONS)[number];

/** The answer to one question. */
export interface CapacityAnswer {
  readonly question: CapacityQuestion;
  /** What the answer is about, for people. */
  readonly about: string;
  readonly verdict: PackingVerdict;
  /** What `need` and `have` count. */
  readonly unit: "pods" | "servers" | "hosts" | "workloads";
  readonly need: number;
  readonly have: number;
  /** What else there is to know, for people. */
  readonly note: string;
  /** Workloads that find no place or may find none, with the reasons and the hosts. */
  readonly waits: readonly Wait[];
  /** Changes of the site that help, the smallest first and `most` at most. They are worked out on call, which may take a second. */
  readonly changes: (most: number) => readonly string[];
}

/** The facility on its hosts, and the answers about it. */
export interface CapacityProof {
  /** Undefined if something that concerns every pod cannot be read; findings say what. */
  readonly facility: PackFacility | undefined;
  readonly answers: readonly CapacityAnswer[];
  /** Objects that are not counted, because they cannot be read. */
  readonly uncounted: readonly string[];
}

/** How many helpful changes a plan names. */
export const CHANGES = 3;

/**
 * Answers every question about the facility that consists of a site's objects.
 * @throws {RangeError} as the packer.
 */
export function capacityOf(objects: readonly KubernetesObject[], site: Site): CapacityProof {
  try {
    const facility = packFacility(objects, site);
    const uncounted = facility.unread.map(({ object }) => objectName(object));
    if (facility.pods.length === 0) return { facility, answers: [], uncounted };
    const answers = [everything(facility, site), ...servers(facility), ...lost(facility, site), ...upkeep(facility)];
    return { facility, answers, uncounted };
  } catch (error) {
    if (error instanceof Undetermined || error instanceof Malformed || error instanceof AmountsTooLarge)
      return { facility: undefined, answers: [], uncounted: [`any pod: ${error.message}`] };
    throw error;
  }
}

function everything(facility: PackFacility, site: Site): CapacityAnswer {
  const proof = everythingPlaced(facility);
  const atRisk = proof.pods.filter(({ verdict }) => verdict === "at risk").map(({ pod }) => pod.name);
  const notes = [...(atRisk.length > 0 ? [`may wait, by the order of placing: ${firstOf(atRisk)}`] : []), ...openIn(proof)];
  return {
    question: "everything",
    about: `everything, with ${counted(site.hub.users.concurrent, "user")} at once`,
    ...placesIn(proof),
    note: notes.join("; "),
    changes: (most) => changes({ facility, site, ...facility, proof }, most),
  };
}

function servers(facility: PackFacility): readonly CapacityAnswer[] {
  const proof = everythingPlaced(facility);
  return serverCapacities(facility).map(({ asked: { pod }, packed, totals }) => {
    const found = proof.pods.find((each) => each.pod === pod);
    if (pod.count === 0) return uncounted(pod.name, packed);
    const unlucky = found?.grounds.kind === "order fails" ? `; placed in a bad order ${found.waiting} of them wait` : "";
    return {
      question: "servers",
      about: `servers of ${pod.name}`,
      verdict: found?.verdict ?? "not settled",
      unit: "servers",
      need: pod.count,
      // A profile that is proven to fit does so whatever other pods have no place.
      have: found?.verdict === "fits" || found?.verdict === "at risk" ? Math.max(pod.count, packed) : packed,
      note: `dividing totals says ${totals}${unlucky}`,
      waits: [],
      changes: () => [],
    };
  });
}

/** Users may choose the profile, and the site file does not say how many do. */
function uncounted(profile: string, packed: number): CapacityAnswer {
  return {
    question: "servers",
    about: `servers of ${profile}`,
    verdict: "not settled",
    unit: "servers",
    need: 0,
    have: packed,
    note: "none is counted: say in atOnce of the profile how many run at once",
    waits: [],
    changes: () => [],
  };
}

/** The answers about the worst host and the worst rack. */
function lost(facility: PackFacility, site: Site): readonly CapacityAnswer[] {
  const rackOf = ({ hosts: [host] }: Loss) => facility.hosts.find(({ name }) => name === host)?.labels[DOMAIN_LABEL] ?? "";
  const rack = (loss: Loss) => `without the worst rack, ${rackOf(loss)} (${counted(loss.hosts.length, "host")})`;
  return [
    ...worstOf(drains(facility).map(({ loss }) => loss)).map((loss) =>
      lossAnswer(facility, site, "host lost", `without the worst host, ${loss.hosts.join()}`, loss),
    ),
    ...worstOf(domainLosses(facility)).map((loss) => lossAnswer(facility, site, "domain lost", rack(loss), loss)),
  ];
}

function lossAnswer(
  facility: PackFacility,
  site: Site,
  question: CapacityQuestion,
  about: string,
  { hosts: away, asked, proof, gone }: Loss,
): CapacityAnswer {
  const { hosts, onDemand } = facility;
  if (isAllGone({ asked, gone })) {
    const need = gone.reduce((sum, { count }) => sum + count, 0);
    const note = "nothing is left: no other host runs any of it";
    return { question, about, verdict: "does not fit", unit: "pods", need, have: 0, note, waits: [], changes: () => [] };
  }
  const users = new Set(onDemand.filter(({ profile }) => profile !== undefined).map(({ pod }) => workloadId(pod)));
  const missing = missingIn(proof);
  const excluded = missing.filter(({ verdict }) => verdict === "does not fit");
  const fewer = excluded.filter(({ pod }) => users.has(workloadId(pod))).reduce((sum, { waiting }) => sum + waiting, 0);
  const others = missing
    .filter(({ pod, verdict, waiting }) => verdict === "does not fit" && waiting > 0 && !users.has(workloadId(pod)))
    .map(({ pod }) => pod.name);
  const notes = [
    ...(fewer > 0 ? [`${counted(fewer, "user")} fewer`] : []),
    ...(others.length > 0 ? [`no place for ${firstOf(others)}`] : []),
    ...openIn(proof),
    ...(gone.length > 0 ? [`gone with it: ${firstOf(gone.map(({ name }) => name))}`] : []),
  ];
  const left = hosts.filter(({ name }) => !away.includes(name));
  return {
    question,
    about,
    ...placesIn(proof),
    note: notes.join("; "),
    changes: (most) => (missing.length > 0 ? changes({ facility, site, hosts: left, pods: asked, proof }, most) : []),
  };
}

/** The answers about draining hosts one by one, and about rolling out workloads one by one. */
function upkeep(facility: PackFacility): readonly CapacityAnswer[] {
  const drained = drains(facility);
  const stuck = drained.filter(({ obstacles, loss }) => obstacles.length > 0 || loss.proof.verdict === "does not fit");
  const hosts = (of: typeof drained) => of.reduce((sum, { loss }) => sum + loss.hosts.length + loss.same.length, 0);
  const refused = drained.filter(({ obstacles }) => obstacles.length > 0).flatMap(({ loss }) => loss.hosts);
  const rolled = rollouts(facility);
  const hanging = rolled.filter(({ verdict }) => verdict.verdict === "does not fit");
  const none = { waits: [], changes: () => [] };
  return [
    {
      question: "drains",
      about: "hosts emptied one by one",
      verdict: stuck.length > 0 ? "does not fit" : worstVerdict(drained.map(({ loss }) => loss.proof.verdict)),
      unit: "hosts",
      need: hosts(drained),
      have: hosts(drained) - hosts(stuck),
      note: [
        refused.length === 0 ? "no disruption budget refuses" : `a disruption budget refuses on ${firstOf(refused)}`,
        ...drained.flatMap(({ loss }) => openIn(loss.proof)).slice(0, 1),
      ].join("; "),
      ...none,
    },
    {
      question: "rollouts",
      about: "workloads rolled out one by one",
      verdict: worstVerdict(rolled.map(({ verdict: { verdict } }) => verdict)),
      unit: "workloads",
      need: rolled.length,
      have: rolled.length - hanging.length,
      note: [
        ...(hanging.length > 0 ? [`no room for the new pods of ${firstOf(hanging.map(({ workload }) => workload.pod.name))}`] : []),
        ...openIn({ pods: rolled.map(({ verdict }) => verdict) }),
      ].join("; "),
      ...none,
    },
  ];
}

function placesIn(proof: Proof): Pick<CapacityAnswer, "verdict" | "unit" | "need" | "have" | "waits"> {
  const missing = missingIn(proof);
  const need = proof.pods.reduce((sum, { pod }) => sum + pod.count, 0);
  const have = need - missing.reduce((sum, { waiting }) => sum + waiting, 0);
  return { verdict: proof.verdict, unit: "pods", need, have, waits: proof.pods.flatMap(waitOf) };
}

function waitOf({ pod, verdict, waiting, refusals }: PodVerdict): readonly Wait[] {
  // Pods that share the missing room with others have a place in the best placement, and so do not wait.
  if (verdict === "does not fit" && waiting === 0) return [];
  return verdict === "fits" ? [] : [{ workload: workloadId(pod), verdict, waiting, of: pod.count, reasons: refusals }];
}

/** Says of which workloads it is not settled whether they have a place; nothing if there are none. */
function openIn({ pods }: Pick<Proof, "pods">): readonly string[] {
  const open = pods.filter(({ verdict }) => verdict === "not settled").map(({ pod }) => pod.name);
  return open.length > 0 ? [`the search ended before it found or excluded a place for ${firstOf(open)}`] : [];
}

/** Workloads that the best known placement leaves out. */
function missingIn({ pods }: Proof): readonly PodVerdict[] {
  return pods.filter(({ grounds: { kind } }) => kind === "excluded" || kind === "neither found nor excluded");
}

const BADNESS: Readonly<Record<PackingVerdict, number>> = { fits: 0, "at risk": 1, "not settled": 2, "does not fit": 1e6 };

/** The verdict after a loss. Losing the only rack does not fit, although no pod is left that could wait. */
export function verdictAfter(loss: Loss): PackingVerdict {
  return isAllGone(loss) ? "does not fit" : loss.proof.verdict;
}

function isAllGone({ asked, gone }: Pick<Loss, "asked" | "gone">): boolean {
  return asked.length === 0 && gone.length > 0;
}

/** The worst loss, by its verdict and then by how many pods have no place; none for a facility without hosts. */
export function worstOf(losses: readonly Loss[]): readonly Loss[] {
  const badness = (loss: Loss) =>
    (isAllGone(loss) ? 2e6 : BADNESS[loss.proof.verdict]) + missingIn(loss.proof).reduce((sum, { waiting }) => sum + waiting, 0);
  return [...losses].sort((a, b) => badness(b) - badness(a)).slice(0, 1);
}

/** The changes that help, as people read them. */
function changes(question: Omit<Question, "missing">, most: number): readonly string[] {
  return capacityAdvice({ ...question, missing: missingIn(question.proof) }, most).map(adviceText);
}

function firstOf(names: readonly string[]): string {
  const [first = "", second] = names;
  if (second === undefined) return first;
  return names.length === 2 ? `${first} and ${second}` : `${first}, ${second} and ${names.length - 2} more`;
}
