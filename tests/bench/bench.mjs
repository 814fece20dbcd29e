// The figures that an operator waits for, as medians: npm run bench -- [SITE] [RUNS]
// Whole commands as a user gives them, compiled, with the tools of the control plane already built. Nothing else should be running.
import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

const root = path.resolve(import.meta.dirname, "../..");
const [site = "unl", runs = "3"] = process.argv.slice(2);
const base = fs.mkdtempSync(path.join(os.tmpdir(), "af-bench-"));
const figures = new Map();

try {
  await node("sandbox", "build");
  for (let run = 1; run <= Number(runs); run += 1) {
    console.error(`run ${run} of ${runs}`);
    note("plan", "s", (await node("plan", site)).seconds);
    const up = await node("sandbox", "up", site);
    note("sandbox start with built tools", "s", started(up.output));
    note("up from empty, start included", "s", up.seconds);
    note("second up", "s", (await node("sandbox", "up", site)).seconds);
    note("preview", "s", (await node("sandbox", "preview", site)).seconds);
    note("memory of the control plane", "MiB", controlPlaneMemory());
    await node("sandbox", "down", site, "--purge");
  }
} finally {
  await node("sandbox", "down", site, "--purge").catch(() => undefined);
  fs.rmSync(base, { recursive: true, force: true });
}
for (const [name, { unit, values }] of figures) {
  const sorted = [...values].sort((a, b) => a - b);
  const median = sorted[Math.floor((sorted.length - 1) / 2)];
  console.log(`${name.padEnd(34)} ${median.toFixed(1).padStart(8)} ${unit}   (${sorted.map((value) => value.toFixed(1)).join(", ")})`);
}

function note(name, unit, value) {
  const figure = figures.get(name) ?? { unit, values: [] };
  figure.values.push(value);
  figures.set(name, figure);
}

/** Runs one of the project's commands; its time is that of the whole process. */
function node(tool, ...args) {
  const script = tool === "sandbox" ? "bin/sandbox/main.js" : `bin/tools/${tool}.js`;
  const begun = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, ...args], {
      cwd: root,
      env: { ...process.env, AF_SANDBOX: base },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (output += data));
    child.on("close", (code) =>
      code === 0
        ? resolve({ seconds: (performance.now() - begun) / 1000, output })
        : reject(new Error(`${tool} ${args.join(" ")} ended with ${code}:\n${output}`)),
    );
  });
}

/** The command says itself how long the control plane took. */
function started(output) {
  const match = /control plane started\s+([\d.]+) s/.exec(output);
  if (!match) throw new Error(`no start time in:\n${output}`);
  return Number(match[1]);
}

/** Resident memory of every process of the sandbox, by the folder in its command line. */
function controlPlaneMemory() {
  const pages = fs
    .readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        if (!fs.readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(base)) return 0;
        return Number(/VmRSS:\s+(\d+)/.exec(fs.readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0);
      } catch {
        return 0;
      }
    });
  return pages.reduce((sum, kib) => sum + kib, 0) / 1024;
}
