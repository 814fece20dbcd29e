import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { findChart } from "#af/components/charts/catalogue";
import type { Chart } from "#af/components/charts/chart";
import type { SiteRelease } from "#af/stacks/site/releases";
import { conditionOf, isReady } from "#af/sandbox/cluster/world";
import type { ClusterObject } from "#af/sandbox/cluster/client";
import { readState } from "#af/sandbox/control-plane/state";
import type { Toolbox } from "#af/sandbox/tools/toolbox";
import { TestSandbox, toolsOrSkip } from "./harness";

const hosts = [{ name: "worker-1", pool: "workers", controlPlane: false, cpu: 8, memory: 32 * 2 ** 30 }];
const resources = { requests: { cpu: "10m", memory: "16Mi" } };
const certManager: SiteRelease = {
  release: "cert-manager",
  namespace: "cert-manager",
  chart: findChart("cert-manager") as Chart<object>,
  values: { resources, webhook: { resources }, cainjector: { resources }, startupapicheck: { resources } },
};
const issuer: ClusterObject = {
  apiVersion: "cert-manager.io/v1",
  kind: "ClusterIssuer",
  metadata: { name: "own" },
  spec: { selfSigned: {} },
};
const readIssuer = { ask: "read" as const, key: issuer };

describe("a real controller in the sandbox", function () {
  this.timeout(180_000);
  const sandbox = new TestSandbox("real");
  const program = path.join(sandbox.base, "controller.sh");
  const log = sandbox.folder.log("cert-manager");
  let tools: Toolbox;

  before(async function () {
    tools = await toolsOrSkip(this);
    fs.writeFileSync(program, '#!/bin/sh\necho "started $* KUBECONFIG=$KUBECONFIG"\nsleep 3\nexit 3\n', { mode: 0o755 });
  });
  after(async () => sandbox.remove());

  it("is a daemon that waits for its pod, while the played one is silent", async () => {
    const { real } = await sandbox.start(tools, { "cert-manager": program });
    assert.deepEqual(real, { "cert-manager": program });
    assert.ok(readState(sandbox.folder)?.daemons.some(({ name }) => name === "cert-manager"));
    await sandbox.ask({ ask: "nodes", hosts });
    await sandbox.ask({ ask: "crds", groups: ["cert-manager.io"] });
    await sandbox.ask({ ask: "apply", objects: [issuer] });
    await sleep(3_000);
    assert.equal(fs.readFileSync(log, "utf8"), "");
  });

  it("is started with its arguments once its pod runs, and again when it ends", async () => {
    const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: "cert-manager" } };
    await sandbox.ask({ ask: "apply", objects: [namespace] });
    await sandbox.serve([certManager]);
    await sandbox.install(certManager);
    const until = Date.now() + 60_000;
    while ((fs.readFileSync(log, "utf8").match(/^started /gm) ?? []).length < 2 && Date.now() < until) await sleep(200);
    const said = fs.readFileSync(log, "utf8");
    const kubeconfig = path.join(sandbox.folder.keys, "controller.kubeconfig");
    assert.match(
      said,
      /^started --kubeconfig=\S+ --cluster-resource-namespace=cert-manager --leader-elect=false --metrics-listen-address=127/,
    );
    assert.ok(said.includes(`--kubeconfig=${kubeconfig} `) && said.includes(`KUBECONFIG=${kubeconfig}\n`));
    assert.match(said, /sandbox: cert-manager ended \(exit code 3\); it is started again in 0\.5 s\nstarted /);
    const found = await sandbox.ask<ClusterObject>(readIssuer);
    assert.equal(conditionOf(found, "Ready"), undefined);
  });

  it("stays chosen, and no other one is taken while the control plane runs", async () => {
    assert.equal((await sandbox.start(tools)).started, false);
    await assert.rejects(sandbox.start(tools, {}), /runs with cert-manager=.*and played controllers only is asked for.*down real/);
    await sandbox.stop();
    assert.deepEqual((await sandbox.start(tools)).real, { "cert-manager": program });
    await sandbox.stop();
  });

  it("gives way to the played one at a start that says so", async () => {
    assert.deepEqual((await sandbox.start(tools, {})).real, {});
    await sandbox.until<ClusterObject>(readIssuer, isReady, 60_000);
  });
});
