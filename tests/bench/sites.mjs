// How long commands about many sites take: npm run bench:sites
// 50 sites made of the project's own, each with hosts, names and addresses of its own, in a clone of this checkout's last commit. Whole processes,
// and medians. Nothing else should be running.
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

const root = path.resolve(import.meta.dirname, "../..");
const SITES = 50;
const RUNS = 5;
const originals = siteNames(root);

// A project of its own: what a site must not share is looked for among the files beside Pulumi.yaml.
const project = fs.mkdtempSync(path.join(os.tmpdir(), "af-bench-sites-"));
git("clone", "--quiet", "--shared", root, ".");
for (const folder of ["bin", "node_modules"]) fs.symlinkSync(path.join(root, folder), path.join(project, folder));
for (const name of originals) fs.rmSync(path.join(project, `Pulumi.${name}.yaml`));
const sites = Array.from({ length: SITES }, (_, index) => `site${index}`);
for (const [index, site] of sites.entries())
  fs.writeFileSync(path.join(project, `Pulumi.${site}.yaml`), renamed(originals[index % originals.length] ?? "", index));
commit("fifty sites");
fs.appendFileSync(path.join(project, "Pulumi.site7.yaml"), "# another line\n");
commit("one site");
fs.appendFileSync(path.join(project, "components", "checksum.ts"), "// another line\n");
commit("what every site is made of");

try {
  report(`validate ${SITES} sites`, 2, RUNS, () => site("validate"));
  report("explain one path", 0.5, RUNS, () => site("explain", "site0", "hub.homes.size"));
  report(`affected of ${SITES}, one file`, 1, RUNS, () => site("affected", "--against", "HEAD~2"));
  report(`affected of ${SITES}, the code`, 1, RUNS, () => site("affected", "--against", "HEAD~1"));
  for (const many of [1, 2, 10]) report(`plan of ${many}`, undefined, 3, () => plan(many));
  report(`plan of ${SITES}`, 20, 1, () => plan(SITES));
  beside();
} finally {
  fs.rmSync(project, { recursive: true });
}

/** Programs that write as many objects, and judge nothing: the manifests of the largest site as a chart of Helm's and as a kustomization, where they are installed. */
function beside() {
  const manifests = path.join(project, "manifests");
  const size = (name) => fs.statSync(path.join(root, `Pulumi.${name}.yaml`)).size;
  const largest = originals.reduce((a, b) => (size(b) > size(a) ? b : a));
  run("plan", [0, 1], [sites[originals.indexOf(largest)], "--manifests", manifests]);
  const files = fs.readdirSync(manifests, { recursive: true }).filter((file) => file.endsWith(".yaml") && !file.endsWith(".patch.yaml"));
  const chart = path.join(project, "chart");
  fs.mkdirSync(path.join(chart, "templates"), { recursive: true });
  fs.writeFileSync(path.join(chart, "Chart.yaml"), "apiVersion: v2\nname: all\nversion: 0.0.1\n");
  for (const [index, file] of files.entries()) {
    const text = fs.readFileSync(path.join(manifests, file), "utf8");
    fs.writeFileSync(path.join(chart, "templates", `${index}.yaml`), text.replaceAll("{{", '{{ "{{" }}'));
  }
  fs.writeFileSync(path.join(manifests, "kustomization.yaml"), `resources:\n${files.map((file) => `  - ${file}\n`).join("")}`);
  for (const [program, ...args] of [
    ["helm", "template", "all", chart],
    ["kustomize", "build", manifests],
    ["kubectl", "kustomize", manifests],
  ]) {
    if (spawnSync(program, ["version", "--client"]).error) console.log(`${program} is not installed, so not measured`);
    else report(`${program} ${args[0]}, ${files.length} objects`, undefined, 3, () => timed(program, [0], args));
  }
}

function siteNames(folder) {
  return fs.readdirSync(folder).flatMap((file) => /^Pulumi\.([a-z0-9-]+)\.yaml$/.exec(file)?.[1] ?? []);
}

/** The same site under other names: no host, name or public address is another's. */
function renamed(site, index) {
  return fs
    .readFileSync(path.join(root, `Pulumi.${site}.yaml`), "utf8")
    .replace(`name: ${site}`, `name: site${index}`)
    .replaceAll(/red-kube-|eaf-(?=node|infra|master)/g, `s${index}-`)
    .replaceAll(/unl\.edu|coffea\.casa|example\.org|fnal\.gov/g, `s${index}.test`)
    .replaceAll(/129\.93\.183\.|203\.0\.113\./g, `10.${200 + (index >> 8)}.${index}.`);
}

function site(...args) {
  return run("site", [0], args);
}

/** A site may break a rule, which the command says in its exit code. */
function plan(many) {
  return run("plan", [0, 1], sites.slice(0, many));
}

function run(tool, expected, args) {
  const node = ["--max-semi-space-size=64", "--preserve-symlinks", "--preserve-symlinks-main"];
  return timed(process.execPath, expected, [...node, `bin/tools/${tool}.js`, ...args]);
}

/** Seconds that a program takes. */
function timed(program, expected, args) {
  const begun = performance.now();
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: project, encoding: "utf8", maxBuffer: 2 ** 28 });
  if (!expected.includes(status)) throw new Error(`${program} ${args.join(" ")} ended with ${status}:\n${stdout}${stderr}`);
  return (performance.now() - begun) / 1000;
}

function commit(message) {
  git("add", "--all");
  git("-c", "user.name=bench", "-c", "user.email=bench@localhost", "commit", "--quiet", "--message", message);
}

function git(...args) {
  const { status, stderr } = spawnSync("git", args, { cwd: project, encoding: "utf8" });
  if (status !== 0) throw new Error(`git ${args.join(" ")} ended with ${status}:\n${stderr}`);
}

function report(what, aim, runs, measure) {
  const seconds = Array.from({ length: runs }, measure).sort((a, b) => a - b);
  const median = seconds[Math.floor((runs - 1) / 2)];
  const verdict = aim === undefined ? "" : `aim ${aim} s: ${median <= aim ? "kept" : "missed"}`;
  console.log(
    `${what.padEnd(26)} ${median.toFixed(2).padStart(6)} s   ${verdict.padEnd(18)} (${seconds.map((each) => each.toFixed(2)).join(", ")})`,
  );
}
