// Programs that judge Kubernetes manifests: how each is asked, and what it says.
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";

/** A program that judges manifests. */
export interface Program {
  readonly name: string;
  /** The program, and the arguments that come first always. */
  readonly command: readonly [program: string, ...args: string[]];
  /** The arguments with which it judges all files of a folder. */
  readonly onFolder: (folder: string) => readonly string[];
  /** The checks that fail in each of these files, by its path; a check that fails twice is there twice. */
  readonly says: (files: readonly string[]) => ReadonlyMap<string, readonly string[]>;
}

/** What a whole process and all that it has started has taken. */
export interface Cost {
  readonly seconds: number;
  readonly cpu: number;
}

type Json = Readonly<Record<string, unknown>>;

/** How a program that writes JSON is asked about one file, and which checks its answer says have failed. */
interface Asking {
  readonly asked: (file: string) => readonly string[];
  readonly failed: (answer: unknown) => readonly string[];
}

/** The grade of kube-score for a check that has nothing to say. */
const WHOLE_GRADE = 10;
const CHECKOV = ["checkov", "--framework", "kubernetes", "--compact", "--quiet"] as const;

/** The packs first, then the others. */
export const PROGRAMS: readonly Program[] = [
  perFile("policy", [process.execPath, "--max-semi-space-size=64", "bin/tools/policy.js"], (folder) => [folder], {
    asked: (file) => ["--json", file],
    failed: (answer) => list(answer, "findings").map(({ rule }) => String(rule)),
  }),
  perFile("kube-score", ["kube-score", "score"], filesIn, {
    asked: (file) => ["--output-format", "json", file],
    failed: (answer) =>
      (Array.isArray(answer) ? (answer as readonly Json[]) : [])
        .flatMap((object) => list(object, "checks"))
        .filter(({ grade, skipped }) => skipped !== true && Number(grade) < WHOLE_GRADE)
        .map(({ check }) => String((check as Json)["id"])),
  }),
  perFile("kube-linter", ["kube-linter", "lint"], (folder) => [folder], {
    asked: (file) => ["--format", "json", file],
    failed: (answer) => list(answer, "Reports").map(({ Check }) => String(Check)),
  }),
  perFile("polaris", ["polaris", "audit"], (folder) => ["--audit-path", folder], {
    asked: (file) => ["--format", "json", "--audit-path", file],
    failed: (answer) => list(answer, "Results").flatMap(failedOfPolaris),
  }),
  { name: "checkov", command: CHECKOV, onFolder: (folder) => ["--directory", folder], says: saysCheckov },
];

function perFile(name: string, command: Program["command"], onFolder: Program["onFolder"], { asked, failed }: Asking): Program {
  const says = (file: string) => [file, failed(answerOf([...command, ...asked(file)]))] as const;
  return { name, command, onFolder, says: (files) => new Map([...new Set(files)].map(says)) };
}

/** It takes seconds to start, so it is asked about all files at once. */
function saysCheckov(files: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const answer = answerOf([...CHECKOV, "--output", "json", ...files.flatMap((file) => ["--file", file])]);
  const results = typeof answer === "object" && answer !== null ? (answer as Json)["results"] : undefined;
  const failed = list(results, "failed_checks");
  return new Map(
    files.map((file) => [file, failed.filter((check) => check["file_abs_path"] === file).map((check) => String(check["check_id"]))]),
  );
}

/** The checks of an object, of its pod and of its containers that polaris says do not succeed. */
function failedOfPolaris(object: Json): readonly string[] {
  return Object.entries(object).flatMap(([name, value]): readonly string[] => {
    if (Array.isArray(value)) return value.flatMap((each: unknown) => failedOfPolaris(each as Json));
    if (typeof value !== "object" || value === null) return [];
    if ((value as Json)["Success"] === false) return [name];
    return failedOfPolaris(value as Json);
  });
}

/** kube-score reads files, and no folders. */
function filesIn(folder: string): readonly string[] {
  return fs
    .readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".yaml"))
    .map((file) => path.join(folder, file));
}

function list(from: unknown, name: string): readonly Json[] {
  const value = typeof from === "object" && from !== null ? (from as Json)[name] : undefined;
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}

/** What a program prints, as JSON; undefined if it prints none. Its exit code says whether it found something. */
function answerOf([program = "", ...args]: readonly string[]): unknown {
  const { stdout } = spawnSync(program, args, { encoding: "utf8", maxBuffer: 2 ** 28, stdio: ["ignore", "pipe", "ignore"] });
  try {
    return JSON.parse(stdout) as unknown;
  } catch {
    return undefined;
  }
}

/** How long a command takes, as the shell counts it: with all processes that it has started and waited for. */
export function timed(command: readonly string[]): Cost {
  const script = 'TIMEFORMAT="%R %U %S"; time "$0" "$@" > /dev/null 2>&1';
  const { stderr } = spawnSync("bash", ["-c", script, ...command], { encoding: "utf8" });
  const [seconds = NaN, user = NaN, system = NaN] = stderr.trim().split(" ").map(Number);
  return { seconds, cpu: user + system };
}
