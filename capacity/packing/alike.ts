import type { Occupancy } from "./occupancy";
import { numbered } from "./grouped";
import { indexes } from "./class-groups";
import type { PackingProblem } from "./problem";

/**
 * A number by host, the same for hosts that may be exchanged without changing anything but names: as much room, open to the same classes, the same pods
 * standing there, counted by the same constraints, and in the same domains or each alone in its own.
 */
export function hostEquivalence(problem: PackingProblem): readonly number[] {
  const topologies = problem.topologies.filter((_, topology) => matters(problem, topology));
  return numbered(
    indexes(problem.hosts.length).map((host) =>
      JSON.stringify([
        problem.free[host],
        problem.allowed.map((byHost) => (byHost[host] ? 1 : 0)).join(""),
        problem.standing.filter((standing) => standing.host === host).map(({ kind, count }) => [kind, count]),
        problem.spreads.map((spreads) => spreads.map(({ countedIn }) => (countedIn[host] ?? -1) >= 0)),
        topologies.map(({ domainOf, members }) => {
          const domain = domainOf[host] ?? -1;
          return members[domain]?.length === 1 ? "alone" : domain;
        }),
      ]),
    ),
  );
}

/** True if a pod that is to be placed asks for something in the domains of the topology. */
function matters({ repulsions, spreads, affinities }: PackingProblem, topology: number): boolean {
  return (
    [...repulsions.flat(), ...spreads.flat()].some((relation) => relation.topology === topology) ||
    affinities.some((affinity) => affinity?.topologies.includes(topology))
  );
}

/** What stands on a host as text: equal for hosts that are alike and hold the same pods. */
export function holdings(occupancy: Occupancy, members: readonly number[], alike: readonly number[], host: number): string {
  return `${alike[host]}:${members.map((podClass) => occupancy.on(podClass, host)).join()}`;
}

/** Of hosts that are alike and hold the same, the first. */
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
