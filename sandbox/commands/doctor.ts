import { EXIT, type ExitCode } from "../../terminal/failure";
import { table } from "../../terminal/table";
import { counted, WIDTH, wrapped } from "../../terminal/text";
import { examineMachine, type Feature } from "../doctor/machine";
import { lockInWords, pluginsOf, type Provision, provisionsOf } from "../doctor/tools";
import { inWords, minutesToBuild } from "../tools/estimate";
import { readReleases, type ReleaseLock } from "../tools/releases";
import { surveyTools } from "../tools/survey";

/** What `doctor` has found. */
export interface Diagnosis {
  readonly tools: readonly Provision[];
  readonly plugins: readonly Provision[];
  readonly machine: readonly Feature[];
  /** What the lock file of releases allows. */
  readonly releases: string;
  /** Minutes that building takes in all. */
  readonly minutes: number;
  /** Whether `up` can work. */
  readonly ready: boolean;
}

/**
 * Says for each tool, plugin and feature of the machine what would be used, fetched or built, and why; changes nothing.
 * @throws {UsageError} if the lock file of releases is not as it must be.
 */
export async function diagnose(
  env: Readonly<NodeJS.ProcessEnv> = process.env,
  lock: ReleaseLock = readReleases(),
  platform: NodeJS.Platform = process.platform,
): Promise<Diagnosis> {
  const surveyed = await surveyTools({ env, lock });
  const toBuild = surveyed.filter(({ decision }) => decision.kind === "build").map(({ tool }) => tool);
  const toFetch = surveyed.filter(({ decision }) => decision.kind === "fetch").length;
  const machine = await examineMachine({ toBuild: toBuild.length, toFetch }, env, platform);
  return {
    tools: provisionsOf(surveyed),
    plugins: pluginsOf(env),
    machine,
    releases: lockInWords(lock),
    minutes: minutesToBuild(toBuild),
    ready: machine.every(({ state }) => state !== "lacking"),
  };
}

/** `doctor`: prints a diagnosis, and ends with 1 if `up` cannot work on this machine. */
export async function doctor(options: { readonly json: boolean }): Promise<ExitCode> {
  const diagnosis = await diagnose();
  console.log(options.json ? JSON.stringify(diagnosis, undefined, 2) : inLines(diagnosis).join("\n"));
  return diagnosis.ready ? EXIT.passes : EXIT.fails;
}

/** A diagnosis for a terminal; but for paths and addresses, no line is longer than one. */
export function inLines({ tools, plugins, machine, releases, minutes, ready }: Diagnosis): readonly string[] {
  const rows = [...tools, ...plugins].map(({ name, version, how, why, minutes: each }) => [
    ...[name, version, how],
    each === undefined ? why : `about ${inWords(each)}: ${why}`,
  ]);
  const count = (wanted: Provision["how"]): number => tools.filter(({ how }) => how === wanted).length;
  const passedOver = [...tools, ...plugins].flatMap((each) => each.passedOver);
  const wanting = machine.filter(({ state }) => state !== "ok");
  const sums = [
    `${counted(tools.length, "tool")}: ${count("use")} there, ${count("fetch")} to download, ${count("build")} to build`,
    ...(count("build") > 0 ? [`, about ${inWords(minutes)} on this machine`] : []),
  ].join("");
  return [
    ...table(["TOOL OR PLUGIN", "VERSION", "HOW", "WHY"], rows, [], WIDTH),
    ...["", sums + ".", ...wrapped(releases, WIDTH, "")],
    ...(passedOver.length > 0 ? ["", "Not used:"] : []),
    ...passedOver.flatMap(({ path, reason }) => [`  ${path}`, ...item(reason)]),
    "",
    ...table(
      ["MACHINE", "", "FOUND"],
      machine.map(({ name, state, found }) => [name, state === "ok" ? "ok" : state.toUpperCase(), found]),
      [],
      WIDTH,
    ),
    ...(wanting.length > 0 ? ["", "What to do:"] : []),
    ...wanting.flatMap(({ name, remedy = "" }) => [`  ${name}`, ...item(remedy)]),
    ...["", ready ? "`npm run sandbox -- up SITE` can work on this machine." : "`npm run sandbox -- up SITE` cannot work yet: see above."],
  ];
}

function item(text: string): readonly string[] {
  return wrapped(text, WIDTH - 4, "").map((line) => `    ${line}`);
}
