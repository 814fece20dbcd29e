// How long the site commands take: npm run build && node tests/bench/sites.mjs
// 50 sites made of the project's own, each with hosts, names and addresses of its own, validated together as one command does; and `explain`
// as a whole process. Nothing else should be running.
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

const root = path.resolve(import.meta.dirname, "../..");
const SITES = 50;
const RUNS = 5;
const originals = fs.readdirSync(root).flatMap((file) => /^Pulumi\.([a-z0-9-]+)\.yaml$/.exec(file)?.[1] ?? []);

// A project of its own: what a site must not share is looked for among the files beside Pulumi.yaml.
const project = fs.mkdtempSync(path.join(os.tmpdir(), "af-bench-sites-"));
for (const file of ["bin", "node_modules", "package.json"]) fs.symlinkSync(path.join(root, file), path.join(project, file));
fs.copyFileSync(path.join(root, "Pulumi.yaml"), path.join(project, "Pulumi.yaml"));
for (let index = 0; index < SITES; index += 1) {
  const original = originals[index % originals.length] ?? "";
  fs.writeFileSync(path.join(project, `Pulumi.site${index}.yaml`), renamed(original, index));
}

try {
  report(`validate ${SITES} sites`, 2, () => run("validate"));
  report(`explain one path`, 0.5, () => run("explain", "site0", "hub.homes.size"));
} finally {
  fs.rmSync(project, { recursive: true });
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

function run(...args) {
  const begun = performance.now();
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["--preserve-symlinks", "--preserve-symlinks-main", "bin/tools/site.js", ...args],
    {
      cwd: project,
      encoding: "utf8",
    },
  );
  if (status !== 0) throw new Error(`site ${args.join(" ")} ended with ${status}:\n${stdout}${stderr}`);
  return (performance.now() - begun) / 1000;
}

function report(what, aim, measure) {
  const seconds = Array.from({ length: RUNS }, measure).sort((a, b) => a - b);
  const median = seconds[Math.floor((RUNS - 1) / 2)];
  const verdict = median <= aim ? "kept" : "missed";
  console.log(
    `${what.padEnd(22)} ${median.toFixed(2)} s   aim ${aim} s: ${verdict}   (${seconds.map((each) => each.toFixed(2)).join(", ")})`,
  );
}
