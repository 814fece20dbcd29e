import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { assertIdle, assertPreviewed, engineArguments, POLICY_PACK, runEngine } from "#af/sandbox/engine/engine";
import { engineEnvironment } from "#af/sandbox/engine/environment";
import { checkpointOf } from "#af/sandbox/engine/checkpoint";
import { idOf, settlingArguments, staleLocks } from "#af/sandbox/engine/recover";
import type { Cluster, ObjectKey } from "#af/sandbox/cluster/client";
import { SiteFolder } from "#af/sandbox/folders";

describe("the engine in the sandbox", () => {
  const base = fs.mkdtempSync(path.join(os.tmpdir(), "af-engine-"));
  const folder = new SiteFolder("site", base).create();
  after(() => fs.rmSync(base, { recursive: true, force: true }));

  it("judges every preview and update by the pack with all rules", () => {
    for (const command of ["up", "preview"] as const) {
      const args = engineArguments(command, "site", "file", []);
      assert.equal(args[args.indexOf(POLICY_PACK) - 1], "--policy-pack");
    }
  });

  it("asks nothing, previews before it updates, and spares what is protected", () => {
    assert.ok(engineArguments("up", "site", "file", []).includes("--yes"));
    assert.ok(!engineArguments("up", "site", "file", []).includes("--skip-preview"));
    assert.ok(engineArguments("destroy", "site", "file", []).includes("--exclude-protected"));
    assert.ok(!engineArguments("destroy", "site", "file", ["--target", "urn"]).includes("--exclude-protected"));
    assert.deepEqual(engineArguments("preview", "site", "file", ["--diff"]).slice(-1), ["--diff"]);
  });

  it("refuses an update without its preview, however it is asked for, and nothing else", () => {
    const refused = (extra: readonly string[], env: NodeJS.ProcessEnv = {}, command: "up" | "destroy" = "up"): boolean => {
      try {
        assertPreviewed(command, extra, env);
        return false;
      } catch (error) {
        assert.match((error as Error).message, /an update without a preview/);
        assert.equal((error as { exitCode?: number }).exitCode, 2);
        return true;
      }
    };
    for (const word of ["--skip-preview", "--skip-preview=true", "--skip-preview=1", "-f", "-yf", "-fy", "-dyf"]) {
      assert.ok(refused([word]), word);
      assert.ok(refused(["--diff", "--yes", word]), word);
      assert.ok(!refused([word], {}, "destroy"), word);
    }
    for (const value of ["true", "1", "TRUE"]) assert.ok(refused([], { PULUMI_OPTION_SKIP_PREVIEW: value }), value);
    for (const word of ["--skip-preview=false", "--diff", "--refresh", "-y", "--config-file", "-mfix", "--target", "a-f"])
      assert.ok(!refused([word], { PULUMI_OPTION_SKIP_PREVIEW: "false" }), word);
  });

  it("reads the cluster into its state without a pack, which judges no refresh", () => {
    const args = engineArguments("refresh", "site", "file", ["--expect-no-changes"]);
    assert.deepEqual([args[0], args.at(-1)], ["refresh", "--expect-no-changes"]);
    assert.ok(args.includes("--yes") && !args.includes("--policy-pack"));
  });

  it("sees nothing of the user's own account, backend and passphrase", () => {
    const theirs = {
      PATH: "/bin",
      PULUMI_ACCESS_TOKEN: "t",
      PULUMI_BACKEND_URL: "s3://theirs",
      PULUMI_CONFIG_PASSPHRASE: "p",
      PULUMI_PARALLEL: "4",
    };
    const env = engineEnvironment(folder, ["/tools/pulumi", "/tools/helm"], theirs);
    assert.equal(env["PULUMI_ACCESS_TOKEN"], undefined);
    assert.equal(env["PULUMI_CONFIG_PASSPHRASE"], undefined);
    assert.equal(env["PULUMI_BACKEND_URL"], `file://${folder.state}`);
    assert.equal(env["PULUMI_PARALLEL"], "4");
    assert.equal(env["PATH"], "/tools:/bin");
    assert.equal(env["PULUMI_IGNORE_AMBIENT_PLUGINS"], "true");
    assert.ok(fs.existsSync(env["PULUMI_CONFIG_PASSPHRASE_FILE"] ?? ""));
    assert.equal(engineEnvironment(folder, [], theirs)["PULUMI_CONFIG_PASSPHRASE_FILE"], env["PULUMI_CONFIG_PASSPHRASE_FILE"]);
  });

  it("sees what a killed run has left: its lock and what was under way", () => {
    assert.deepEqual([staleLocks(folder), checkpointOf(folder, "af").pending], [[], []]);
    const locks = path.join(folder.state, ".pulumi", "locks", "organization", "af", "site");
    const stacks = path.join(folder.state, ".pulumi", "stacks", "af");
    for (const each of [locks, stacks]) fs.mkdirSync(each, { recursive: true });
    fs.writeFileSync(path.join(locks, "1.json"), "{}");
    const operation = { type: "creating", resource: { urn: "u", type: "t" } };
    fs.writeFileSync(path.join(stacks, "site.json"), JSON.stringify({ checkpoint: { latest: { pending_operations: [operation] } } }));
    assert.deepEqual(staleLocks(folder), [path.join(locks, "1.json")]);
    assert.deepEqual(checkpointOf(folder, "af").pending, [operation]);
  });

  it("writes nothing in a preview of what a killed run has left, and says who settles it", async () => {
    const said: string[] = [];
    const [program, calls, siteFile] = ["pulumi", "calls", "Pulumi.site.yaml"].map((name) => path.join(base, name)) as [
      string,
      string,
      string,
    ];
    fs.writeFileSync(program, `#!/bin/sh\necho "$1" >> '${calls}'\n`, { mode: 0o755 });
    fs.writeFileSync(siteFile, "config: {}\n");
    const run = { folder, pulumi: program, plugins: [], siteFile, secrets: [], charts: "https://127.0.0.1:1", extra: [] };
    const say = (line: string) => void said.push(line);
    assert.equal((await runEngine({ ...run, command: "preview", say })).exitCode, 0);
    assert.equal(fs.readFileSync(calls, "utf8"), "preview\n");
    assert.deepEqual(said, [
      "an earlier run was killed during 1 operation: a preview writes nothing, and shows what is there; npm run sandbox -- up site settles it first",
    ]);
    // What settles it begins with the lock, and then asks the cluster, which is not here.
    await assert.rejects(runEngine({ ...run, command: "up", say }));
    assert.equal(fs.readFileSync(calls, "utf8"), "preview\ncancel\n");
  });

  it("is not begun, nor anything before it, while another run works on the same folder", () => {
    assertIdle(folder);
    fs.writeFileSync(folder.file("engine.lock"), `${process.pid}\n`);
    assert.throws(
      () => assertIdle(folder),
      new RegExp(`Process ${process.pid} is already at work on the sandbox of site: wait for it, or end it\\.`),
    );
    fs.writeFileSync(folder.file("engine.lock"), "999999999\n");
    assertIdle(folder);
  });

  it("imports what was made after all, and forgets the rest", async () => {
    const present = ["Namespace/hub", "ConfigMap/settings"];
    const cluster = {
      read: (key: ObjectKey) => Promise.resolve(present.includes(`${key.kind}/${key.metadata.name}`) ? key : undefined),
    } as unknown as Cluster;
    const creating = (urn: string, kind: string, metadata: object, type = `kubernetes:core/v1:${kind}`): object => ({
      type: "creating",
      resource: { urn, type, inputs: { apiVersion: "v1", kind, metadata } },
    });
    const pending = [
      creating("urn:1", "Namespace", { name: "hub" }),
      creating("urn:2", "ConfigMap", { name: "settings", namespace: "hub" }),
      creating("urn:3", "ConfigMap", { name: "never-made", namespace: "hub" }),
      creating("urn:4", "Node", { name: "host" }, "kubernetes:core/v1:NodePatch"),
      creating("urn:5", "Password", {}, "random:index/randomPassword:RandomPassword"),
      { type: "updating", resource: { urn: "urn:6", type: "kubernetes:core/v1:Secret" } },
    ] as Parameters<typeof settlingArguments>[1];
    const flag = "--import-pending-creates";
    assert.deepEqual(await settlingArguments(cluster, pending), [
      flag,
      "urn:1",
      flag,
      "hub",
      flag,
      "urn:2",
      flag,
      "hub/settings",
      "--clear-pending-creates",
    ]);
  });

  it("knows an object by the id that the Kubernetes provider gives it", () => {
    assert.equal(idOf({ metadata: { name: "a" } }), "a");
    assert.equal(idOf({ metadata: { name: "a", namespace: "n" } }), "n/a");
    assert.equal(idOf({}), undefined);
  });
});
