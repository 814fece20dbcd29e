import assert from "node:assert/strict";
import type { ClusterObject } from "#af/sandbox/cluster/client";
import { fieldAt } from "#af/sandbox/cluster/world";
import { nameOf } from "#af/components/tenancy/settings";
import { readSite } from "#af/stacks/site/read";
import type { Finished, TestSandbox } from "../sandbox/e2e/harness";

/** Runs a command of the sandbox and fails unless it ends well. */
export async function ran(sandbox: TestSandbox, ...args: readonly string[]): Promise<Finished> {
  const finished = await sandbox.command(...args).finished;
  assert.equal(finished.code, 0, `sandbox ${args.join(" ")} ended with ${finished.code}:\n${finished.stdout}\n${finished.stderr}`);
  return finished;
}

/**
 * What holds of every site that is up: neither a second `up` nor a refresh finds a change, and `destroy` takes away all but what is protected.
 * @param file gives the site file, which an earlier test may have made.
 */
export function livesOn(sandbox: TestSandbox, file: () => string): void {
  const { site: name } = sandbox;

  it("changes nothing when it is brought up again", async () => {
    const { stdout } = await ran(sandbox, "up", name, "--config-file", file());
    assert.doesNotMatch(stdout, /\d+ (created|updated|deleted|replaced)/);
  });

  readsAsWritten(sandbox, file);

  it("leaves only what is protected when it is destroyed", async () => {
    const { stdout } = await ran(sandbox, "destroy", name, "--config-file", file());
    assert.match(stdout, /\d+ deleted/);
    assert.deepEqual(sandbox.state().pending, []);
  });
}

/** A refresh finds nothing to change. */
export function readsAsWritten(sandbox: TestSandbox, file: () => string): void {
  it("reads as it was written: a refresh finds nothing to change", async () => {
    await ran(sandbox, "refresh", sandbox.site, "--config-file", file(), "--", "--expect-no-changes");
  });
}

/** A preview takes no host away, and makes none smaller. `without` gives the site file without a host. */
export function leavesHostsAlone(sandbox: TestSandbox, without: () => string): void {
  it("leaves each host as it is in a preview of the site without it", async () => {
    const versions = async (): Promise<readonly string[]> => {
      const nodes = await sandbox.ask<readonly ClusterObject[]>({ ask: "list", apiVersion: "v1", kind: "Node" });
      return nodes.map(({ metadata: { name, uid = "" } }) => `${name} ${uid}`).sort();
    };
    const before = await versions();
    // Whether the packs let it pass is another matter.
    await sandbox.command("preview", sandbox.site, "--config-file", without()).finished;
    assert.deepEqual(await versions(), before);
  });
}

/** A refresh finds nothing; what a hand has changed is taken back, and an object that is there can be taken over. */
export function bearsHands(sandbox: TestSandbox, file: () => string): void {
  const { site: name } = sandbox;
  const up = (): Promise<Finished> => ran(sandbox, "up", name, "--config-file", file());

  readsAsWritten(sandbox, file);

  it("takes back what a hand has changed, and what nobody declares", async () => {
    const quota = {
      apiVersion: "v1",
      kind: "ResourceQuota",
      metadata: { name: "quota", namespace: nameOf(readSite(name, file()).tenancy, "hub") },
    };
    const hard = async (): Promise<unknown> => fieldAt(await sandbox.ask<ClusterObject>({ ask: "read", key: quota }), "spec", "hard");
    const before = await hard();
    const extra = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "by-hand", namespace: "default" } };
    await sandbox.ask({
      ask: "apply",
      objects: [
        { ...quota, spec: { hard: { pods: "1" } } },
        { ...extra, data: { a: "b" } },
      ],
    });
    assert.match((await ran(sandbox, "refresh", name, "--config-file", file())).stdout, /~ 1 updated/);
    const id = ["kubernetes:core/v1:ConfigMap", "by-hand", "default/by-hand"];
    const imported = await ran(sandbox, "import", name, "--config-file", file(), "--", ...id, "--protect=false");
    assert.match(imported.stdout, /= 1 imported/);
    assert.match((await up()).stdout, /~ 1 updated[\s\S]*- 1 deleted/);
    assert.deepEqual(await hard(), before);
    assert.equal(await sandbox.ask({ ask: "read", key: extra }), null);
  });
}
