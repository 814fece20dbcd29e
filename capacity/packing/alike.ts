import type { Cluster } from "./cluster";
import { numbered } from "./grouped";
import { indexes } from "./stages";
import type { Problem } from "./problem";

/**
 * A number by host, the same for hosts that may be exchanged without changing anything but names: as much room, open to the same classes, the same pods
 * standing there, counted by the same constraints, and in the same domains or each alone in its own.
 */
export function alikes(problem: Problem): readonly number[] {
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
function matters({ repulsions, spreads, affinities }: Problem, topology: number): boolean {
  return (
    [...repulsions.flat(), ...spreads.flat()].some((relation) => relation.topology === topology) ||
    affinities.some((affinity) => affinity?.topologies.includes(topology))
  );
}

/** What stands on a host as text: equal for hosts that are alike and hold the same pods. */
export function holdings(cluster: Cluster, members: readonly number[], alike: readonly number[], host: number): string {
  return `${alike[host]}:${members.map((pod) => cluster.on(pod, host)).join()}`;
}

/** Of hosts that are alike and hold the same, the first. */
export function firstsOf(
  cluster: Cluster,
  members: readonly number[],
  alike: readonly number[],
  hosts: readonly number[],
): readonly number[] {
  const seen = new Set<string>();
  return hosts.filter((host) => {
    const text = holdings(cluster, members, alike, host);
    return !seen.has(text) && seen.add(text);
  });
}
