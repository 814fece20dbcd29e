import { createHash } from "node:crypto";

/** What was measured of one source file; counts of mutants. */
export interface Measured {
  /** SHA-256 of the text of the source that was measured. */
  readonly source: string;
  readonly killed: number;
  /** Killed because the tests did not end. */
  readonly timeout: number;
  readonly survived: number;
  /** Reached by no test. */
  readonly noCoverage: number;
  /** Not tried: only the loading of the module reaches them. */
  readonly static: number;
  /** Comparisons whose boundary may move unnoticed: line of the source, what stands there, what it became. */
  readonly boundaries: readonly string[];
  /** The files of tests that killed something. */
  readonly tests: readonly string[];
  /** Why somebody accepted fewer killed mutants than before. */
  readonly lowered?: string;
}

export const NOT_MEASURED = "not measured";

/** What is committed: every source of the packs and of capacity, by its path. */
export type Score = Readonly<Record<string, Measured | typeof NOT_MEASURED>>;

/** One mutant, as Stryker tells of it, with the words of the source that it replaced. */
export interface Mutant {
  readonly status: string;
  readonly mutatorName: string;
  /** Line of the source. */
  readonly line: number;
  readonly original: string;
  readonly replacement: string;
  /** Files of the tests that killed it. */
  readonly killedIn: readonly string[];
}

export function fingerprint(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** The entry of a source file from all of its mutants. */
export function measuredOf(text: string, mutants: readonly Mutant[]): Measured {
  const count = (status: string) => mutants.filter((mutant) => mutant.status === status).length;
  return {
    source: fingerprint(text),
    killed: count("Killed"),
    timeout: count("Timeout"),
    survived: count("Survived"),
    noCoverage: count("NoCoverage"),
    static: count("Ignored"),
    boundaries: mutants.filter((mutant) => lives(mutant) && movesBoundary(mutant)).map(told),
    tests: [...new Set(mutants.flatMap(({ killedIn }) => killedIn))].sort(),
  };
}

/** True if no test told the mutant from the original. */
export function lives({ status }: Mutant): boolean {
  return status === "Survived" || status === "NoCoverage";
}

/** True for `<` that became `<=` and the like: what is compared stays, and the comparison is not one of equality. */
function movesBoundary({ mutatorName, original, replacement }: Mutant): boolean {
  const unlike = (words: string) => words.replaceAll(/[!=]==?|\s/g, "");
  return mutatorName === "EqualityOperator" && /[<>]/.test(replacement) && unlike(original) !== unlike(replacement);
}

/** A mutant in one line. */
export function told({ line, original, replacement }: Mutant): string {
  const short = (words: string) => words.replaceAll(/\s+/g, " ").slice(0, 80);
  return `${line}: ${short(original)} -> ${short(replacement)}`;
}

export function isMeasured(entry: Score[string] | undefined): entry is Measured {
  return entry !== undefined && entry !== NOT_MEASURED;
}

/** Mutants that were noticed, of all that were tried. */
export function tally(entries: readonly Measured[]): { readonly noticed: number; readonly tried: number } {
  const noticed = entries.reduce((sum, { killed, timeout }) => sum + killed + timeout, 0);
  return { noticed, tried: entries.reduce((sum, { survived, noCoverage }) => sum + survived + noCoverage, noticed) };
}

/** True if more mutants live than before and a smaller part is noticed, so that neither less code nor more code is a fall; or if more boundaries may move. */
export function isWorse(now: Measured, before: Measured): boolean {
  const [a, b] = [tally([now]), tally([before])];
  const isSmaller = a.noticed * b.tried < b.noticed * a.tried;
  return (isSmaller && a.tried - a.noticed > b.tried - b.noticed) || now.boundaries.length > before.boundaries.length;
}

/** What is wrong with a score that is to be committed, beside the sources that there are and, if it is known, the score of the main branch. */
export function faultsOf(score: Score, sources: readonly string[], main: Score = {}): readonly string[] {
  const faults = sources
    .filter((file) => !(file in score))
    .map((file) => `${file} has no entry: run npm run mutation -- ${file}, or write "${NOT_MEASURED}"`);
  for (const file of Object.keys(score))
    if (!sources.includes(file)) faults.push(`${file} has an entry and is no source: remove the entry`);
  for (const [file, before] of Object.entries(main)) {
    const now = score[file];
    if (now === undefined || !isMeasured(before)) continue;
    if (!isMeasured(now)) faults.push(`${file} is not measured, and was: run npm run mutation -- ${file}`);
    else if (isWorse(now, before) && (now.lowered === undefined || now.lowered === before.lowered))
      faults.push(`${file}: ${summary(now)}, before: ${summary(before)}; add tests, or measure it with --lower and a reason`);
  }
  return faults;
}

/** What an entry says, for people. */
export function summary(entry: Measured): string {
  const { noticed, tried } = tally([entry]);
  return `${noticed} of ${tried} mutants killed, ${entry.boundaries.length} boundaries not held`;
}

/** Mutants of a sample. */
const SAMPLE = { least: 8, most: 25 };

/** The source that is measured again, chosen by a seed, to see whether the score still holds: a small one, measured in its present text. */
export function sampleOf(score: Score, texts: ReadonlyMap<string, string>, seed: string): string | undefined {
  const isSmall = (file: string, entry: Score[string]) =>
    isMeasured(entry) &&
    entry.source === fingerprint(texts.get(file) ?? "") &&
    entry.timeout === 0 &&
    entry.killed >= SAMPLE.least &&
    tally([entry]).tried <= SAMPLE.most;
  const small = Object.entries(score).flatMap(([file, entry]) => (isSmall(file, entry) ? [[fingerprint(seed + file), file] as const] : []));
  return small.sort(([a], [b]) => (a < b ? -1 : 1))[0]?.[1];
}
