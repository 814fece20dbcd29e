import { DIFFERENCES_KEY, Differences } from "../../stacks/site/differences";
import { SiteError, type Problem } from "../../stacks/site/problems";
import { siteNames } from "../../stacks/site/project";
import { SECRETS_KEY } from "../../stacks/site/schema";
import { PREFIX, readStackFile } from "../../stacks/site/stack-file";
import { UsageError } from "../../terminal/failure";
import { table } from "../../terminal/table";
import { counted, styled } from "../../terminal/text";
import { siteArgument } from "./argument";
import { comparePlaces, type PlaceComparison } from "./compare";
import type { Difference, ParityDocument } from "./document";
import { pathCovers, locate, placesBelow, stepsOf } from "./place";
import { problemsOfSite } from "./problems";
import { inShort } from "./values";

/** Characters of a value that a column of the table shows. */
const WIDTH = 36;

interface SettingsOfSite {
  readonly name: string;
  readonly configuration: Readonly<Record<string, unknown>>;
  readonly reasons: Differences;
}

/**
 * Puts two sites side by side, defaults filled in.
 * @throws {UsageError} if one of them is wrong, or gives a reason for something that is not there or differs from no other site.
 */
export function parity(firstText: string, secondText: string): ParityDocument {
  if (siteArgument(firstText).file === siteArgument(secondText).file)
    throw new UsageError(`${firstText} is compared with itself; allowed: two sites of ${siteNames().join(", ")}`);
  assertRight([firstText, secondText]);
  const [first, second] = [settingsOf(firstText), settingsOf(secondText)];
  const others = siteNames().map(settingsOf);
  assertReasonsHold([first, second], [...others, first, second]);
  const concerns = comparedConcerns(first, second).map(({ concern, same, differences }) => ({
    concern,
    same,
    differences: differences.map((difference) => explained(difference, [first, second])),
  }));
  const unexplained = concerns.flatMap(({ differences }) => differences).filter(({ why }) => why === undefined).length;
  return { first: first.name, second: second.name, concerns, unexplained };
}

/** Lines for people: a table for each concern that differs. */
export function parityLines({ first, second, concerns, unexplained }: ParityDocument): readonly string[] {
  const differing = concerns.filter(({ differences }) => differences.length > 0);
  const total = differing.reduce((sum, { differences }) => sum + differences.length, 0);
  const same = concerns.reduce((sum, each) => sum + each.same, 0);
  return [
    ...differing.flatMap(({ concern, same: alike, differences }) => [
      `${styled("bold", PREFIX + concern)}: ${counted(differences.length, "difference")}, ${alike} the same`,
      ...table(
        ["path", first, second, "why"],
        differences.map((each) => row(each)),
      ).map((line) => `  ${line}`),
      "",
    ]),
    `${first} and ${second}: ${counted(total, "difference")}, ${unexplained} unexplained; ${counted(same, "value")} the same`,
    ...(unexplained > 0 ? [`a difference is explained by its path and the reason in af:${DIFFERENCES_KEY} of one of the two files`] : []),
  ];
}

function row({ path, first, second, why }: Difference): readonly string[] {
  return [path, inShort(first, WIDTH), inShort(second, WIDTH), whyText(why)];
}

function whyText(why: Difference["why"]): string {
  switch (why?.kind) {
    case undefined:
      return styled("yellow", "unexplained");
    case "nature":
      return "its own";
    case "reason":
      return `${why.site}: ${why.reason}`;
    default:
      return why satisfies never;
  }
}

function settingsOf(text: string): SettingsOfSite {
  const { name, file } = siteArgument(text);
  const { configuration } = readStackFile(name, file);
  const reasons = Differences.safeParse(configuration[DIFFERENCES_KEY]);
  return { name, configuration, reasons: reasons.success ? reasons.data : {} };
}

function assertRight(texts: readonly string[]): void {
  const wrong = texts
    .map(siteArgument)
    .map((site) => ({ name: site.name, problems: problemsOfSite(site) }))
    .filter(({ problems }) => problems.length > 0);
  if (wrong.length > 0) throw new UsageError(wrong.map(({ name, problems }) => new SiteError(name, problems).message).join("\n"));
}

function comparedConcerns(first: SettingsOfSite, second: SettingsOfSite): readonly (PlaceComparison & { readonly concern: string })[] {
  const [ones, others] = [first, second].map(({ configuration }) => placesBelow(locate(configuration, [])));
  return (ones ?? []).flatMap((one, index) => {
    const concern = String(one.path[0]);
    const other = others?.[index];
    return other === undefined || concern === SECRETS_KEY || concern === DIFFERENCES_KEY ? [] : [{ concern, ...comparePlaces(one, other) }];
  });
}

function explained(difference: Difference, sites: readonly SettingsOfSite[]): Difference {
  if (difference.why !== undefined) return difference;
  for (const { name, reasons } of sites) {
    const reason = Object.entries(reasons).find(([path]) => pathCovers(PREFIX + path, difference.path))?.[1];
    if (reason !== undefined) return { ...difference, why: { kind: "reason", site: name, reason } };
  }
  return difference;
}

/** Refuses reasons that explain no difference: they are out of date or mistyped. */
function assertReasonsHold(sites: readonly SettingsOfSite[], all: readonly SettingsOfSite[]): void {
  const wrong = sites.flatMap((site) => {
    const others = all.filter(({ name }) => name !== site.name);
    const differing = others.flatMap((other) => comparedConcerns(site, other)).flatMap(({ differences }) => differences);
    const problems = Object.keys(site.reasons).flatMap((path): readonly Problem[] => {
      if (differing.some((difference) => pathCovers(PREFIX + path, difference.path))) return [];
      return [{ path: `${PREFIX}${DIFFERENCES_KEY}.${path}`, message: whyUnused(path, all) }];
    });
    return problems.length === 0 ? [] : [new SiteError(site.name, problems)];
  });
  if (wrong.length > 0) throw new UsageError(wrong.map(({ message }) => message).join("\n"));
}

function whyUnused(path: string, all: readonly SettingsOfSite[]): string {
  const refusals = all.map((site) => refusalAt(site, path));
  const [refusal] = refusals;
  return refusal !== undefined && !refusals.includes(undefined) ? refusal : "differs from no other site; remove it";
}

/** Why a path leads nowhere at a site; undefined if it leads somewhere. */
function refusalAt({ configuration }: SettingsOfSite, path: string): string | undefined {
  try {
    locate(configuration, stepsOf(path));
    return undefined;
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
}
