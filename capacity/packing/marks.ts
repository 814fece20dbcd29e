import { memoize } from "../memoize";
import type { PackingProblem } from "./problem";

/** What a pod of one kind changes where it is placed, besides the room of its host. */
export interface Marks {
  /** Topologies, besides that of the single hosts, in which something asks for such pods. */
  readonly topologies: readonly number[];
  /** Constraints on spreading that count such pods. */
  readonly spreads: readonly SpreadMark[];
}

interface SpreadMark {
  /** The class that has the constraint, and which of its constraints it is. */
  readonly podClass: number;
  readonly index: number;
  /** By host: the domain that it counts for, or -1. */
  readonly countedIn: readonly number[];
}

/** What the pods of each kind change where they are placed. Most change nothing but the room. Every run and every search of a problem begins with the same. */
export const marksOf = memoize(({ kinds, repulsions, affinities, spreads }: PackingProblem): readonly Marks[] => {
  const marks = kinds.map(() => ({ topologies: [] as number[], spreads: [] as SpreadMark[] }));
  const ask = (kind: number, topology: number) => {
    const topologies = marks[kind]?.topologies;
    if (topology !== 0 && topologies?.includes(topology) === false) topologies.push(topology);
  };
  for (const each of repulsions) for (const { kind, topology } of each) ask(kind, topology);
  for (const affinity of affinities)
    affinity?.satisfiedBy.forEach((satisfies, kind) => {
      if (satisfies) for (const topology of affinity.topologies) ask(kind, topology);
    });
  for (const [podClass, constraints] of spreads.entries())
    for (const [index, { counts, countedIn }] of constraints.entries())
      counts.forEach((counted, kind) => {
        if (counted) marks[kind]?.spreads.push({ podClass, index, countedIn });
      });
  return marks;
});
