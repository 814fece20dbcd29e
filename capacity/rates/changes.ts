import { rateAnswer, withGroup, type RateAnswer } from "./answer";
import { bitRate, rateText } from "./bit-rate";
import type { CacheGroup, DataPath } from "./path";
import { compare, decimal, dividedBy, whole, type Ratio } from "./ratio";

/** A change of a site that lifts what limits it, and what came of it when it was made on paper. */
export interface RateChange {
  /** For people: `7 more disks on each host of cache`. */
  readonly text: string;
  /** How many times the changed thing grows, by which small changes come first. */
  readonly growth: Ratio;
  readonly path: DataPath;
  readonly then: RateAnswer;
}

/** One thing that may be made larger in steps. */
interface Candidate {
  /** Steps that can be taken. */
  readonly most: number;
  /** The change of so many steps, from 1 on. */
  readonly at: (steps: number) => { readonly text: string; readonly growth: Ratio; readonly path: DataPath };
}

/** Speeds of ports that are sold, of the standards of IEEE 802.3 (https://www.ieee802.org/3/), from the slowest on. */
const PORTS = ["1Gb/s", "10Gb/s", "25Gb/s", "40Gb/s", "50Gb/s", "100Gb/s", "200Gb/s", "400Gb/s", "800Gb/s"].map(bitRate);

/** Most things of a kind that a change adds. We chose a million: the search halves what is left, so it ends after 20 steps. */
const MOST = 2 ** 20;

/** Steps of the share of hits: hundredths. */
const HUNDREDTHS = 100;

/**
 * Changes of one thing each that lift the limit: after it what is asked for is reached, or another stage limits at a higher rate. Each change is the smallest of
 * its kind, and each was made on paper and asked about again. The change that makes its thing grow least comes first. Empty if nothing is short, or if several
 * stages limit together and no single change lifts all of them.
 */
export function rateChanges(path: DataPath): readonly RateChange[] {
  const before = rateAnswer(path);
  if (before.rate === undefined || before.verdict === "enough" || before.verdict === "not stated") return [];
  const found = candidates(path).flatMap((candidate) => smallestChange(candidate, before));
  return found.sort((a, b) => compare(a.growth, b.growth));
}

/** The fewest steps that lift the limit. More steps never undo it, so the search looks at the most of them first. */
function smallestChange({ most, at }: Candidate, before: RateAnswer): readonly RateChange[] {
  const made = (steps: number): RateChange => {
    const change = at(steps);
    return { ...change, then: rateAnswer(change.path) };
  };
  const lifted = (steps: number) => lifts(made(steps).then, before);
  if (!lifted(most)) return [];
  let [short, enough] = [0, most];
  while (enough - short > 1) {
    const middle = Math.floor((short + enough) / 2);
    if (lifted(middle)) enough = middle;
    else short = middle;
  }
  return [made(enough)];
}

/** True if what is asked for is reached, or if none of the stages that limited does so still: then the rate is higher, for a change makes no stage smaller. */
function lifts({ rate, limits }: RateAnswer, { asked, limits: limited }: RateAnswer): boolean {
  const reached = asked !== undefined && rate !== undefined && compare(rate, asked) >= 0;
  return reached || !limits.some((name) => limited.includes(name));
}

