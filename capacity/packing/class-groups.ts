import { Occupancy } from "./occupancy";
import type { PackingProblem } from "./problem";
import { numbered } from "./grouped";
import { isPerHost } from "./topologies";

/** A problem with what can be told of it before any pod is placed. */
export interface AnalysedProblem {
  readonly problem: PackingProblem;
  /** By class: hosts that could take a pod of it if nothing else were placed, spreading and affinity left aside. */
  readonly reach: readonly (readonly number[])[];
  /** By host: the same number for hosts in reach of the same classes. */
  readonly pools: readonly number[];
  /** By class: what all its pods ask for, as a share of what all hosts have, of the resource of which it is most. Only ever compared. */
  readonly shares: readonly number[];
  /** By class: the classes whose pods may keep it out of a host for good, itself among them. */
  readonly threats: readonly (readonly number[])[];
}

/** The classes that decide over one another's fate. */
export interface ClassGroup {
  /** Ascending. */
  readonly members: readonly number[];
  /** Placing a pod never opens a host for another: neither spreading nor affinity is asked for. */
  readonly monotone: boolean;
  /** Besides, a pod matters to its own host alone. */
  readonly local: boolean;
  /** No member can evict another. */
  readonly peaceful: boolean;
}

export function analyse(problem: PackingProblem): AnalysedProblem {
  const empty = new Occupancy(problem);
  const classes = indexes(problem.classes);
  const reaches = (podClass: number, host: number) =>
    problem.allowed[podClass]?.[host] === true &&
    empty.lacking(podClass, host).length === 0 &&
    empty.repulsions(podClass, host).length === 0;
  const table = classes.map((podClass) => indexes(problem.hosts.length).map((host) => reaches(podClass, host)));
  return {
    problem,
    reach: table.map((row) => row.flatMap((reached, host) => (reached ? [host] : []))),
    pools: numbered(problem.hosts.map((_, host) => table.map((row) => (row[host] ? 1 : 0)).join(""))),
    shares: classes.map((podClass) => dominantShare(problem, podClass)),
    threats: classes.map((podClass) => classes.filter((other) => threatens(problem, other, podClass))),
  };
}

/**
 * The stage of a class: what threatens it, what threatens those, and of these the ones that are tied to it by common hosts or by constraints that reach
 * over hosts. Whatever is outside cannot change what happens to the class.
 */
export function classGroupOf(analysed: AnalysedProblem, podClass: number): ClassGroup {
  const concerned = spreadFrom(podClass, (member) => analysed.threats[member] ?? []);
  const members = [
    ...spreadFrom(podClass, (member) => [...concerned].filter((other) => tied(analysed, member, other) || tied(analysed, other, member))),
  ].sort((a, b) => a - b);
  const { problem } = analysed;
  const monotone = members.every((member) => problem.spreads[member]?.length === 0 && problem.affinities[member] === undefined);
  return {
    members,
    monotone,
    local: monotone && members.every((member) => members.every((other) => !reachesOver(problem, other, member))),
    peaceful: members.every((member) => members.every((other) => !evicts(problem, member, other))),
  };
}

/** True if a pod of `pod` may evict one of `victim`. */
export function evicts(problem: PackingProblem, podClass: number, victim: number): boolean {
  return problem.kinds[podClass]?.preemptionPolicy !== "Never" && classPriority(problem, podClass) > classPriority(problem, victim);
}

/** True if some host is in reach of both classes. */
export function sharesHosts({ reach }: AnalysedProblem, a: number, b: number): boolean {
  const hosts = reach[a] ?? [];
  return (reach[b] ?? []).some((host) => hosts.includes(host));
}

/**
 * A pod of lower priority is evicted when it stands in the way on the very host; one on another host is not, however much a constraint over
 * several hosts depends on it (v1.37 `defaultpreemption`, SelectVictimsOnNode).
 */
function threatens(problem: PackingProblem, other: number, podClass: number): boolean {
  return !evicts(problem, podClass, other) || reachesOver(problem, other, podClass);
}

/** True if pods of `other` matter to `pod` on hosts other than their own. */
function reachesOver(problem: PackingProblem, other: number, podClass: number): boolean {
  return (
    (problem.repulsions[podClass] ?? []).some(({ kind, topology }) => {
      const topologyOfKind = problem.topologies[topology];
      return kind === other && topologyOfKind !== undefined && !isPerHost(topologyOfKind);
    }) ||
    (problem.spreads[podClass] ?? []).some(({ counts }) => counts[other] === true) ||
    problem.affinities[podClass]?.satisfiedBy[other] === true
  );
}

function tied(analysed: AnalysedProblem, a: number, b: number): boolean {
  return reachesOver(analysed.problem, a, b) || sharesHosts(analysed, a, b);
}

function spreadFrom(start: number, next: (member: number) => readonly number[]): ReadonlySet<number> {
  const found = new Set([start]);
  // A set is walked in the order of its making, what is added on the way included.
  for (const member of found) for (const other of next(member)) found.add(other);
  return found;
}

/** 0 if none is said. */
export function classPriority(problem: PackingProblem, podClass: number): number {
  return problem.kinds[podClass]?.priority ?? 0;
}

function dominantShare({ requests, counts, free }: PackingProblem, podClass: number): number {
  const total = (resource: number) => free.reduce((sum, amounts) => sum + Math.max(0, amounts[resource] ?? 0), 0);
  return Math.max(
    ...(requests[podClass] ?? []).map((amount, resource) =>
      amount === 0 ? 0 : ((counts[podClass] ?? 0) * amount) / (total(resource) || 1),
    ),
  );
}

/** 0 to `length` - 1. */
export function indexes(length: number): readonly number[] {
  return Array.from({ length }, (_, index) => index);
}
