import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { ClusterObject } from "#af/sandbox/cluster/client";
import { livesOn } from "./life-cycle";
import { toolsOrSkip, TestSandbox } from "../sandbox/e2e/harness";
import { spoilt } from "../support/site-config";
import { settingsOfKind } from "../support/site-kinds";
import { writeSettings } from "../tools/site-files";

type Pod = ClusterObject & { readonly spec: { readonly nodeName?: string } };
type WithPhase = ClusterObject & { readonly status: { readonly phase: string } };

describe("a site on somebody else's Ceph", function () {
  this.timeout(600_000);
  this.bail(true);
  const name = "elsewhere";
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "af-elsewhere-"));
  const sandbox = new TestSandbox(name);
  let file: string;

  before(async function () {
    await toolsOrSkip(this);
    const filesystem = { kind: "cephfs", name: "af", dataPool: "af-data" };
    const changes: readonly (readonly [path: readonly string[], value: unknown])[] = [
      [["site", "name"], name],
      [["storage", "filesystem"], filesystem],
      [["hub", "homes", "kind"], "shared"],
      // Its charts come from a registry, to Flux and to Pulumi's Helm, which installs Flux.
      [["delivery"], { kind: "flux", mirror: "oci://registry.example.edu/charts" }],
    ];
    // With ServiceX, which keeps its results in that Ceph's gateways.
    const settings = await settingsOfKind("servicex: servicex");
    file = writeSettings(
      folder,
      name,
      changes.reduce((tree, [at, value]) => spoilt(tree, at, value), settings),
    );
  });
  after(async () => {
    await sandbox.remove();
    fs.rmSync(folder, { recursive: true });
  });

  it("comes up: connected, every claim bound there, every pod placed, and no daemon of Ceph run", async () => {
    const { code, stdout, stderr } = await sandbox.command("up", name, "--config-file", file).finished;
    assert.equal(code, 0, stdout + stderr);
    const [cluster] = await sandbox.ask<readonly WithPhase[]>({ ask: "list", apiVersion: "ceph.rook.io/v1", kind: "CephCluster" });
    assert.equal(cluster?.status.phase, "Connected");
    const claims = await sandbox.ask<readonly WithPhase[]>({ ask: "list", apiVersion: "v1", kind: "PersistentVolumeClaim" });
    assert.ok(claims.length > 3);
    for (const { metadata, status } of claims) assert.equal(status.phase, "Bound", metadata.name);
    const pods = await sandbox.ask<readonly Pod[]>({ ask: "list", apiVersion: "v1", kind: "Pod" });
    for (const { metadata, spec } of pods) {
      assert.notEqual(spec.nodeName, undefined, metadata.name);
      assert.doesNotMatch(metadata.name, /^rook-ceph-(mon|mgr|osd|rgw)-/);
    }
  });

  it("has had its charts from the registry", async () => {
    const sources = await sandbox.ask<readonly (ClusterObject & { readonly spec: { readonly url: string } })[]>({
      ask: "list",
      apiVersion: "source.toolkit.fluxcd.io/v1",
      kind: "HelmRepository",
    });
    assert.ok(sources.length > 3);
    for (const { spec } of sources) assert.match(spec.url, /^oci:\/\/127\.0\.0\.1:\d+\/charts$/);
  });

  livesOn(sandbox, () => file);
});
