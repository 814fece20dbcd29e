import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { Ajv2020 } from "ajv/dist/2020";
import { stringify } from "yaml";
import { RULES } from "#af/policies/packs";
import { projectFolder } from "#af/stacks/site/project";
import type { PolicyDocument } from "#af/tools/policy-document";
import { hardened } from "../policies/hardening";
import { changed, KEPT, POD_SPEC, workload, type Data, type WorkloadKind } from "../policies/manifests";
import { siteConfig } from "../support/site-config";
import { runTool } from "./run-tool";
import { writeSettings } from "./site-files";
import { fileWriter } from "./written-files";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "af-policy-"));
after(() => fs.rmSync(folder, { recursive: true }));

const file = fileWriter(folder);

const documents = (...objects: readonly Data[]) => objects.map((object) => stringify(object)).join("---\n");
const broken = workload("CronJob", { ...POD_SPEC, hostPID: true });

describe("policy", function () {
  this.timeout(240_000);

  it("passes what keeps the rules: several documents, comments, empty ones, JSON", () => {
    const good = file("good.yaml", `# rendered\n---\n${documents(...KEPT, workload("Deployment"))}---\n---\n# nothing\n`);
    const json = file("good.json", JSON.stringify({ apiVersion: "v1", kind: "List", items: [workload("Job")] }));
    const { code, stdout, stderr } = runTool("policy", [good, json]);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /not judged without --site: \d+ rules \(--json names them\)\n6 objects pass\n$/);
  });

  it("refuses what does not, from a file, a folder, a list, and standard input", () => {
    const list = { apiVersion: "v1", kind: "List", items: [broken] };
    file("chart/templates/job.yaml", documents(broken));
    file("chart/NOTES.txt", "not yaml: [");
    const runs = [
      runTool("policy", [file("bad.yaml", documents(workload("Pod"), broken))]),
      runTool("policy", [path.join(folder, "chart")]),
      runTool("policy", [file("list.yaml", documents(list))]),
      runTool("policy", ["-"], { input: documents(broken) }),
    ];
    for (const { code, stdout } of runs) {
      assert.equal(code, 1);
      assert.match(
        stdout,
        /^mandatory \(critical\) security\/no-host-namespaces\n {2}Remove the field.* \(docs\/rules\/no-host-namespaces\.md\)\n {2}CronJob work\/program spec\.jobTemplate\.spec\.template\.spec\.hostPID: hostPID is true/,
      );
      assert.match(stdout, /1 violation\n$/);
    }
  });

  it("judges by the hosts and addresses of a site", () => {
    const large = workload("Pod", {
      containers: [
        {
          ...(POD_SPEC["containers"] as readonly Data[])[0],
          resources: { requests: { cpu: "64", memory: "1Gi" }, limits: { memory: "1Gi" } },
        },
      ],
    });
    assert.equal(runTool("policy", [file("large.yaml", documents(large))]).code, 0);
    const { code, stdout } = runTool("policy", ["--site", "unl", path.join(folder, "large.yaml")]);
    assert.equal(code, 1);
    assert.match(stdout, /pods-fit-a-host/);
    assert.equal(runTool("policy", ["--site", "nowhere", path.join(folder, "large.yaml")]).code, 2);
  });

  it("judges as many replicas as a number holds", () => {
    // The field is an int32.
    const most = 2 ** 31 - 1;
    const set = workload("StatefulSet", POD_SPEC);
    const claim = { metadata: { name: "data" }, spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } } };
    const many = { ...set, spec: { ...(set["spec"] as Data), replicas: most, volumeClaimTemplates: [claim] } };
    const { code, stdout, stderr } = runTool("policy", ["--site", "unl", file("many.yaml", documents(...KEPT, many))]);
    assert.equal(code, 1, stderr);
    for (const key of ["pods", "persistentvolumeclaims"]) assert.match(stdout, new RegExp(`needs ${most} ${key} and has`));
    assert.match(stdout, new RegExp(`no placement .* holds \\d+ of ${most} work/program`));
  });

  it("says one cause once, of however many objects and kinds and by however many rules, and lists all in JSON", () => {
    const unl = writeSettings(folder, "unl", changed(siteConfig("unl"), ["site", "kubernetes", "hardening"], hardened()));
    const of = (kind: WorkloadKind, index: number, changes: Data) =>
      changed(workload(kind, { ...POD_SPEC, ...changes }), ["metadata", "name"], `${kind.toLowerCase()}-${index}`);
    const fifty = (kinds: readonly WorkloadKind[], changes: Data) =>
      documents(...Array.from({ length: 50 }, (_, index) => of(kinds[index % kinds.length] ?? "Pod", index, changes)));
    const cases: readonly (readonly [title: string, text: string, line: RegExp])[] = [
      [
        "the same in several kinds",
        fifty(["Deployment", "CronJob", "StatefulSet", "Pod"], { priorityClassName: "none" }),
        /^ {2}Deployment work\/deployment-0 spec\.template\.spec\.priorityClassName, CronJob work\/cronjob-1 spec\.jobTemplate\..* and 47 more: undetermined: .* none,/,
      ],
      [
        "a violation in several kinds",
        fifty(["Job", "Pod"], { hostPID: true }),
        /^ {2}Job work\/job-0 spec\..* and 47 more: hostPID is true;/,
      ],
      [
        "a value of a wrong type, which keeps many rules from judging",
        fifty(["Deployment", "DaemonSet"], { tolerations: "all" }),
        /^ {2}Deployment work\/deployment-0, DaemonSet work\/daemonset-1, .* and 47 more spec\.template\.spec\.tolerations: found text; allowed: a list$/,
      ],
      [
        "a priority class that nobody makes",
        fifty(["Deployment"], { priorityClassName: "none" }),
        /^ {2}Deployment work\/deployment-0, .* and 47 more spec\.template\.spec\.priorityClassName: undetermined: .* names the priority class none,/,
      ],
    ];
    for (const [title, text, line] of cases) {
      const { stdout } = runTool("policy", ["--site", unl, file("fifty.yaml", text)]);
      const about = stdout.split("\n").filter((each) => /^ {2}\w+ work\//.test(each));
      assert.equal(about.length, 1, `${title}:\n${stdout}`);
      assert.match(about[0] ?? "", line, title);
      assert.match(stdout, /\n1 violation \(\d+ findings\)\n$/, title);
    }
    const { findings } = JSON.parse(runTool("policy", ["--site", unl, "--json", path.join(folder, "fifty.yaml")]).stdout) as PolicyDocument;
    assert.equal(findings.length, 5 * 50);
  }).timeout(240_000);

  it("prints one document that its published schema describes", () => {
    const { code, stdout } = runTool("policy", ["--json", "-"], { input: documents(broken) });
    assert.equal(code, 1);
    const document = JSON.parse(stdout) as PolicyDocument;
    const schema = JSON.parse(fs.readFileSync(path.join(projectFolder(), "docs/reference/policy.schema.json"), "utf8")) as Data;
    const validate = new Ajv2020().compile(schema);
    assert.ok(validate(document), JSON.stringify(validate.errors));
    assert.deepEqual(
      document.findings.map(({ rule }) => rule),
      ["no-host-namespaces"],
    );
  });

  it("ends with 2 and one clear line each for what it cannot read", () => {
    const cases: readonly (readonly [string, RegExp])[] = [
      [path.join(folder, "none.yaml"), /none\.yaml: cannot be read \(there is no such file or folder\)/],
      [
        file("tab.yaml", "kind: Pod\n\tapiVersion: v1\n"),
        /tab\.yaml: line 2, column 1: not YAML: the line is indented with a tab; use blanks/,
      ],
      [
        file("values.yaml", "replicas: 2\n"),
        /values\.yaml: document 1 has no apiVersion and kind; allowed: Kubernetes objects, and lists of them/,
      ],
      [file("text.yaml", "just text\n"), /text\.yaml: document 1 has no apiVersion and kind/],
      [file("empty.yaml", "# nothing\n"), /empty\.yaml: no Kubernetes object; allowed: YAML with apiVersion and kind/],
      [file("alias.yaml", "apiVersion: v1\nkind: *pod\n"), /alias\.yaml: .*not YAML/],
    ];
    for (const [source, message] of cases) {
      const { code, stdout, stderr } = runTool("policy", [source]);
      assert.deepEqual([code, stdout], [2, ""], stderr);
      assert.match(stderr, message);
      assert.equal(stderr.trimEnd().split("\n").length, 1);
    }
    const all = runTool(
      "policy",
      cases.slice(0, 4).map(([source]) => source),
    );
    assert.equal(all.stderr.trimEnd().split("\n").length, 4, "all of them at once");
  });

  it("lists the rules that the cluster's own admission holds, and the reason for each other one", () => {
    const { code, stdout, stderr } = runTool("policy", ["--admission"]);
    assert.equal(code, 0, stderr);
    for (const { name } of RULES) assert.match(stdout, new RegExp(`^ +${name}( |$)`, "m"));
    assert.match(stdout, /^\d+ rules held by the API server too/);
    assert.match(stdout, /JUPYTERHUB_API_TOKEN/);
    const without = runTool("policy", []);
    assert.equal(without.code, 2);
    assert.match(without.stderr, /missing required argument 'file'/);
  });

  it("judges what plan writes as plan judges it", () => {
    const manifests = path.join(folder, "manifests");
    assert.equal(runTool("plan", ["unl", "--manifests", manifests]).code, 0);
    const { code, stdout, stderr } = runTool("policy", ["--site", "unl", manifests]);
    assert.equal(code, 0, stdout + stderr);
  });
});

describe("site validate", function () {
  this.timeout(60_000);

  it("accepts the sites of the project and names what is wrong", () => {
    assert.match(runTool("site", ["validate"]).stdout, /^unl: right$/m);
    const { code, stdout } = runTool("site", ["validate", "unl", "nowhere"]);
    assert.equal(code, 2);
    assert.match(stdout, /^unl: right\nnowhere: 1 problem\n {2}nowhere: there is no such site file/);
  });

  it("prints one document", () => {
    const { code, stdout } = runTool("site", ["validate", "--json", "nowhere"]);
    assert.equal(code, 2);
    assert.deepEqual(
      (JSON.parse(stdout) as { sites: readonly Data[] }).sites.map(({ name }) => name),
      ["nowhere"],
    );
  });

  it("ends with 2 for a command that there is not", () => {
    const { code, stderr } = runTool("site", ["validat"]);
    assert.equal(code, 2);
    assert.match(stderr, /unknown command 'validat'/);
  });
});
