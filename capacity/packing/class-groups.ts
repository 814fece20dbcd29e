import { Occupancy } from "./occupancy";
import type { PackingProblem } from "./problem";
import { grouped, numbered } from "./grouped";
import { isPerHost } from "./topologies";

/** A problem with what is known of it before any pod is placed. */
export interface AnalysedProblem {
  readonly problem: PackingProblem;
  /** By class: the hosts that would take its first pod if spreading and affinity asked for nothing. */
  readonly reach: readonly (readonly number[])[];
  /** By host: the same number for hosts in reach of the same classes. */
  readonly reachGroups: readonly number[];
  /** By class: the largest share, over all resources, that its pods together ask for of what all hosts have. Shares are only compared. */
  readonly dominantShares: readonly number[];
  /** By class: the classes whose pods matter to it on hosts other than their own. */
  readonly reachedFromAfar: readonly ReadonlySet<number>[];
  /**
   * By class: the classes whose pods may keep it out of a host for good. It is one of them. A pod of lower priority is evicted if it stands in the way on that
   * very host, but not from another host, even if a constraint over several hosts depends on it:
   * https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/scheduler/framework/plugins/defaultpreemption/default_preemption.go
   */
  readonly threats: readonly (readonly number[])[];
}

/** Classes that have to be judged together, because each may decide whether another finds a place. */
export interface ClassGroup {
  /** Ascending. */
  readonly members: readonly number[];
  /** Placing a pod never opens a host for another: no member has a spread constraint or required affinity. */
  readonly monotone: boolean;
  /** Monotone, and a pod matters to its own host alone. */
  readonly local: boolean;
  /** No member can evict another. */
  readonly peaceful: boolean;
}

/** Finds out what is known of a problem before any pod is placed. */
export function analyse(problem: PackingProblem): AnalysedProblem {
  const empty = new Occupancy(problem);
  const classes = indexes(problem.classes);
  const reaches = (podClass: number, host: number) =>
    problem.allowed[podClass]?.[host] === true && empty.hasRoom(podClass, host) && !empty.repels(podClass, host);
  const wide = problem.topologies.map((topology) => !isPerHost(topology));
  const reachedFromAfar = classes.map((podClass) => mattersFromAfar(problem, podClass, wide));
  const table = classes.map((podClass) => indexes(problem.hosts.length).map((host) => reaches(podClass, host)));
  return {
    problem,
    reach: table.map((row) => row.flatMap((reached, host) => (reached ? [host] : []))),
    reachGroups: numbered(problem.hosts.map((_, host) => table.map((row) => (row[host] ? 1 : 0)).join(""))),
    dominantShares: classes.map((podClass) => dominantShare(problem, podClass)),
    reachedFromAfar,
    threats: classes.map((podClass) =>
      classes.filter((other) => !evicts(problem, podClass, other) || reachedFromAfar[podClass]?.has(other) === true),
    ),
  };
}

/**
 * The group of a class: the classes that threaten it, those that threaten these, and so on, as far as common hosts or constraints over several hosts tie them
 * to it. No class outside the group can change what happens to this one.
 */
export function classGroupOf(analysed: AnalysedProblem, podClass: number): ClassGroup {
  return groupWith(analysed, membersAround(analysed, podClass));
}

/** The groups of some classes, each once, with those of the classes whose group it is. */
export function classGroupsOf(
  analysed: AnalysedProblem,
  classes: readonly number[],
): readonly { readonly group: ClassGroup; readonly members: readonly number[] }[] {
  const around = classes.map((podClass) => ({ podClass, members: membersAround(analysed, podClass) }));
  return [...grouped(around, ({ members }) => members.join()).values()].flatMap((alike) =>
    alike.slice(0, 1).map(({ members }) => ({ group: groupWith(analysed, members), members: alike.map(({ podClass }) => podClass) })),
  );
}

