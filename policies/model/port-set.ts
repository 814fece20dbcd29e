/** First and last of a run of numbers. */
export type Run = readonly [first: number, last: number];

/** A set of ports: runs in ascending order that neither overlap nor touch. */
export type PortSet = readonly Run[];

/** Every port. */
export const EVERY_PORT: PortSet = [[1, 65535]];

/** The ports that are in any of the runs. */
export function portSet(runs: readonly Run[]): PortSet {
  const joined: Run[] = [];
  for (const [first, last] of [...runs].sort((a, b) => a[0] - b[0])) {
    const before = joined.at(-1);
    if (before && first <= before[1] + 1) joined[joined.length - 1] = [before[0], Math.max(before[1], last)];
    else joined.push([first, last]);
  }
  return joined;
}

/** The ports that are in both sets. */
export function common(a: PortSet, b: PortSet): PortSet {
  return portSet(
    a
      .flatMap(([first, last]) => b.map(([from, to]): Run => [Math.max(first, from), Math.min(last, to)]))
      .filter(([first, last]) => first <= last),
  );
}

/** The ports of the first set that are not in the second. */
export function without(a: PortSet, b: PortSet): PortSet {
  return b.reduce<PortSet>(
    (left, [from, to]) =>
      left.flatMap(([first, last]): readonly Run[] => {
        if (to < first || from > last) return [[first, last]];
        return [...(first < from ? [[first, from - 1] as const] : []), ...(last > to ? [[to + 1, last] as const] : [])];
      }),
    a,
  );
}

/** A set of ports for people: `22, 8000-8100`, and `any port` for all of them. */
export function portsText(set: PortSet): string {
  const [first] = set;
  if (first && first[0] === EVERY_PORT[0]?.[0] && first[1] === EVERY_PORT[0][1]) return "any port";
  return set.map(([from, to]) => (from === to ? String(from) : `${from}-${to}`)).join(", ");
}
