import { z } from "zod";
import { hostsForRate, rateAnswer, RATE_VERDICTS, type HostsForRate, type RateAnswer } from "../../capacity/rates/answer";
import { rateText } from "../../capacity/rates/bit-rate";
import type { DataPath } from "../../capacity/rates/path";
import { ceiling, compare, floor } from "../../capacity/rates/ratio";
import { STAGES, type Stage } from "../../capacity/rates/stages";
import { dataPathOf } from "../../policies/capacity/data-path";
import type { Site } from "../../stacks/site/schema";
import { counted } from "../../terminal/text";
import { rateAdvice, type RateAdvice } from "./rate-advice";
import { editsText } from "./site-edits";

/** What a plan says of the rate at which data reaches the cores. */
export interface DataRates {
  readonly path: DataPath;
  readonly answer: RateAnswer;
  /** Cache hosts that the wanted rate takes, by pool. */
  readonly hosts: readonly HostsForRate[];
  /** The same with the smallest change made, where that changes what a host carries. */
  readonly hostsChanged: readonly HostsForRate[];
  /** Changes that lift the limit, the smallest first. */
  readonly changes: readonly RateAdvice[];
}

/** Answers the question of the data rate; undefined where the site file does not ask it. */
export function dataRatesOf(site: Site): DataRates | undefined {
  if (site.data.analysis === undefined) return undefined;
  const path = dataPathOf(site);
  const answer = rateAnswer(path);
  const changes = rateAdvice(site, path);
  const hostsOf = (changed: DataPath) => (answer.asked ? hostsForRate(changed, answer.asked) : []);
  return { path, answer, changes, hosts: hostsOf(path), hostsChanged: changes[0] ? hostsOf(changes[0].path) : [] };
}

/** One sentence: what is asked for, what is carried at most, and what limits it. */
export function rateSentence({ path, answer }: Pick<DataRates, "path" | "answer">): string {
  const { asked, rate, limits, fed, certain } = answer;
  const { cores, target } = path.analysis;
  const who = target ? "wanted are" : `${counted(Number(cores), "core")} at once ask for`;
  const want = asked === undefined ? "" : `${who} ${rateText(asked, "up")}; `;
  if (rate === undefined) return `${want}what they get is not known: no stage is stated`;
  const feeds = fed === undefined ? "" : `, which feeds ${counted(Number(fed), "core")}`;
  return `${want}limited by ${limits.join(" and ")} to ${rateText(rate)}${certain ? "" : " at most"}${feeds}${certain ? "" : "; what is not stated may limit it further"}`;
}

/** How many cache hosts the wanted rate takes, as they are and after the smallest change; empty where nothing is known of them. */
export function hostSentences({ answer, hosts, hostsChanged, changes }: DataRates): readonly string[] {
  const { asked } = answer;
  if (asked === undefined) return [];
  return hosts.flatMap((each) => {
    const { pool, hosts: count, unstated } = each;
    if (count === undefined) return [];
    const after = hostsChanged.find((changed) => changed.pool === pool)?.hosts;
    const [change] = changes;
    const better = after !== undefined && after < count && change !== undefined ? `; ${after} after this change: ${change.text}` : "";
    const least = unstated.length > 0 ? "at least " : "";
    return [`${rateText(asked, "up")} takes ${least}${counted(Number(count), "cache host")} like those of ${pool}${better}`];
  });
}

/** A change, what it is in the site file, and what came of it. */
export function changeSentence({ text, edits, then: { rate, limits, verdict } }: RateAdvice): string {
  const reached =
    verdict === "enough"
      ? "what is asked for"
      : verdict === "not stated"
        ? "what is asked for, by what is stated"
        : `then ${limits.join(" and ")}`;
  return `${text} (${editsText(edits)}): ${rate === undefined ? "" : `${rateText(rate)}, `}${reached}`;
}

/** What there is to know of a stage beside its bound: whether it limits, what passes it, and what is not stated. */
export function stageNote({ name, bound, load, unstated }: Stage, { rate }: RateAnswer): string {
  if (load?.over === 0n) return "nothing passes it";
  return [
    ...(bound && rate && compare(bound, rate) === 0 ? ["limits"] : []),
    ...(name === "address of Dask's schedulers" ? ["no data of files passes it, only Dask's own connections"] : []),
    ...(unstated.length > 0 ? [`not stated: ${unstated.join(", ")}`] : []),
  ].join("; ");
}

const bits = z.string().regex(/^\d+$/);

/** What `plan --json` says of the data rate. */
export const ratesSchema = z
  .strictObject({
    verdict: z
      .enum(RATE_VERDICTS)
      .describe(
        "not enough: a stage is full below what is asked for; not stated: none is by what is known, and not all is known; enough: all is known",
      ),
    asked: bits.optional().describe("Bits a second that are wanted, rounded up, as text"),
    rate: bits.optional().describe("Bits a second that reach the cores at most, rounded down, as text; left out if no stage is known"),
    certain: z.boolean().describe("False if something is not stated: then the rate is an upper bound and no more"),
    limits: z.array(z.enum(STAGES)).readonly().describe("The stages that are full at that rate"),
    cores: z.int().describe("Cores that read at once"),
    fed: z.int().optional().describe("Cores that read at full speed at that rate"),
    stages: z
      .array(
        z.strictObject({
          stage: z.enum(STAGES),
          bound: bits
            .optional()
            .describe("Bits a second of what all cores read together, above which the stage is full; left out if it is not known"),
          idle: z.boolean().describe("True if nothing passes the stage"),
          unstated: z.array(z.string()).readonly().describe("What the site file does not state of it"),
        }),
      )
      .readonly()
      .describe("The way from the doors to the cores"),
    hosts: z
      .array(
        z.strictObject({
          pool: z.string(),
          hosts: z.int().optional().describe("Hosts of the pool in all; left out if nothing is known of them"),
          unstated: z.array(z.string()).readonly().describe("What is not stated, so that it may take more"),
        }),
      )
      .readonly()
      .describe("Cache hosts that the wanted rate takes, by pool"),
    changes: z
      .array(z.string())
      .readonly()
      .describe(
        "Changes that lift the limit, the smallest first, each with the keys of the site file that say it, and with what came of it",
      ),
  })
  .describe("What limits the rate at which data reaches the cores");

/** The answer as the document shows it. */
export function ratesEntry({ path, answer, hosts, changes }: DataRates): z.output<typeof ratesSchema> {
  const { verdict, asked, rate, certain, limits, fed, stages } = answer;
  return {
    verdict,
    ...(asked && { asked: String(ceiling(asked)) }),
    ...(rate && { rate: String(floor(rate)) }),
    certain,
    limits,
    cores: Number(path.analysis.cores),
    ...(fed !== undefined && { fed: Number(fed) }),
    stages: stages.map(({ name, bound, load, unstated }) => ({
      stage: name,
      ...(bound && { bound: String(floor(bound)) }),
      idle: load?.over === 0n,
      unstated,
    })),
    hosts: hosts.map(({ pool, hosts: count, unstated }) => ({ pool, ...(count !== undefined && { hosts: Number(count) }), unstated })),
    changes: changes.map(changeSentence),
  };
}