/** Members of the group of a class, ascending. */
function membersAround(analysed: AnalysedProblem, podClass: number): readonly number[] {
  const concerned = [...spreadFrom(podClass, analysed.problem.classes, (member) => analysed.threats[member] ?? [])];
  const members = spreadFrom(podClass, concerned.length, (member) => concerned.filter((other) => tied(analysed, member, other)));
  return [...members].sort((a, b) => a - b);
}

function groupWith(analysed: AnalysedProblem, members: readonly number[]): ClassGroup {
  const { problem, reachedFromAfar } = analysed;
  const monotone = members.every((member) => problem.spreads[member]?.length === 0 && problem.affinities[member] === undefined);
  const inGroup = new Set(members);
  const reachesNone = (member: number) => [...(reachedFromAfar[member] ?? [])].every((other) => !inGroup.has(other));
  const [least, ...rest] = [...members].sort((a, b) => classPriority(problem, a) - classPriority(problem, b));
  return {
    members,
    monotone,
    local: monotone && members.every(reachesNone),
    // A member that evicts any other evicts the one of least priority.
    peaceful: least === undefined || rest.every((member) => !evicts(problem, member, least)),
  };
}

/** True if a pod of a class may evict one of the class `victim`: it has the higher priority, and evicts at all. */
export function evicts(problem: PackingProblem, podClass: number, victim: number): boolean {
  return problem.kinds[podClass]?.preemptionPolicy !== "Never" && classPriority(problem, podClass) > classPriority(problem, victim);
}

/** True if some host is in reach of both classes. */
export function sharesHosts({ reach }: AnalysedProblem, a: number, b: number): boolean {
  const hosts = reach[a] ?? [];
  for (const host of reach[b] ?? []) if (hosts.includes(host)) return true;
  return false;
}

/** The classes whose pods matter to the class on hosts other than their own. @param wide by topology: whether a domain of it holds several hosts. */
function mattersFromAfar(problem: PackingProblem, podClass: number, wide: readonly boolean[]): ReadonlySet<number> {
  const repelling = (problem.repulsions[podClass] ?? []).flatMap(({ kind, topology }) => (wide[topology] === true ? [kind] : []));
  const tables = [...(problem.spreads[podClass] ?? []).map(({ counts }) => counts), problem.affinities[podClass]?.satisfiedBy ?? []];
  return new Set([...repelling, ...tables.flatMap((kinds) => kinds.flatMap((matters, kind) => (matters ? [kind] : [])))]);
}

/** True if pods of class `a` matter to class `b` on hosts other than their own. */
function mattersTo({ reachedFromAfar }: AnalysedProblem, a: number, b: number): boolean {
  return reachedFromAfar[b]?.has(a) === true;
}

function tied(analysed: AnalysedProblem, a: number, b: number): boolean {
  return mattersTo(analysed, a, b) || mattersTo(analysed, b, a) || sharesHosts(analysed, a, b);
}

/** What is reached from a start, step by step. @param all how many there are: with so many, nothing more can be reached. */
function spreadFrom(start: number, all: number, next: (member: number) => readonly number[]): ReadonlySet<number> {
  const found = new Set([start]);
  // The loop also visits what it adds to the set on the way.
  for (const member of found) {
    if (found.size === all) break;
    for (const other of next(member)) found.add(other);
  }
  return found;
}

/** The priority of a class; 0 if its pods name none. */
export function classPriority(problem: PackingProblem, podClass: number): number {
  return problem.kinds[podClass]?.priority ?? 0;
}

function dominantShare({ requests, counts, free }: PackingProblem, podClass: number): number {
  const total = (resource: number) => free.reduce((sum, amounts) => sum + Math.max(0, amounts[resource] ?? 0), 0);
  return Math.max(...(requests[podClass] ?? []).map((amount, resource) => ((counts[podClass] ?? 0) * amount) / (total(resource) || 1)));
}

/** The indexes of a list of this length: 0 to `length` - 1. */
export function indexes(length: number): readonly number[] {
  return Array.from({ length }, (_, index) => index);
}
