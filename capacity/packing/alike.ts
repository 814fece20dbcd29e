import type { Occupancy } from "./occupancy";
import { numbered } from "./grouped";
import { indexes } from "./class-groups";
import type { PackingProblem } from "./problem";

/**
 * A number for each host, equal for hosts that differ in nothing but their name: they have as much room, admit the same classes, hold the same pods, count for
 * the same constraints, and are in the same domains or each alone in its own.
 */
export function hostEquivalence(problem: PackingProblem): readonly number[] {
  const topologies = problem.topologies.filter((_, topology) => matters(problem, topology));
  return numbered(
    indexes(problem.hosts.length).map((host) =>
      JSON.stringify([
        problem.free[host],
        problem.allowed.map((byHost) => (byHost[host] ? 1 : 0)).join(""),
        problem.standing.filter((standing) => standing.host === host).map(({ kind, count }) => [kind, count]),
        problem.spreads.map((spreads) => spreads.map(({ countedIn }) => countedIn[host] === -1)),
        topologies.map(({ domainOf, members }) => {
          const domain = domainOf[host] ?? -1;
          return members[domain]?.length === 1 ? "alone" : domain;
        }),
      ]),
    ),
  );
}

/** True if a constraint of a pod that is to be placed depends on the domains of the topology. */
function matters({ repulsions, spreads, affinities }: PackingProblem, topology: number): boolean {
  return (
    [...repulsions.flat(), ...spreads.flat()].some((relation) => relation.topology === topology) ||
    affinities.some((affinity) => affinity?.topologies.includes(topology))
  );
}

/** What a host holds, as text: the same text for hosts that are alike and hold the same pods. */
export function holdings(occupancy: Occupancy, members: readonly number[], alike: readonly number[], host: number): string {
  return `${alike[host]}:${members.map((podClass) => occupancy.on(podClass, host)).join()}`;
}

/** The hosts without those that are like an earlier one and hold the same pods. */
export function firstOfEqualHosts(
  occupancy: Occupancy,
  members: readonly number[],
  alike: readonly number[],
  hosts: readonly number[],
): readonly number[] {
  const seen = new Set<string>();
  return hosts.filter((host) => {
    const text = holdings(occupancy, members, alike, host);
    return !seen.has(text) && seen.add(text);
  });
}