function candidates(path: DataPath): readonly Candidate[] {
  const { analysis, doors, cache, workers } = path;
  const groups = cache.kind === "own" ? cache.groups : [];
  return [
    ...groups.flatMap((group) => cacheCandidates(path, group)),
    ...(doors
      ? [
          counted(
            doors.count,
            (count) => more(count - doors.count, "door"),
            (count) => ({ ...path, doors: { ...doors, count } }),
          ),
          ...port(
            doors.link,
            (rate) => `a link of ${rateText(rate)} to the doors`,
            (link) => ({ ...path, doors: { ...doors, link } }),
          ),
        ]
      : []),
    ...(cache.kind === "own" && analysis.hits ? [moreHits(path, analysis.hits)] : []),
    ...(workers.link === "inside"
      ? []
      : port(
          workers.link,
          (rate) => `a link of ${rateText(rate)} to the workers`,
          (link) => ({ ...path, workers: { ...workers, link } }),
        )),
    ...workers.groups.flatMap((group) =>
      port(
        group.nic,
        (rate) => `NICs of ${rateText(rate)} in the hosts of ${group.name}`,
        (nic) => ({ ...path, workers: { ...workers, groups: workers.groups.map((each) => (each === group ? { ...each, nic } : each)) } }),
      ),
    ),
    ...coreCandidates(path),
  ];
}

function cacheCandidates(path: DataPath, group: CacheGroup): readonly Candidate[] {
  const { pool, hosts, disks, nic } = group;
  const having = (change: Partial<CacheGroup>): DataPath => withGroup(path, group, change);
  return [
    counted(
      disks,
      (count) => `${more(count - disks, "disk")} on each host of ${pool}`,
      (count) => having({ disks: count }),
    ),
    counted(
      hosts,
      (count) => `${more(count - hosts, "cache host")} like those of ${pool}`,
      (count) => having({ hosts: count }),
    ),
    ...port(
      nic,
      (rate) => `NICs of ${rateText(rate)} in the hosts of ${pool}`,
      (rate) => having({ nic: rate }),
    ),
  ];
}

/**
 * More cores. Without a target more cores ask for more as well, so nothing is reached by them; and no more of them lift anything than there are on the hosts of
 * workers.
 */
function coreCandidates(path: DataPath): readonly Candidate[] {
  const { analysis } = path;
  if (analysis.target === undefined) return [];
  return [
    counted(
      analysis.cores,
      (count) => more(count - analysis.cores, "core"),
      (cores) => ({ ...path, analysis: { ...analysis, cores } }),
    ),
  ];
}

/** A larger share of hits, in hundredths. */
function moreHits(path: DataPath, hits: Ratio): Candidate {
  const now = Number((hits.over * BigInt(HUNDREDTHS)) / hits.under);
  return {
    // Beyond the whole nothing is lifted.
    most: HUNDREDTHS,
    at: (steps) => {
      const percent = now + steps;
      const share = decimal((percent / HUNDREDTHS).toFixed(2));
      return {
        text: `a share of hits of ${percent} % in place of ${now} %`,
        // Cold reads shrink rather than that hits grow.
        growth: percent >= HUNDREDTHS ? whole(BigInt(HUNDREDTHS)) : { over: BigInt(HUNDREDTHS - now), under: BigInt(HUNDREDTHS - percent) },
        path: { ...path, analysis: { ...path.analysis, hits: share } },
      };
    },
  };
}

function counted(present: bigint, text: (count: bigint) => string, path: (count: bigint) => DataPath): Candidate {
  return {
    most: MOST,
    at: (steps) => {
      const count = present + BigInt(steps);
      return { text: text(count), growth: present === 0n ? whole(count) : { over: count, under: present }, path: path(count) };
    },
  };
}

/** The next faster ports; none where nobody has stated which ports there are. */
function port(present: Ratio | undefined, text: (rate: Ratio) => string, path: (rate: Ratio) => DataPath): readonly Candidate[] {
  if (present === undefined || present.over === 0n) return [];
  // Stryker disable next-line EqualityOperator: a port that is as fast as the present one lifts nothing.
  const faster = PORTS.filter((rate) => compare(rate, present) > 0);
  return [
    {
      most: faster.length,
      at: (steps) => {
        const rate = faster[steps - 1] ?? present;
        return { text: text(rate), growth: dividedBy(rate, present), path: path(rate) };
      },
    },
  ];
}

function more(count: bigint, thing: string): string {
  return `${count} more ${thing}${count === 1n ? "" : "s"}`;
}
