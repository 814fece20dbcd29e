// What the rules of both policy packs add to a preview: npm run bench:preview -- [SITE] [RUNS]
// The CLI of Pulumi in the sandbox of the site, before its first `up`, as many runs with the pack of all rules as without, and with a pack of one policy that
// looks at nothing, one after the other. CPU is that of the CLI and of all that it starts; what the API server does is not counted. Medians. Nothing else should be
// running. It ends with 1 if the rules add 2 s of CPU or more to what any pack costs.
import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { engineEnvironment } from "#af/sandbox/engine/environment";
import { engineArguments, POLICY_PACK } from "#af/sandbox/engine/engine";
import { findControlPlane } from "#af/sandbox/control-plane/control-plane";
import { toolsAtHand } from "#af/sandbox/tools/toolbox";
import { projectFolder } from "#af/stacks/site/project";
import { TestSandbox } from "../sandbox/e2e/harness";

/** Seconds of CPU that the rules of both packs may add. */
const MOST = 2;
/** How often the processes are looked at, in milliseconds: what one does after the last look is not counted. */
const LOOK_AGAIN = 100;
/** USER_HZ of Linux, in which /proc counts, on every architecture that Node runs on. */
const TICKS_PER_SECOND = 100;

interface Cost {
  readonly seconds: number;
  readonly cpu: number;
  /** Of the process that runs the pack. */
  readonly pack: number;
}

async function main(site = "unl", runs = "3"): Promise<void> {
  const sandbox = new TestSandbox(site);
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), "af-pack-"));
  try {
    const { code, stderr } = await sandbox.command("preview", site).finished;
    if (code !== 0) throw new Error(`the first preview ended with ${code}:\n${stderr}`);
    const empty = emptyPack(scratch);
    const costs = { bare: [] as Cost[], empty: [] as Cost[], judged: [] as Cost[] };
    for (let run = 1; run <= Number(runs); run += 1) {
      console.error(`run ${run} of ${runs}`);
      costs.bare.push(await preview(sandbox));
      costs.empty.push(await preview(sandbox, empty));
      costs.judged.push(await preview(sandbox, POLICY_PACK));
    }
    const without = tell("preview without a pack", costs.bare);
    const floor = tell("with an empty pack", costs.empty);
    const judged = tell("with all rules", costs.judged);
    const difference = (from: Cost) =>
      `${(judged.cpu - from.cpu).toFixed(1)} s of CPU, ${(judged.seconds - from.seconds).toFixed(1)} s to wait for`;
    console.log(`the pack adds ${difference(without)}`);
    const added = judged.cpu - floor.cpu;
    console.log(`of that its rules: ${difference(floor)}; aim ${MOST} s of CPU: ${added < MOST ? "kept" : "missed"}`);
    process.exitCode = added < MOST ? 0 : 1;
  } finally {
    await sandbox.remove();
    fs.rmSync(scratch, { recursive: true });
  }
}

/** Folder of a pack with one policy, which looks at nothing: what the engine and the SDK take for any pack. */
function emptyPack(scratch: string): string {
  fs.symlinkSync(path.join(projectFolder(), "node_modules"), path.join(scratch, "node_modules"));
  const folder = path.join(scratch, "empty");
  fs.mkdirSync(folder);
  fs.copyFileSync(path.join(projectFolder(), POLICY_PACK, "PulumiPolicy.yaml"), path.join(folder, "PulumiPolicy.yaml"));
  fs.writeFileSync(path.join(folder, "package.json"), JSON.stringify({ name: "empty", version: "0.0.1", main: "index.js" }));
  const policy = '{ name: "nothing", description: "nothing", enforcementLevel: "mandatory", validateStack: () => {} }';
  fs.writeFileSync(
    path.join(folder, "index.js"),
    `const { PolicyPack } = require("@pulumi/policy");\nnew PolicyPack("empty", { policies: [${policy}] });\n`,
  );
  return folder;
}

/** Runs one preview in the cell of a sandbox that has had one. */
async function preview({ folder, site }: TestSandbox, pack?: string): Promise<Cost> {
  const pulumi = (await toolsAtHand()).found.pulumi?.path ?? "";
  const usual = engineArguments("preview", site, folder.stackFile, []);
  const bare = usual.filter((word) => word !== "--policy-pack" && word !== POLICY_PACK);
  const args = [...bare, ...(pack === undefined ? [] : ["--policy-pack", pack])];
  const [command = "", ...rest] = findControlPlane(folder)?.join([pulumi, ...args]) ?? [];
  const begun = performance.now();
  const child = spawn(command, rest, { cwd: projectFolder(), env: engineEnvironment(folder, [pulumi]), stdio: ["ignore", "pipe", "pipe"] });
  const usage = new Map<number, { readonly cpu: number; readonly isPack: boolean }>();
  const looking = setInterval(() => look(child.pid ?? 0, usage), LOOK_AGAIN);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data: Buffer) => (output += data.toString()));
  const code = await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  clearInterval(looking);
  if (code !== 0) throw new Error(`pulumi ${args.join(" ")} ended with ${String(code)}:\n${output}`);
  const sum = (of: readonly { readonly cpu: number }[]) => of.reduce((all, { cpu }) => all + cpu, 0);
  const processes = [...usage.values()];
  return {
    seconds: (performance.now() - begun) / 1000,
    cpu: sum(processes),
    pack: sum(processes.filter(({ isPack }) => isPack)),
  };
}

/** Notes how much CPU a process and its descendants have taken by now. */
function look(root: number, usage: Map<number, { readonly cpu: number; readonly isPack: boolean }>): void {
  const parents = new Map<number, { readonly parent: number; readonly cpu: number }>();
  for (const name of fs.readdirSync("/proc").filter((each) => /^\d+$/.test(each)))
    try {
      const stat = fs.readFileSync(`/proc/${name}/stat`, "utf8");
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      // utime and stime are the fields 14 and 15 (proc_pid_stat(5)); the list begins with the third.
      parents.set(Number(name), { parent: Number(fields[1]), cpu: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND });
    } catch {
      // It has ended.
    }
  const isBelow = (pid: number): boolean => {
    if (pid === root) return true;
    const parent = parents.get(pid)?.parent;
    return parent !== undefined && parent > 1 && isBelow(parent);
  };
  for (const [pid, { cpu }] of parents) {
    const known = usage.get(pid);
    // A child has the command line of its parent until it starts its own program.
    if (known || isBelow(pid)) usage.set(pid, { cpu, isPack: known?.isPack === true || commandLine(pid).includes("run-policy-pack") });
  }
}

function commandLine(pid: number): string {
  try {
    return fs.readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}

function medianOf(costs: readonly Cost[]): Cost {
  const middle = (value: (cost: Cost) => number) => costs.map(value).sort((a, b) => a - b)[Math.floor((costs.length - 1) / 2)] ?? NaN;
  return { seconds: middle(({ seconds }) => seconds), cpu: middle(({ cpu }) => cpu), pack: middle(({ pack }) => pack) };
}

/** Prints a line about previews of one kind, and returns their medians. */
function tell(what: string, costs: readonly Cost[]): Cost {
  const median = medianOf(costs);
  const each = (value: (cost: Cost) => number) => costs.map((cost) => value(cost).toFixed(1)).join(", ");
  const column = (value: number) => value.toFixed(1).padStart(6);
  console.log(
    `${what.padEnd(24)} ${column(median.seconds)} s   (${each(({ seconds }) => seconds)})   CPU ${column(median.cpu)} s   (${each(({ cpu }) => cpu)})   of the pack ${column(median.pack)} s`,
  );
  return median;
}

void main(...process.argv.slice(2));
