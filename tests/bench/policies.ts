// How long each rule of both packs takes, and how that grows: npm run bench:policies -- [--site SITE] [--together 50] [--of TEXT] [RULE...]
// Objects of one kind at a time, from 500 to 8,000, so many to a namespace, then objects of one namespace that are about each other; with `--of` only those
// whose name has the text. CPU time of this process. The exponent is that of the last doublings: 1 is linear, and everything above 1.3 is told, as no n log n
// grows so. One that is above is measured again, each time with an empty heap, and of each size the least time counts, and with more objects: what a compiler or a
// collection of garbage adds falls on one size and makes a line look steep there, and what grows too fast is steeper with each doubling. With a site the rules that compare with its hosts are measured too, some of which pack. At last 5,000 objects are judged by all rules at once, as
// the commands do it: what several rules ask is then worked out once.
import { parseArgs } from "node:util";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { judge } from "#af/policies/judge";
import { objectsOf, type KubernetesObject } from "#af/policies/model/objects";
import type { Rule } from "#af/policies/model/rules";
import { RULES } from "#af/policies/packs";
import { readSite } from "#af/stacks/site/read";
import { CROWD_NAMES, crowdOf } from "./policies-crowds";
import { KINDS, manyOf } from "./policies-objects";

const SIZES = [500, 1000, 2000, 4000, 8000];
/** Sizes of a line that was steep. */
const BEYOND = [...SIZES, 16_000, 32_000];
const AT_ONCE = 5000;
/** Milliseconds below which a time says nothing about growth. */
const NOISE = 100;
/** The slope above which a line is no n log n, and how often one that is above is measured again. */
const [STEEP, AGAIN] = [1.3, 3];
setFlagsFromString("--expose-gc");
const emptyHeap = runInNewContext("gc") as () => void;
const { values, positionals: named } = parseArgs({
  options: { site: { type: "string" }, together: { type: "string", default: "50" }, of: { type: "string", default: "" } },
  allowPositionals: true,
});
const together = Number(values.together);
const site = values.site === undefined ? undefined : readSite(values.site);
const rules = RULES.filter(({ name, scope }) => (named.length === 0 || named.includes(name)) && (site || scope !== "site"));
/** Milliseconds after which a rule is not tried with more. */
const PATIENCE = 15_000;

/** Objects of a kind or a crowd, by its name. */
type Make = (count: number) => readonly object[];
const made: readonly (readonly [name: string, make: Make])[] = [
  ...KINDS.map((kind): [string, Make] => [kind, (count) => manyOf(kind, count, together)]),
  ...CROWD_NAMES.map((crowd): [string, Make] => [crowd, (count) => crowdOf(crowd, count)]),
].filter(([name]) => name.includes(values.of));

const worst: string[] = [];
for (const [kind, make] of made) {
  const tables = new Map(rules.map((rule): [Rule, number[]] => [rule, []]));
  for (const size of SIZES) {
    const objects = make(size).flatMap((object) => objectsOf(object));
    let all = 0;
    for (const rule of rules) {
      const row = tables.get(rule) ?? [];
      if ((row.at(-1) ?? 0) > PATIENCE) continue;
      const time = judged(rule, objects);
      row.push(time);
      all += time;
    }
    console.log(`${kind.padEnd(42)} ${String(size).padStart(5)}  all rules ${(all / 1000).toFixed(2).padStart(7)} s`);
  }
  for (const [rule, first] of tables) {
    if (Math.max(...first) < NOISE) continue;
    const times = exponentOf(first) > STEEP ? least(rule, make, first) : first;
    const exponent = exponentOf(times);
    const line = `  ${rule.name.padEnd(42)} ${times.map((each) => `${each.toFixed(0)} ms`.padStart(9)).join("")}   n^${exponent.toFixed(2)}`;
    console.log(line);
    if (exponent > STEEP) worst.push(`${kind}: ${line.trim()}`);
  }
}
console.log(worst.length === 0 ? "\nno rule grows faster than n log n" : `\ngrow faster than n log n:\n${worst.join("\n")}`);

console.log(`\n${AT_ONCE} objects, read and judged by all rules at once:`);
for (const [kind, make] of made) {
  const objects = make(AT_ONCE);
  const time = milliseconds(() =>
    judge(
      rules,
      objects.flatMap((object) => objectsOf(object)),
      { site },
    ),
  );
  console.log(`${kind.padEnd(42)} ${(time / 1000).toFixed(2).padStart(7)} s   aim 5 s: ${time <= 5000 ? "kept" : "missed"}`);
}

/** The least of the times that were measured and of some more, by size, and of sizes beyond. */
function least(rule: Rule, make: Make, first: readonly number[]): readonly number[] {
  const times: number[] = [];
  for (const [index, size] of BEYOND.entries()) {
    if ((times.at(-1) ?? 0) > PATIENCE) break;
    const objects = make(size).flatMap((object) => objectsOf(object));
    const again = Array.from({ length: AGAIN }, () => {
      emptyHeap();
      return judged(rule, objects);
    });
    times.push(Math.min(first[index] ?? Infinity, ...again));
  }
  return times;
}

function judged(rule: Rule, objects: readonly KubernetesObject[]): number {
  return milliseconds(() => judge([rule], [...objects], { site }));
}

/** CPU time of this process. */
function milliseconds(work: () => void): number {
  const begun = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(begun);
  return (user + system) / 1000;
}

/** The slope of the last times that are above the noise, of size and time in logarithms. */
function exponentOf(times: readonly number[]): number {
  const last = times.length - 1;
  const first = times.findIndex((each, index) => each > NOISE || index >= last - 1);
  return first >= last ? 0 : Math.log2((times[last] ?? 0) / (times[first] ?? 1)) / (last - first);
}
