import * as fs from "node:fs";
import { SourceMap, type SourceMapPayload } from "node:module";
import * as os from "node:os";
import * as path from "node:path";
import { projectFolder } from "#af/stacks/site/project";
import type { Mutant } from "./score";

/** Tests of all sources below a folder, the deepest folder first. Only these count: a mutant that tests elsewhere would notice is said to live. */
const TESTS: Readonly<Record<string, readonly string[]>> = {
  "capacity/packing": ["tests/capacity/packing", "tests/capacity/packing/questions", "tests/capacity"],
  "capacity/rates": ["tests/capacity/rates"],
  capacity: ["tests/capacity"],
  "policies/capacity": ["tests/policies/capacity", "tests/policies/quotas"],
  "policies/model": ["tests/policies/model", "tests/policies/quotas", "tests/policies/security", "tests/policies/capacity"],
  "policies/quotas": ["tests/policies/quotas"],
  "policies/security": ["tests/policies/security"],
  policies: ["tests/policies", "tests/policies/security"],
};

/** They cost minutes for each mutant that lives: programs that are started, and each rule over many sites again and again. */
const LEFT_OUT = [
  "tests/policies/engine.test.ts",
  "tests/policies/quotas/site-boundaries.test.ts",
  "tests/policies/security/every-kind.test.ts",
];

/** Most of their time goes into slow tests, which a quick run does not ask; it leaves them out unless they are the source's own. */
const SLOW = [
  "tests/capacity/packing/laws.test.ts",
  "tests/capacity/packing/oracle.test.ts",
  "tests/policies/model/normal-form.test.ts",
  "tests/policies/security/irreplaceable-things-are-protected.test.ts",
  "tests/policies/security/network-policies-are-enforced.test.ts",
  "tests/policies/security/pods.test.ts",
  "tests/policies/security/waivers-are-exact.test.ts",
];

/** Sources of which Stryker tries the mutants in one run, so that a run that is ended loses little. */
const AT_ONCE = 6;

/** Sources of the packs and of capacity. */
export function mutatedSources(): readonly string[] {
  return ["capacity", "policies"]
    .flatMap((folder) =>
      fs
        .readdirSync(path.join(projectFolder(), folder), { recursive: true, encoding: "utf8" })
        .filter((file) => file.endsWith(".ts"))
        .map((file) => path.posix.join(folder, file)),
    )
    .sort();
}

/** True for a source that is the file, or in the folder: a folder is meant with all below it, or with `/*` with nothing but its own files. */
export function isIn(source: string, file: string): boolean {
  if (file.endsWith("/*")) return path.dirname(source) === path.dirname(file);
  return source === file || source.startsWith(`${file.replace(/\/$/, "")}/`);
}

/** The sources in the parts in which they are measured, each with its files of tests. */
export function partsOf(sources: readonly string[]): readonly { readonly sources: readonly string[]; readonly tests: readonly string[] }[] {
  const folders = Object.keys(TESTS);
  return folders.flatMap((folder) => {
    const own = sources.filter((source) => folders.find((each) => source.startsWith(`${each}/`)) === folder);
    const starts = Array.from({ length: Math.ceil(own.length / AT_ONCE) }, (_, index) => index * AT_ONCE);
    return starts.map((start) => ({ sources: own.slice(start, start + AT_ONCE), tests: (TESTS[folder] ?? []).flatMap(testsIn) }));
  });
}

function testsIn(folder: string): readonly string[] {
  return fs
    .readdirSync(path.join(projectFolder(), folder))
    .filter((file) => file.endsWith(".test.ts"))
    .map((file) => `${folder}/${file}`)
    .filter((file) => !LEFT_OUT.includes(file));
}

/** Which tests are asked beside the source's own: all, the quick ones, or none. Each mutant that lives takes all that are asked. */
export type Asked = "all" | "quick" | "own";

/**
 * Tries every mutant of the compiled sources in a copy of the project; mutants by source.
 * @throws {Error} if the tests fail without a mutant.
 */
export async function mutantsOf(
  sources: readonly string[],
  tests: readonly string[],
  which: Asked,
): Promise<ReadonlyMap<string, readonly Mutant[]>> {
  const { Stryker } = await import("@stryker-mutator/core");
  const own = sources.map((source) => `tests/${source.replace(/\.ts$/, ".test.ts")}`);
  const slow = which === "all";
  const asked = tests.filter((file) => own.includes(file) || (which !== "own" && (slow || !SLOW.includes(file))));
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "af-mutation-"));
  try {
    const results = await new Stryker({
      mutate: sources.map(compiled),
      plugins: ["./tests/mutation/runner.mjs"],
      testRunner: "mocha-12",
      testRunnerNodeArgs: ["--require", "tsx/cjs"],
      facility: { tests: asked, slow },
      warnings: { unknownOptions: false },
      coverageAnalysis: "perTest",
      // What a module does while it is loaded is done again only in a new process, with all tests: minutes for each text of a title.
      ignoreStatic: true,
      concurrency: 1,
      // Above one and a half times what the tests of a mutant took without it; a source's own slow tests have to end in this too.
      timeoutMS: slow ? 60_000 : 10_000,
      disableTypeChecks: false,
      reporters: ["progress-append-only"],
      allowConsoleColors: false,
      tempDirName: folder,
    } as object).runMutationTest();
    return new Map(
      sources.map((source) => {
        const file = path.join(projectFolder(), compiled(source));
        const code = fs.readFileSync(file, "utf8").split("\n");
        const map = new SourceMap(JSON.parse(fs.readFileSync(`${file}.map`, "utf8")) as SourceMapPayload);
        const own = results.filter(({ fileName }) => path.resolve(fileName) === file);
        return [source, own.map((result) => mutantOf(result, code, map))] as const;
      }),
    );
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

function compiled(source: string): string {
  return `bin/${source.replace(/\.ts$/, ".js")}`;
}

interface Position {
  readonly line: number;
  readonly column: number;
}

interface Result {
  readonly status: string;
  readonly mutatorName: string;
  readonly replacement?: string;
  readonly location: { readonly start: Position; readonly end: Position };
  readonly killedBy?: readonly string[];
}

/** Lines and columns of Stryker begin with 1, those of a source map with 0. */
function mutantOf(
  { status, mutatorName, replacement = "", location: { start, end }, killedBy = [] }: Result,
  code: readonly string[],
  map: SourceMap,
): Mutant {
  const lines = code.slice(start.line - 1, end.line);
  lines.push((lines.pop() ?? "").slice(0, end.column - 1));
  lines.unshift((lines.shift() ?? "").slice(start.column - 1));
  const entry = map.findEntry(start.line - 1, start.column - 1);
  return {
    status,
    mutatorName,
    line: "originalLine" in entry ? entry.originalLine + 1 : start.line,
    original: lines.join("\n"),
    replacement,
    killedIn: killedBy.map((id) => id.split(" > ")[0] ?? id),
  };
}
