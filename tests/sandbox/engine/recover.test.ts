import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { Cluster, ClusterObject, ObjectKey } from "#af/sandbox/cluster/client";
import type { PendingOperation } from "#af/sandbox/engine/checkpoint";
import { removeCutAttributes, unlockReleases } from "#af/sandbox/engine/recover";
import { SiteFolder } from "#af/sandbox/folders";
import { helmRecord, object } from "../controller/builders";

describe("what a killed engine has half written", () => {
  const base = fs.mkdtempSync(path.join(os.tmpdir(), "af-recover-"));
  const folder = new SiteFolder("somewhere", base);
  const stacks = path.join(folder.state, ".pulumi", "stacks", "af");
  after(() => fs.rmSync(base, { recursive: true }));

  it("is nothing before there is a backend", () => {
    assert.equal(removeCutAttributes(folder), 0);
  });

  it("is removed if it is a side file that cannot be read; the checkpoint, its copy and whole side files stay", () => {
    fs.mkdirSync(stacks, { recursive: true });
    const whole = '{"user.content_type":"text/plain; charset=utf-8","md5":"4g=="}\n';
    const files = {
      "site.json": "{}",
      "site.json.attrs": "",
      "site.json.bak": "",
      "site.json.bak.attrs": whole,
      "other.json.attrs": whole.slice(0, 20),
    };
    for (const [name, text] of Object.entries(files)) fs.writeFileSync(path.join(stacks, name), text);
    assert.equal(removeCutAttributes(folder), 2);
    assert.deepEqual(fs.readdirSync(stacks).sort(), ["site.json", "site.json.bak", "site.json.bak.attrs"]);
    assert.equal(removeCutAttributes(folder), 0);
  });
});

describe("Helm's records after a kill", () => {
  const release = (type: string, name: string): PendingOperation => ({
    type,
    resource: { urn: `urn:${name}`, type: "kubernetes:helm.sh/v3:Release", inputs: { name, namespace: "default" } },
  });

  /** What is removed of these records, and what the function says that it has removed. */
  async function unlocked(records: readonly ClusterObject[], pending: readonly PendingOperation[], flux: readonly ClusterObject[] = []) {
    const deleted: string[] = [];
    const matches = ({ metadata: { labels = {} } }: ClusterObject, selector = ""): boolean => {
      const set = /status in \(([^)]*)\)/.exec(selector)?.[1]?.split(",");
      const name = /name=([\w-]+)/.exec(selector)?.[1];
      return (set === undefined || set.includes(labels["status"] ?? "")) && (name === undefined || labels["name"] === name);
    };
    const cluster = {
      list: (_: string, kind: string, { labels }: { labels?: string } = {}) =>
        Promise.resolve(kind === "HelmRelease" ? flux : records.filter((record) => matches(record, labels))),
      delete: ({ metadata }: ObjectKey) => Promise.resolve(deleted.push(metadata.name)),
    };
    const said = await unlockReleases(cluster as unknown as Cluster, pending);
    return { deleted, said };
  }

  it("are removed where something was cut off, also if the engine's state does not know of it", async () => {
    for (const status of ["pending-install", "pending-upgrade", "pending-rollback"])
      assert.deepEqual(
        await unlocked([helmRecord({ status })], []),
        { deleted: ["sh.helm.release.v1.metallb.v1"], said: ["default/metallb"] },
        status,
      );
  });

  it("are removed where the engine has not heard of an installation's end, each once", async () => {
    for (const status of ["deployed", "pending-install"])
      assert.deepEqual((await unlocked([helmRecord({ status })], [release("creating", "metallb")])).said, ["default/metallb"], status);
  });

  it("stay where all is well, where another revision is cut off, and where Flux installs", async () => {
    assert.deepEqual((await unlocked([helmRecord({})], [])).deleted, []);
    assert.deepEqual((await unlocked([helmRecord({})], [release("updating", "metallb")])).deleted, []);
    const both = [helmRecord({}), helmRecord({ revision: 2, status: "pending-upgrade" })];
    assert.deepEqual((await unlocked(both, [])).deleted, ["sh.helm.release.v1.metallb.v2"]);
    const named = object("helm.toolkit.fluxcd.io/v2", "HelmRelease", "other", {
      metadata: { namespace: "default" },
      spec: { releaseName: "metallb" },
    });
    assert.deepEqual((await unlocked([helmRecord({ status: "pending-install" })], [], [named])).deleted, []);
  });
});
