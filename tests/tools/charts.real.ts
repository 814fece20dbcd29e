import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";
import { findChart } from "#af/components/charts/catalogue";
import { addToLock, readLock } from "#af/sandbox/tools/charts/lock";
import { archiveOf } from "#af/sandbox/tools/charts/pull";
import { readSite } from "#af/stacks/site/read";
import { releasesOf } from "#af/stacks/site/releases";
import { checkSite, unexplained } from "#af/tools/charts/check";
import { deadValues } from "#af/tools/charts/dead-values";
import { HelmTemplate } from "#af/tools/charts/helm";
import { SITES } from "../support/site-config";
import { requireModule } from "../support/go-module";
import { toolsOrSkip } from "../sandbox/e2e/harness";

const run = promisify(execFile);

/** A chart that reads its values in every way that charts do. */
const TEMPLATES = {
  "plain.yaml":
    'kind: ConfigMap\nmetadata:\n  name: plain\ndata:\n  size: "{{ .Values.size }}"\n  port: "{{ .Values.pod.port | default 80 }}"\n',
  "switched.yaml":
    "{{- if .Values.extra.enabled }}\nkind: ConfigMap\nmetadata:\n  name: extra\ndata:\n  name: {{ .Values.extra.name }}\n{{- end }}\n",
  "refusing.yaml": '{{- if ne .Values.mode "one" }}{{ fail "no such mode" }}{{ end }}\n',
  "passed.yaml": "kind: Pod\nmetadata:\n  name: pod\nspec:\n  resources: {{ toYaml .Values.pod.resources | nindent 4 }}\n",
  "random.yaml": "kind: Secret\nmetadata:\n  name: random\nstringData:\n  key: {{ randAlphaNum 20 }}\n",
  "copied.yaml":
    'kind: Secret\nmetadata:\n  name: copied\ndata:\n  values.json: {{ pick .Values "read" | toJson | b64enc }}\n  config.py: |\n    x = get("read.named")\n    y = trait("read", "start_timeout")\n',
};
const VALUES = {
  size: "1Gi",
  unread: 3,
  pod: { port: 81, resources: { limits: { memory: "1Gi" } }, unread: true },
  extra: { enabled: false, name: "n", unread: "x" },
  mode: "one",
  read: { named: 1, startTimeout: 300, unread: 2 },
};

describe("the real Helm and real charts", function () {
  this.timeout(280_000);
  const base = fs.mkdtempSync(path.join(os.tmpdir(), "af-charts-"));
  let program = "";
  let helm: HelmTemplate;
  before(async function () {
    program = (await toolsOrSkip(this)).helm.path;
    helm = new HelmTemplate(program);
  });
  after(() => fs.rmSync(base, { recursive: true, force: true }));

  it("find exactly the values that nothing reads", async () => {
    const chart = path.join(base, "reads");
    fs.mkdirSync(path.join(chart, "templates"), { recursive: true });
    fs.writeFileSync(path.join(chart, "Chart.yaml"), "apiVersion: v2\nname: reads\nversion: 1.0.0\n");
    for (const [name, text] of Object.entries(TEMPLATES)) fs.writeFileSync(path.join(chart, "templates", name), text);
    const input = { release: "r", namespace: "here", archive: chart, values: VALUES };
    assert.deepEqual(await deadValues(helm, input, VALUES), ["extra.unread", "pod.unread", "read.unread", "unread"]);
  });

  const modules = [
    { name: "metallb", goModule: ["go.universe.tf/metallb", "v0.16.2"], folder: "charts/metallb" },
    { name: "cert-manager", goModule: ["github.com/cert-manager/cert-manager", "v1.21.2"], folder: "deploy/charts/cert-manager" },
  ] as const;
  for (const { name, goModule, folder } of modules)
    it(`${name}: is as described, reads every value, and passes the packs, with the values of every site that installs it`, async function () {
      const chart = findChart(name);
      assert.ok(chart);
      assert.equal(chart.version.replace(/^v/, ""), goModule[1].replace(/^v/, ""), "the module and the catalogue name different versions");
      const source = path.join(base, name);
      fs.cpSync(path.join(await requireModule(this, goModule[0], goModule[1]), folder), source, { recursive: true });
      await run("chmod", ["-R", "u+w", source]);
      await run(program, [
        "package",
        source,
        `--version=${chart.version}`,
        `--app-version=v${chart.version.replace(/^v/, "")}`,
        "--destination",
        base,
      ]);
      const archives = new Map([[name, path.join(base, archiveOf(chart))]]);
      const sites = SITES.map((site) => readSite(site)).filter((site) => releasesOf(site).some((release) => release.chart.name === name));
      assert.ok(sites.length > 0);
      for (const site of sites) {
        const results = await checkSite(site, archives, helm, () => undefined);
        assert.deepEqual(
          results.flatMap(({ subject, problems }) => problems.map((problem) => `${subject}: ${problem}`)),
          [],
        );
        assert.equal(results.length, 2);
      }
    });

  it("explain no workload away that only one of chart and description has", () => {
    const difference = (field: string) => ({ workload: "Deployment r-x", field, described: "1", rendered: undefined });
    const explained = ["replicas", "exists"].map((field) => ({ chart: "x", workload: "Deployment {release}-x", field, because: "a test" }));
    assert.deepEqual(unexplained([difference("replicas"), difference("exists"), difference("labels")], explained, "r"), [
      difference("exists"),
      difference("labels"),
    ]);
  });

  it("have a lock that keeps what it holds, and that is refused if it is none", () => {
    const file = path.join(base, "charts.lock.json");
    fs.writeFileSync(file, "{}");
    addToLock(file, { "b-1.tgz": "b".repeat(64), "a-1.tgz": "a".repeat(64) });
    addToLock(file, { "b-1.tgz": "c".repeat(64) });
    assert.deepEqual(Object.entries(readLock(file)), [
      ["a-1.tgz", "a".repeat(64)],
      ["b-1.tgz", "b".repeat(64)],
    ]);
    for (const wrong of ['{"a": 1}', "[]", "x"]) {
      fs.writeFileSync(file, wrong);
      assert.throws(() => readLock(file), /is no lock of charts; allowed: /);
    }
  });
});
