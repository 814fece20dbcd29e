// Runs every suite of the project, two at a time, and adds them up: `npm test`, or `npm run test:fast` for the ones that need Node alone.
import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { Command } from "commander";
import { tied } from "../../bin/sandbox/processes.js";
import { heavy, INNER_LOOP_SECONDS } from "./heavy.mjs";

const root = path.resolve(import.meta.dirname, "../..");
const { fast: onlyFast } = new Command("npm test --")
  .description("runs every suite of the project, two at a time, and adds them up")
  .option("--fast", "only the suites that need Node alone, and of them the inner loop")
  .allowExcessArguments(false)
  .parse()
  .opts();
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), "af-tests-"));
const bin = (name) => path.join(root, "node_modules", ".bin", name);
const mocha = (...patterns) => ({
  command: [bin("mocha"), "--reporter", path.join(import.meta.dirname, "reporter.cjs"), ...patterns],
  counts: true,
});

const inTheInnerLoop = ["--parallel", "--jobs", "2", ...heavy.flatMap((files) => ["--ignore", files])];

/**
 * Room for young objects in every Node of a suite, in mebibytes. The suites record and judge whole sites, whose objects soon die: with Node's own 16 they spend a
 * seventh of their time in collecting them.
 */
const NODE_OPTIONS = `${process.env.NODE_OPTIONS ?? ""} --max-semi-space-size=64`;

/** What the suites with a control plane need before they begin. */
const tools = { name: "tools", command: [process.execPath, "bin/sandbox/main.js", "build"] };

/** Whole sites, brought up from nothing: a third of the time of all suites, much of which passes in waiting. */
const sites = ["facility", "new-site"].map((name) => `tests/e2e/${name}.real.ts`);
const strangers = ["tests/e2e/external-ceph.real.ts"];

/** Suites by lane: lanes run side by side, the suites of a lane one after another. */
const lanes = {
  sites: [
    { name: "end to end", ...mocha(...[...sites, ...strangers].flatMap((file) => ["--ignore", file]), "tests/e2e/**/*.real.ts") },
    { name: "sites", ...mocha(...sites) },
  ],
  parts: [
    { name: "sandbox", ...mocha("tests/sandbox/**/*.real.ts") },
    { name: "agreement with the scheduler", ...mocha("tests/capacity/**/*.real.ts") },
    { name: "policies", ...mocha("tests/policies/**/*.real.ts") },
    { name: "components", ...mocha("tests/components/**/*.real.ts") },
    { name: "documents", ...mocha("tests/docs/**/*.real.ts") },
    { name: "site files", ...mocha("tests/stacks/**/*.real.ts") },
    { name: "charts", ...mocha("tests/tools/**/*.real.ts") },
    { name: "workflows", ...mocha("tests/workflows/**/*.real.ts") },
    { name: "somebody else's Ceph", ...mocha(...strangers) },
  ],
  fast: [
    { name: "types", command: [bin("tsc"), "-p", "tsconfig.tests.json"], fast: true },
    // Beside the other lanes the units have one core; alone they use two.
    { name: "units", ...mocha(...(onlyFast ? inTheInnerLoop : []), "tests/**/*.test.ts"), fast: true },
    { name: "mutants", command: [process.execPath, "--require", "tsx/cjs", "tests/mutation/main.ts", "--check"] },
    { name: "lint", command: [bin("eslint"), "."] },
    { name: "format", command: [bin("prettier"), "--check", "."] },
    {
      name: "imports",
      command: [
        bin("depcruise"),
        "index.ts",
        "capacity",
        "components",
        "stacks",
        "policies",
        "changes",
        "tools",
        "sandbox",
        "terminal",
        "tests",
      ],
    },
  ],
};

const ci = process.env.CI === "true";
const results = [];
refuseForgotten();

if (!onlyFast) results.push(await runSuite(tools));
await Promise.all(Object.values(lanes).map(runLane));
fs.rmSync(scratch, { recursive: true });
report();

async function runLane(suites) {
  for (const suite of suites.filter(({ fast }) => fast || !onlyFast)) results.push(await runSuite(suite));
}

function runSuite({ name, command, counts }) {
  const file = path.join(scratch, `${name.replaceAll(" ", "-")}.json`);
  const started = Date.now();
  const log = [];
  return new Promise((resolve) => {
    // Otherwise a suite would go on to its end where the run is killed.
    const [program, ...args] = tied(command, "TERM");
    const child = spawn(program, args, {
      cwd: root,
      env: { ...process.env, NODE_OPTIONS, AF_TEST_COUNTS: file, ...(onlyFast && { AF_INNER_LOOP: String(INNER_LOOP_SECONDS) }) },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const progress = setInterval(() => console.log(`  ... ${name}: ${seconds(started)} s`), 60_000);
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => log.push(data));
    child.on("close", (code) => {
      clearInterval(progress);
      const read = counts && fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, "utf8")) : undefined;
      // A check that counts no tests counts as one, and so does a suite that died before it could count.
      const result = read ?? { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: [], notChecked: [] };
      if (code !== 0 && result.failed === 0) result.failed = 1;
      console.log(
        `\n== ${name}: ${result.passed} passed, ${result.failed} failed, ${result.skipped.length} skipped in ${seconds(started)} s`,
      );
      if (result.failed > 0 || result.skipped.length > 0 || counts) process.stdout.write(Buffer.concat(log));
      resolve({ name, ...result });
    });
  });
}

function report() {
  const sum = (pick) => results.reduce((total, result) => total + pick(result), 0);
  const skipped = sum((result) => result.skipped.length);
  // What compares with files that are no part of the project cannot run where nobody has put them, and CI could not bring them.
  const notChecked = sum((result) => result.notChecked.length);
  // In CI a test that cannot run is a failure, because CI would prove less without it.
  const failed = sum((result) => result.failed) + (ci ? skipped : 0);
  // The last lines of a run say what failed, because its log may be kept only in part.
  for (const { name, failed, broken = [] } of results.filter(({ failed }) => failed > 0)) {
    console.log(`failed in ${name}: ${failed}`);
    for (const { title, message } of broken) console.log(`  ${title}\n    ${message.replaceAll("\n", "\n    ")}`);
  }
  for (const { name, skipped: titles } of results) for (const title of titles) console.log(`skipped in ${name}: ${title}`);
  for (const { name, notChecked } of results)
    for (const { title, missing } of notChecked) console.log(`not checked in ${name}: ${title} (${missing})`);
  if (ci && skipped > 0) console.log("CI may skip nothing: the tests above count as failed");
  console.log(
    `\n${sum((result) => result.passed)} passed, ${failed} failed${!ci && skipped > 0 ? `, ${skipped} skipped` : ""}${notChecked > 0 ? `, ${notChecked} not checked` : ""}`,
  );
  process.exitCode = failed > 0 ? 1 : 0;
}

/** Ends the run if a folder holds tests that no suite names. */
function refuseForgotten() {
  const folders = fs
    .readdirSync(path.join(root, "tests"), { recursive: true })
    .filter((file) => file.endsWith(".real.ts"))
    .map((file) => file.split(path.sep)[0]);
  const named = JSON.stringify(lanes);
  const forgotten = [...new Set(folders)].filter((folder) => !named.includes(`tests/${folder}/**/*.real.ts`));
  if (forgotten.length > 0) throw new Error(`no suite runs tests/${forgotten.join(", tests/")}/**/*.real.ts`);
}

function seconds(since) {
  return Math.round((Date.now() - since) / 1000);
}
