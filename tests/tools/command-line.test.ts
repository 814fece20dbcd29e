import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { stringify } from "yaml";
import { projectFolder } from "#af/stacks/site/project";
import { assertOurs } from "#af/tools/plan/manifests";
import type { PolicyDocument } from "#af/tools/policy-document";
import { POD_SPEC, workload } from "../policies/manifests";
import { runTool } from "./run-tool";
import { fileWriter } from "./written-files";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "af-command-line-"));
after(() => fs.rmSync(folder, { recursive: true }));

const file = fileWriter(folder);

const broken = stringify(workload("CronJob", { ...POD_SPEC, hostPID: true }));
const judged = (stdout: string) => JSON.parse(stdout) as PolicyDocument;

describe("a command of people", function () {
  this.timeout(120_000);
  const policy = path.join(projectFolder(), "bin", "tools", "policy.js");

  it("takes it quietly when its reader has seen enough, and keeps its verdict", () => {
    const many = file(
      "many.yaml",
      Array.from({ length: 400 }, (_, index) => broken.replace("name: program", `name: p${index}`)).join("---\n"),
    );
    const script = `"$0" "$1" --json "$2" | head -n 1; echo "\${PIPESTATUS[0]}"`;
    const { stdout, stderr } = spawnSync("bash", ["-c", script, process.execPath, policy, many], { encoding: "utf8" });
    assert.equal(stderr, "");
    assert.equal(stdout, "{\n1\n");
  });

  it("says that the disk is full, without a stack trace", () => {
    const full = fs.openSync("/dev/full", "w");
    const { status, stderr } = spawnSync(process.execPath, [policy, file("one.yaml", broken)], {
      stdio: ["ignore", full, "pipe"],
      encoding: "utf8",
    });
    fs.closeSync(full);
    assert.equal(stderr, "the output cannot be written: the disk is full; make room, or choose another place\n");
    assert.equal(status, 2);
  });

  it("says which file cannot be written, and why", () => {
    const { code, stderr } = runTool("plan", ["fnal", "--html", "/proc/nowhere.html"]);
    assert.equal(code, 2);
    assert.match(
      stderr,
      /^\/proc\/nowhere\.html: (there is no such file or folder|there is no permission|the file system is read-only.*)$/m,
    );
    assert.doesNotMatch(stderr, /\n\s+at /);
  });

  it("reads paths from where npm was called, also below the project", () => {
    file("charts/below/job.yaml", broken);
    const env = {
      npm_lifecycle_event: "policy",
      npm_package_json: path.join(projectFolder(), "package.json"),
      INIT_CWD: path.join(folder, "charts"),
    };
    const { code, stderr } = runTool("policy", ["below/job.yaml"], { env });
    assert.equal(code, 1, stderr);
    // What npm was asked for is another script here, which has called the command itself.
    assert.equal(runTool("policy", ["below/job.yaml"], { env: { ...env, npm_lifecycle_event: "test" } }).code, 2);
  });

  it("leaves a folder of manifests that it may write again, however it was interrupted", () => {
    const target = path.join(folder, "manifests");
    const script = `
      const { writeManifests } = require("./bin/tools/plan/manifests.js");
      const stop = { name: "work/b.yaml", get text() { process.kill(process.pid, "SIGINT"); for (;;); } };
      writeManifests(process.argv[1], [{ name: "work/a.yaml", text: "a: 1" }, stop]);`;
    const { signal } = spawnSync(process.execPath, ["-e", script, target], { cwd: projectFolder() });
    assert.equal(signal, "SIGINT");
    assert.ok(fs.existsSync(path.join(target, "work", "a.yaml")));
    assert.doesNotThrow(() => assertOurs(target));
  });
});

describe("policy on files as they come", function () {
  this.timeout(120_000);

  it("judges all that it can read, and says of the rest why it is not judged", () => {
    const chart = path.join(folder, "odd");
    file("odd/job.yaml", broken);
    file("odd/tab.yaml", "kind: Pod\n\tapiVersion: v1\n");
    file("odd/twice.yaml", "kind: Pod\nkind: Pod\n");
    file("odd/values.yaml", "replicas: 2\n");
    file("odd/NOTES.txt", "notes");
    file("odd/flow.yaml", "apiVersion: v1\nkind: Pod\nmetadata: { name: x }\nspec: { hostPID: {{ .Values.hostPID }} }\n");
    file("odd/line.yaml", "{{- if .Values.on }}\napiVersion: v1\nkind: Pod\n{{- end }}\n");
    file("odd/name.yaml", "apiVersion: v1\nkind: Pod\nmetadata:\n  name: x-{{ .Release.Name }}\n");
    file(
      "odd/alert.yaml",
      "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a, namespace: work }\ndata:\n  rule: pod {{ $labels.pod }} is down\n",
    );
    fs.symlinkSync(".", path.join(chart, "circle"));
    fs.symlinkSync("nowhere", path.join(chart, "dangling.yaml"));
    const { code, stdout, stderr } = runTool("policy", ["--json", chart]);
    assert.equal(code, 1, stderr);
    const { findings, unread, skipped } = judged(stdout);
    assert.deepEqual([...new Set(findings.map(({ rule }) => rule))], ["no-host-namespaces"]);
    const said = (name: string) => unread.find((line) => line.includes(`/${name}: `)) ?? "nothing";
    assert.match(said("tab.yaml"), /line 2, column 1: not YAML: the line is indented with a tab; use blanks$/);
    assert.match(said("twice.yaml"), /line 2, column 1: not YAML: the same key stands twice in one map/);
    assert.match(said("values.yaml"), /document 1 has no apiVersion and kind/);
    for (const name of ["flow.yaml", "line.yaml", "name.yaml"])
      assert.match(said(name), /is a template of Helm, so it is not judged; render it/);
    assert.equal(said("alert.yaml"), "nothing", "an alert's own braces are no template");
    assert.equal(unread.length, 6, unread.join("\n"));
    assert.deepEqual(skipped.map((each) => path.basename(each)).sort(), ["NOTES.txt", "circle", "dangling.yaml"].sort());
    assert.deepEqual(stderr.trimEnd().split("\n"), unread);
  });

  it("never passes where something could not be read", () => {
    const good = file("good/job.yaml", stringify(workload("Job")));
    const { code, stdout } = runTool("policy", ["--json", good, path.join(folder, "none.yaml")]);
    assert.equal(code, 2);
    assert.equal(judged(stdout).passes, false);
  });

  it("finds files by a pattern that no shell has expanded", () => {
    file("glob/a/deep/job.yaml", broken);
    file("glob/b/job.yml", stringify(workload("Job")));
    const found = (pattern: string) => runTool("policy", [path.join(folder, "glob", pattern)]);
    assert.equal(found("**/*.yaml").code, 1);
    assert.equal(found("b/*.{yaml,yml}").code, 0);
    const none = found("c*/*.yaml");
    assert.equal(none.code, 2);
    assert.match(none.stderr, /c\*\/\*\.yaml: cannot be read \(no file fits the pattern\)/);
  });
});
