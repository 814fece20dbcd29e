// The packs beside programs that judge Kubernetes manifests too, on the same files: npm run bench:peers -- [--site SITE] [--runs 3] [--attacks FOLDER]
// How long each takes for the manifests of a site and for 5,000 Deployments with budget, Service and policy (medians of whole processes), and how many faults
// each finds: the examples of the security pack, of which two files differ in one field, and with a checkout of
// https://github.com/BishopFox/badPods its attack pods beside the harmless pod of the same kind. A fault is found if something is said of it that is not said
// of its counterpart. kube-score, kube-linter, polaris and checkov are taken from PATH; what is not installed is told. The faults are of our own choice.
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { parseArgs } from "node:util";
import { stringify } from "yaml";
import { changed } from "../policies/manifests";
import { SECURITY_EXAMPLES } from "../policies/security/examples";
import { PROGRAMS, timed, type Program } from "./peer-programs";
import { manyOf } from "./policies-objects";

const MANY = 5000;
const OBJECTS_OF_A_FILE = 100;
const { values } = parseArgs({
  options: { site: { type: "string", default: "unl" }, runs: { type: "string", default: "3" }, attacks: { type: "string" } },
});

/** Two files that differ in what a program is to find. */
interface Pair {
  readonly harmless: string;
  readonly fault: string;
}

const base = fs.mkdtempSync(path.join(os.tmpdir(), "af-bench-peers-"));
try {
  const programs = PROGRAMS.filter((program) => {
    const { error } = spawnSync(program.command[0], ["--help"], { stdio: "ignore" });
    if (error) console.log(`${program.name} is not installed, so not measured`);
    return !error;
  });
  for (const [what, folder] of [
    [`the manifests of ${values.site}`, manifests()],
    [`${MANY} objects`, manyObjects()],
  ] as const)
    for (const program of programs) tellTime(what, program, folder);
  tellFound("examples of the security pack", programs, examples());
  if (values.attacks === undefined) console.log("no folder of attack pods is given, so they are not tried");
  else tellFound("attack pods", programs, attacks(path.join(values.attacks, "manifests")));
} finally {
  fs.rmSync(base, { recursive: true });
}

function manifests(): string {
  const folder = path.join(base, "site");
  const { status, stderr } = spawnSync(process.execPath, ["bin/tools/plan.js", values.site, "--manifests", folder], { encoding: "utf8" });
  if (status !== 0 && status !== 1) throw new Error(stderr);
  return folder;
}

function manyObjects(): string {
  const folder = path.join(base, "many");
  const objects = manyOf("Deployment with budget, Service and policy", MANY);
  for (let first = 0; first < objects.length; first += OBJECTS_OF_A_FILE)
    write(path.join(folder, `${first}.yaml`), objects.slice(first, first + OBJECTS_OF_A_FILE));
  return folder;
}

function examples(): readonly Pair[] {
  return Object.entries(SECURITY_EXAMPLES).map(([rule, { accepted, of, at, value }]) => {
    const [harmless, fault] = [path.join(base, "harmless", `${rule}.yaml`), path.join(base, "fault", `${rule}.yaml`)];
    write(harmless, accepted);
    write(
      fault,
      accepted.map((object, index) => (index === of ? changed(object, at, value) : object)),
    );
    return { harmless, fault };
  });
}

/** Files `<attack>/<kind>/<attack>-<how>-<kind>.yaml`; the harmless ones are those of the attack for which nothing is allowed. */
function attacks(folder: string): readonly Pair[] {
  const files = fs.readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".yaml"));
  return files.flatMap((file) => {
    const [attack = ""] = file.split(path.sep);
    const counterpart = file.replaceAll(attack, "nothing-allowed");
    return counterpart !== file && files.includes(counterpart)
      ? [{ harmless: path.join(folder, counterpart), fault: path.join(folder, file) }]
      : [];
  });
}

function write(file: string, objects: readonly object[]): void {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, objects.map((object) => stringify(object)).join("---\n"));
}

function tellTime(what: string, program: Program, folder: string): void {
  const costs = Array.from({ length: Number(values.runs) }, () => timed([...program.command, ...program.onFolder(folder)]));
  const middle = (of: (cost: (typeof costs)[number]) => number) =>
    costs.map(of).sort((a, b) => a - b)[Math.floor((costs.length - 1) / 2)] ?? NaN;
  const [cpu, wall] = [middle((cost) => cost.cpu), middle((cost) => cost.seconds)];
  console.log(
    `${what.padEnd(26)} ${program.name.padEnd(14)} CPU ${cpu.toFixed(2).padStart(7)} s   ${wall.toFixed(2).padStart(7)} s to wait for`,
  );
}

function tellFound(what: string, programs: readonly Program[], pairs: readonly Pair[]): void {
  for (const program of programs) {
    const said = program.says(pairs.flatMap(({ harmless, fault }) => [harmless, fault]));
    const found = pairs.filter(({ harmless, fault }) => saysMore(said.get(fault) ?? [], said.get(harmless) ?? []));
    console.log(`${what.padEnd(30)} ${program.name.padEnd(14)} found ${found.length} of ${pairs.length}`);
    const missed = pairs.filter((pair) => !found.includes(pair)).map(({ fault }) => path.basename(fault, ".yaml"));
    if (process.env["AF_MISSED"] !== undefined) console.log(`  missed: ${missed.join(", ")}`);
  }
}

/** True if one of the checks fails more often than in the other list. */
function saysMore(checks: readonly string[], others: readonly string[]): boolean {
  const times = (list: readonly string[], check: string) => list.filter((each) => each === check).length;
  return [...new Set(checks)].some((check) => times(checks, check) > times(others, check));
}
