import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { findChart } from "#af/components/charts/catalogue";
import { addToLock, readLock } from "#af/sandbox/tools/charts/lock";
import type { ApiServerPrograms } from "#af/sandbox/tools/api-server";
import { readSite } from "#af/stacks/site/read";
import type { Site } from "#af/stacks/site/schema";
import { releasesOf } from "#af/stacks/site/releases";
import { withApiServer } from "#af/tools/charts/admission";
import { type CheckResult, checkSite, unexplained } from "#af/tools/charts/check";
import { deadValues } from "#af/tools/charts/dead-values";
import { HelmTemplate } from "#af/tools/charts/helm";
import { SITES } from "../support/site-config";
import { CHART_MODULES, chartSource, type ModuleChart, packaged } from "../support/chart-modules";
import { toolsOrSkip } from "../sandbox/e2e/harness";

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
  let programs: ApiServerPrograms;
  let helm: HelmTemplate;
  before(async function () {
    const tools = await toolsOrSkip(this);
    program = tools.helm.path;
    programs = {
      etcd: tools.etcd.path,
      "kube-apiserver": tools["kube-apiserver"].path,
      "kube-controller-manager": tools["kube-controller-manager"].path,
    };
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

  const checked = (site: Site, archives: ReadonlyMap<string, string>): Promise<readonly CheckResult[]> =>
    withApiServer(programs, (cluster) => checkSite(site, { archives, helm, cluster, told: () => undefined }));

  it("are as described, read every value, pass the packs and are admitted, with the values of every site that installs some of them", async function () {
    const folder = fs.mkdtempSync(path.join(base, "modules-"));
    const archives = new Map<string, string>();
    for (const name of Object.keys(CHART_MODULES) as ModuleChart[]) {
      const source = await chartSource(this, name, program, folder);
      archives.set(name, await packaged(findChart(name) ?? assert.fail(), source, program, folder));
    }
    const seen = new Set<string>();
    for (const site of SITES.map((name) => readSite(name))) {
      const installed = releasesOf(site).filter(({ chart }) => archives.has(chart.name));
      if (installed.length === 0) continue;
      for (const { chart } of installed) seen.add(chart.name);
      const results = await checked(site, archives);
      assert.deepEqual(
        results.flatMap(({ subject, problems }) => problems.map((problem) => `${subject}: ${problem}`)),
        [],
      );
      assert.equal(results.length, installed.length + 2);
    }
    assert.deepEqual([...seen].sort(), Object.keys(CHART_MODULES).sort(), "no site installs the others");
  });

  it("say what the API server refuses of a rendered chart in the site's namespaces", async function () {
    const folder = fs.mkdtempSync(path.join(base, "refused-"));
    const source = await chartSource(this, "cert-manager", program, folder);
    const securityContext = {
      allowPrivilegeEscalation: false,
      runAsNonRoot: true,
      capabilities: { drop: ["ALL"] },
      seccompProfile: { type: "RuntimeDefault" },
    };
    const container = { name: "c", image: "registry.example.edu/any:1.0", securityContext };
    const planted = (name: string, replicas: number, spec: object): object => ({
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name },
      spec: { replicas, selector: { matchLabels: { name } }, template: { metadata: { labels: { name } }, spec } },
    });
    const objects = [
      planted("privileged", 1, { containers: [{ ...container, securityContext: { privileged: true } }] }),
      planted("numerous", 3, { containers: [{ ...container, resources: { requests: { cpu: "100" } } }] }),
      planted("misspelt", 1, { containers: [{ ...container, resource: {} }] }),
      planted("ranked", 1, { containers: [container], priorityClassName: "no-such-class" }),
      { apiVersion: "example.edu/v1", kind: "Unknown", metadata: { name: "unknown" } },
      { apiVersion: "cert-manager.io/v1", kind: "Certificate", metadata: { name: "wrong" }, spec: { secretName: 1 } },
    ];
    fs.writeFileSync(path.join(source, "templates", "planted.yaml"), objects.map((object) => JSON.stringify(object)).join("\n---\n"));
    const installs = (site: Site) => releasesOf(site).some(({ chart }) => chart.name === "cert-manager");
    const site = SITES.map((name) => readSite(name)).find(installs) ?? assert.fail();
    const archive = await packaged(findChart("cert-manager") ?? assert.fail(), source, program, folder);
    const results = await checked(site, new Map([["cert-manager", archive]]));
    const { problems = [] } = results.find(({ subject }) => subject.startsWith("the API server")) ?? {};
    const expected = [
      /^Certificate cert-manager\/wrong: .*spec\.secretName: expected string/,
      /^Deployment cert-manager\/misspelt: .*(unknown field|field not declared)/,
      /^Deployment misspelt in cert-manager: 1 of its pods refused, the first because .*unknown field "spec\.containers\[0\]\.resource"/,
      /^Deployment numerous in cert-manager: 3 of its pods refused, the first because .*exceeded quota/,
      /^Deployment privileged in cert-manager: 1 of its pods refused, the first because .*violates PodSecurity/,
      /^Deployment ranked in cert-manager: 1 of its pods refused, the first because .*no PriorityClass with name no-such-class/,
      /^Unknown cert-manager\/unknown: /,
    ];
    for (const [index, refusal] of expected.entries()) assert.match(problems[index] ?? "", refusal);
    assert.equal(problems.length, expected.length, problems.join("\n"));
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
