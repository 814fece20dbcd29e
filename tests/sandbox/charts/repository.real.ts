import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import * as fs from "node:fs";
import * as https from "node:https";
import type { AddressInfo } from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";
import { parseAllDocuments } from "yaml";
import { findChart } from "#af/components/charts/catalogue";
import type { Chart } from "#af/components/charts/chart";
import type { SiteRelease } from "#af/stacks/site/releases";
import { helmEnvironment } from "#af/sandbox/charts/helm";
import { digestOf } from "#af/sandbox/tools/charts/lock";
import { pullCharts, type PullOptions } from "#af/sandbox/tools/charts/pull";
import { fillRepository } from "#af/sandbox/charts/repository";
import { answerFrom } from "#af/sandbox/charts/serve";
import { toolsOrSkip } from "../e2e/harness";

const run = promisify(execFile);
const resources = { requests: { cpu: "10m", memory: "16Mi" } };
const chart = findChart("metallb") as Chart<object>;
const values = {
  controller: { resources },
  speaker: { resources, tolerations: [] },
  frrk8s: { enabled: false },
  count: 8589934592,
  gone: null,
};
const metallb: SiteRelease = { release: "lb", namespace: "metallb-system", chart, values };

describe("the chart repository, as Helm reads it", function () {
  this.timeout(60_000);
  const base = fs.mkdtempSync(path.join(os.tmpdir(), "af-repository-"));
  const folder = path.join(base, "charts");
  const authority = path.join(base, "authority.crt");
  let helm = "";
  let server: https.Server;
  let port = 0;

  before(async function () {
    helm = (await toolsOrSkip(this)).helm.path;
    const key = path.join(base, "key.pem");
    // prettier-ignore
    await run("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1", "-subj", "/CN=charts", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", authority]);
    await fillRepository({ folder, releases: [metallb], helm });
    server = https.createServer({ cert: fs.readFileSync(authority), key: fs.readFileSync(key) }, answerFrom(folder));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    port = (server.address() as AddressInfo).port;
  });
  after(() => {
    server?.close();
    fs.rmSync(base, { recursive: true, force: true });
  });

  /** What `helm template` makes of the chart; rejects with its words. */
  async function template(given: object, { release = "lb", oci = false } = {}): Promise<string[]> {
    const file = path.join(base, "values.json");
    fs.writeFileSync(file, JSON.stringify(given));
    const from = oci ? [`oci://127.0.0.1:${port}/charts/metallb`] : ["metallb", "--repo", `https://127.0.0.1:${port}/charts`];
    const { stdout } = await run(
      helm,
      ["template", release, ...from, "--version", chart.version, "-n", "metallb-system", "--ca-file", authority, "--values", file],
      { env: { ...process.env, ...helmEnvironment(path.join(base, "helm")) } },
    );
    return parseAllDocuments(stdout).flatMap((document) => {
      const object = document.toJS() as { kind: string; metadata: { name: string } } | null;
      return object === null ? [] : [`${object.kind} ${object.metadata.name}`];
    });
  }

  for (const oci of [false, true]) {
    it(`gives Helm a chart that makes the described workloads, ${oci ? "from the registry" : "from the index"}`, async () => {
      assert.deepEqual((await template(values, { oci })).sort(), ["DaemonSet lb-metallb-speaker", "Deployment lb-metallb-controller"]);
    });
  }

  const refused: readonly (readonly [string, object, RegExp])[] = [
    [
      "another value",
      { ...values, frrk8s: { enabled: true } },
      /frrk8s\.enabled is true, but this stand-in of chart metallb holds the workloads of false/,
    ],
    ["a missing value", { ...values, count: undefined }, /count is missing, but this stand-in .* holds the workloads of 8589934592/],
    ["an empty list that was lost", { ...values, speaker: { resources } }, /speaker\.tolerations is missing/],
    ["a tree in place of a value", { ...values, count: { a: 1 } }, /count is \{"a":1\}/],
    ["a value in place of a tree", { ...values, controller: 5 }, /controller\.resources is missing/],
  ];
  for (const [what, given, message] of refused) {
    it(`refuses ${what}`, async () => assert.rejects(template(given), message));
  }

  it("takes further values, which may be secret", async () => {
    assert.equal((await template({ ...values, speaker: { ...values.speaker, secret: "x" } })).length, 2);
  });

  it("refuses a release that the site does not have", async () => {
    await assert.rejects(
      template(values, { release: "other" }),
      /holds no release other in namespace metallb-system: bring the site up again/,
    );
  });

  it("is left alone when nothing changes, and follows the values when they do", async () => {
    const archive = path.join(folder, `metallb-${chart.version}.tgz`);
    const before = fs.statSync(archive).mtimeMs;
    await fillRepository({ folder, releases: [metallb], helm });
    assert.equal(fs.statSync(archive).mtimeMs, before);
    await fillRepository({ folder, releases: [{ ...metallb, values: { ...values, count: 2 } }], helm });
    assert.equal((await template({ ...values, count: 2 })).length, 2);
    await assert.rejects(template(values), /count is/);
  });

  it("serves the real chart where it is at hand, packed or not, and forgets charts that no release has", async () => {
    const real = path.join(base, "real");
    fs.mkdirSync(path.join(real, "metallb", "templates"), { recursive: true });
    fs.writeFileSync(path.join(real, "metallb", "Chart.yaml"), `apiVersion: v2\nname: metallb\nversion: ${chart.version}\n`);
    fs.writeFileSync(
      path.join(real, "metallb", "templates", "all.yaml"),
      "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: {{ .Release.Name }}-real }\n",
    );
    const served = { name: "metallb", version: chart.version, source: "real" };
    assert.deepEqual(await fillRepository({ folder, releases: [metallb], helm, charts: real }), [served]);
    assert.deepEqual(await template({}), ["ConfigMap lb-real"]);

    const packed = path.join(base, "packed");
    await run(helm, ["package", path.join(real, "metallb"), "--destination", packed]);
    assert.deepEqual(await fillRepository({ folder, releases: [metallb], helm, charts: packed }), [served]);
    assert.deepEqual(await template({}), ["ConfigMap lb-real"]);

    await fillRepository({ folder, releases: [], helm });
    assert.deepEqual(fs.readdirSync(folder), ["index.yaml"]);
    await assert.rejects(template({}), /metallb/);
  });

  it("refuses a folder of charts that is not there, and a real chart of another version", async () => {
    await assert.rejects(
      fillRepository({ folder, releases: [metallb], helm, charts: path.join(base, "none") }),
      /--charts names .*none, which does not exist/,
    );
    const old = path.join(base, "old", "metallb");
    fs.mkdirSync(old, { recursive: true });
    fs.writeFileSync(path.join(old, "Chart.yaml"), "apiVersion: v2\nname: metallb\nversion: 0.1.0\n");
    await assert.rejects(
      fillRepository({ folder, releases: [metallb], helm, charts: path.dirname(old) }),
      new RegExp(`holds metallb 0\\.1\\.0, the site installs ${chart.version}: pull that version`),
    );
  });

  it("gives up charts to pull, each once and as the lock has them, and says of each why it could not be had", async () => {
    const pulled = path.join(base, "pulled");
    await fillRepository({ folder, releases: [metallb], helm });
    const archive = `metallb-${chart.version}.tgz`;
    const digest = digestOf(path.join(folder, archive));
    const env = { ...process.env, ...helmEnvironment(path.join(base, "helm")), SSL_CERT_FILE: authority };
    const states = async (options: Partial<PullOptions>) =>
      (await pullCharts({ charts: [chart, chart], folder: pulled, helm, env, lock: {}, ...options })).map((each) => {
        return "failure" in each ? each.failure : `${each.state}, ${each.pulled ? "pulled" : "there"}`;
      });
    for (const mirror of [`https://127.0.0.1:${port}/charts`, `oci://127.0.0.1:${port}/charts`]) {
      fs.rmSync(pulled, { recursive: true, force: true });
      assert.deepEqual(await states({ mirror }), ["not in the lock, pulled"]);
      assert.deepEqual(await states({ mirror, lock: { [archive]: digest } }), ["locked, there"]);
      assert.deepEqual(fs.readdirSync(pulled), [archive]);
      // Somebody publishes another archive under the same version.
      const lock = { [archive]: "0".repeat(64) };
      assert.deepEqual(await states({ mirror, lock }), ["changed, there"]);
      assert.deepEqual(fs.readdirSync(pulled), []);
      assert.deepEqual(await states({ mirror, lock }), ["changed, pulled"]);
      assert.deepEqual(fs.readdirSync(pulled), []);
    }
    const [failure, ...more] = await states({ mirror: "https://127.0.0.1:1" });
    assert.match(failure ?? "", /^chart metallb \S+ could not be pulled from https:\/\/127\.0\.0\.1:1 \(.*connection refused/);
    assert.deepEqual(more, []);
  });

  it("says in Helm's words why a chart cannot be packed, and keeps what it served", async () => {
    await fillRepository({ folder, releases: [metallb], helm });
    const broken = path.join(base, "broken", "metallb");
    fs.mkdirSync(broken, { recursive: true });
    fs.writeFileSync(path.join(broken, "Chart.yaml"), `version: ${chart.version}\n`);
    await assert.rejects(
      fillRepository({ folder, releases: [metallb], helm, charts: path.dirname(broken) }),
      /helm package failed: .*(name|apiVersion)/s,
    );
    assert.equal((await template(values)).length, 2);
  });
});
