// What the tests of packs and capacity notice: npm run mutation -- [FILE...] [--missing] [--quick | --own] [--lower REASON], or --check, which CI runs.
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { Command } from "commander";
import { projectFolder } from "#af/stacks/site/project";
import {
  faultsOf,
  fingerprint,
  isMeasured,
  isWorse,
  lives,
  measuredOf,
  NOT_MEASURED,
  sampleOf,
  summary,
  tally,
  told,
  type Score,
} from "./score";
import { isIn, mutantsOf, mutatedSources, partsOf } from "./stryker";

const FILE = "tests/mutation/score.json";
const at = (file: string) => path.join(projectFolder(), file);
const textOf = (source: string) => fs.readFileSync(at(source), "utf8");
const read = (): Score => JSON.parse(fs.readFileSync(at(FILE), "utf8")) as Score;

/** What has to be killed, in percent. */
const WANTED = 85;

/** What property tests generate from while mutants are tried: AF_SEED, which of itself only chooses the sample. */
const MEASURED_WITH = "20200";

interface Options {
  readonly check: boolean;
  readonly missing: boolean;
  readonly quick: boolean;
  readonly own: boolean;
  readonly lower?: string;
}

async function main(files: readonly string[], { check, missing, quick, own, lower }: Options): Promise<void> {
  const seed = process.env.AF_SEED;
  // With other values than those of the measurement the tests might notice less.
  process.env.AF_SEED = MEASURED_WITH;
  if (check) return checked(seed === undefined || seed === "" ? git("rev-parse", "HEAD") : seed);
  const sources = mutatedSources();
  for (const file of files)
    if (!sources.some((source) => isIn(source, file))) fail(`${file} is no source of the packs or of capacity, and no folder of them`);
  const named = files.length === 0 ? sources : sources.filter((source) => files.some((file) => isIn(source, file)));
  const before = read();
  const which = own ? "own" : quick ? "quick" : "all";
  const wanted = missing ? named.filter((source) => !isFresh(before, source)) : named;
  for (const part of partsOf(wanted)) {
    const texts = new Map(part.sources.map((source) => [source, textOf(source)]));
    for (const [source, mutants] of await mutantsOf(part.sources, part.tests, which)) {
      const now = measuredOf(texts.get(source) ?? "", mutants);
      console.log(`${source}: ${summary(now)}`);
      for (const mutant of mutants.filter(lives)) console.log(`  ${mutant.mutatorName} ${told(mutant)}`);
      const known = before[source];
      if (isMeasured(known) && isWorse(now, known) && lower === undefined)
        fail(`${source} had ${summary(known)}: nothing is written; add tests, or pass --lower with a reason`);
      else write(source, isMeasured(known) && isWorse(now, known) ? { ...now, lowered: lower } : now);
    }
  }
  tell(read());
}

function isFresh(score: Score, source: string): boolean {
  const entry = score[source];
  return isMeasured(entry) && entry.source === fingerprint(textOf(source));
}

/** Writes one entry, and gives every source one: so a run that is ended has written what it measured. */
function write(source: string, entry: Score[string]): void {
  const score: Score = { ...read(), [source]: entry };
  const all = mutatedSources().map((each) => [each, score[each] ?? NOT_MEASURED] as const);
  fs.writeFileSync(at(FILE), `${JSON.stringify(Object.fromEntries(all), null, 2)}\n`);
}

/** The committed score beside the sources and the main branch, and a sample of it measured again. */
async function checked(seed = ""): Promise<void> {
  const [score, sources] = [read(), mutatedSources()];
  const main = scoreOfMain();
  if (main === undefined) console.log("not compared with the main branch, whose score is not at hand");
  for (const fault of faultsOf(score, sources, main)) fail(fault);
  const sample = sampleOf(score, new Map(sources.map((source) => [source, textOf(source)])), seed);
  const entry = sample === undefined ? undefined : score[sample];
  if (sample === undefined || !isMeasured(entry)) fail("no sample: nothing small is measured in its present text");
  else {
    const mutants = (await mutantsOf([sample], entry.tests, "all")).get(sample) ?? [];
    const now = measuredOf(textOf(sample), mutants);
    console.log(`sample ${sample}: ${summary(now)}; committed: ${summary(entry)}`);
    if (now.killed + now.timeout < entry.killed) {
      fail(`${sample} had more killed when its score was committed; these live:`);
      for (const mutant of mutants.filter(lives)) console.log(`  ${mutant.mutatorName} ${told(mutant)}`);
    }
  }
  tell(score);
}

/** The score of main, or of the commit before where this is main; undefined where git has neither. */
function scoreOfMain(): Score | undefined {
  const head = git("rev-parse", "HEAD");
  const base = ["origin/main", "main", "HEAD^1"].find((each) => ![undefined, head].includes(git("rev-parse", "--verify", "--quiet", each)));
  const text = base === undefined ? undefined : git("show", `${base}:${FILE}`);
  return text === undefined ? undefined : (JSON.parse(text) as Score);
}

function git(...args: readonly string[]): string | undefined {
  try {
    return execFileSync("git", args, { cwd: projectFolder(), encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch {
    return undefined;
  }
}

function tell(score: Score): void {
  const entries = Object.values(score).filter(isMeasured);
  const { noticed, tried } = tally(entries);
  const changed = Object.keys(score).filter((source) => isMeasured(score[source]) && fs.existsSync(at(source)) && !isFresh(score, source));
  const boundaries = entries.reduce((sum, entry) => sum + entry.boundaries.length, 0);
  const percent = tried === 0 ? "0" : ((100 * noticed) / tried).toFixed(1);
  console.log(
    `${noticed} of ${tried} mutants killed (${percent} %, wanted: ${WANTED} %) in ${entries.length} of ${Object.keys(score).length} files, ` +
      `${boundaries} boundaries not held; ${changed.length} files changed since they were measured`,
  );
}

function fail(message: string): void {
  console.error(message);
  process.exitCode = 1;
}

new Command("mutation")
  .description("What the tests of packs and capacity notice of small faults in the code; the score is tests/mutation/score.json")
  .argument("[FILE...]", "sources or folders; all without one")
  .option("--missing", "only what is not measured, or changed since", false)
  .option(
    "--quick",
    "only the tests of the source itself count, and 4 s of quick ones: hours less, and some mutants live that others would kill",
    false,
  )
  .option("--own", "only the tests of the source itself count: minutes, for who writes them", false)
  .option("--lower <reason>", "accept that less is killed than before")
  .option("--check", "hold the committed score against the main branch, and measure a sample of it again", false)
  .action(main)
  .parseAsync()
  .catch((error: unknown) => fail(error instanceof Error ? error.message : String(error)));
