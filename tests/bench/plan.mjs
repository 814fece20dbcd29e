// What the time of one plan goes into: npm run bench:plan -- [SITE...]
// Seconds of CPU of all threads, each run a process of its own, as medians. Nothing else should be running.
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import { createRequire } from "node:module";
import * as path from "node:path";

const root = path.resolve(import.meta.dirname, "../..");
const RUNS = 5;
/** Seconds beyond the import of the SDK. */
const AIM = 1;
const SDK = "importing the SDK";
const load = createRequire(path.join(root, "bin", "tools", "plan.js"));
const [first, ...others] = process.argv.slice(2);

if (process.env.AF_BENCH_PLAN === undefined)
  for (const site of first === undefined ? load("../stacks/site/project.js").siteNames() : [first, ...others])
    report(
      site,
      Array.from({ length: RUNS }, () => measured(site)),
    );
else await measure(first);

/** The same options as `npm run plan` has. */
function measured(site) {
  const options = /node ((?:--\S+ )*)/.exec(JSON.parse(fs.readFileSync(path.join(root, "package.json"), "utf8")).scripts.plan)?.[1] ?? "";
  const env = { ...process.env, AF_BENCH_PLAN: "child" };
  const args = [...options.trim().split(" "), import.meta.filename, site];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8", env });
  if (status !== 0) throw new Error(`the plan of ${site} ended with ${status}:\n${stderr}`);
  return new Map(JSON.parse(stdout));
}

async function measure(site) {
  const seconds = [];
  let [what, before] = [SDK, process.cpuUsage()];
  const step = (next) => {
    const { user, system } = process.cpuUsage(before);
    seconds.push([what, (user + system) / 1e6]);
    [what, before] = [next, process.cpuUsage()];
  };
  for (const name of ["@pulumi/pulumi", "@pulumi/kubernetes", "@pulumi/random", "@pulumi/tls"]) load(name);
  step("loading the project");
  const [{ makePlan }, { reportOf }, { readSites }] = ["./plan/plan.js", "./plan/report.js", "./plan/sites.js"].map((each) => load(each));
  step("reading the site file");
  const [read] = readSites([site]);
  const plan = await makePlan(read, { step });
  step("the text, with advice");
  reportOf(plan, { json: false, kinds: false, flows: false });
  step("");
  console.log(JSON.stringify(seconds));
}

function report(site, runs) {
  const medians = [...runs[0].keys()].map((what) => [what, median(runs.map((run) => run.get(what)))]);
  const beyond = median(runs.map((run) => [...run].reduce((sum, [what, seconds]) => (what === SDK ? sum : sum + seconds), 0)));
  console.log(`plan of ${site}: ${beyond.toFixed(2)} s beyond ${SDK}   aim ${AIM} s: ${beyond <= AIM ? "kept" : "missed"}`);
  for (const [what, seconds] of medians) console.log(`  ${what.padEnd(30)} ${seconds.toFixed(2).padStart(5)} s`);
}

function median(numbers) {
  return [...numbers].sort((a, b) => a - b)[Math.floor((numbers.length - 1) / 2)];
}
