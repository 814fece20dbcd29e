import type { ClusterObject } from "#af/sandbox/cluster/client";
import { conditionOf } from "#af/sandbox/cluster/world";
import type { TestSandbox } from "../sandbox/e2e/harness";

/** A moment in the course of an `up` at which a test kills it. */
export interface Moment {
  readonly what: string;
  /** True if it has come. */
  reached(sandbox: TestSandbox): Promise<boolean>;
  /** Whether everything that the command has started dies with it, as when a machine goes down, or the command alone. */
  readonly whole: boolean;
}

const namespaces = { ask: "list", apiVersion: "v1", kind: "Namespace" } as const;

/** As soon as the first namespace is there, besides the four of every cluster. */
export const FIRST_WRITE: Moment = {
  what: "as soon as it writes",
  reached: async (sandbox) => (await sandbox.ask<readonly ClusterObject[]>(namespaces)).length > 4,
  whole: false,
};

/** While Helm in Pulumi's provider installs a release: Helm has written its record and waits for the pods. */
export const HELM_AT_WORK: Moment = {
  what: "while Pulumi's Helm installs a release",
  reached: async (sandbox) =>
    (
      await sandbox.ask<readonly ClusterObject[]>({
        ask: "list",
        apiVersion: "v1",
        kind: "Secret",
        labels: "owner=helm,status=pending-install",
      })
    ).length > 0,
  whole: true,
};

/** While Flux installs: some HelmRelease is there and not ready. */
export const FLUX_AT_WORK: Moment = {
  what: "while Flux installs a release",
  reached: async (sandbox) =>
    (await sandbox.ask<readonly ClusterObject[]>({ ask: "list", apiVersion: "helm.toolkit.fluxcd.io/v2", kind: "HelmRelease" })).some(
      (release) => conditionOf(release, "Ready")?.status !== "True",
    ),
  whole: true,
};

/** When a number of the facility's pods is there. */
export function pods(count: number, whole = false): Moment {
  return {
    what: `when ${count} pods are there`,
    reached: async (sandbox) =>
      (await sandbox.ask<readonly ClusterObject[]>({ ask: "list", apiVersion: "v1", kind: "Pod" })).length >= count,
    whole,
  };
}

/**
 * Begins an `up` and kills it at a moment.
 * @throws {Error} if the command ends before the moment comes, with what it printed.
 */
export async function killedAt(moment: Moment, sandbox: TestSandbox, ...args: readonly string[]): Promise<void> {
  const { child, finished } = sandbox.command("up", sandbox.site, ...args);
  let over = false;
  void finished.then(() => (over = true));
  // Before the control plane runs, there is nobody to ask.
  while (!over && !(await moment.reached(sandbox).catch(() => false))) await new Promise((resolve) => setTimeout(resolve, 50));
  if (over) {
    const { code, stdout, stderr } = await finished;
    throw new Error(`up ended with ${code} before the moment came (${moment.what}):\n${stdout}\n${stderr}`);
  }
  if (moment.whole) sandbox.crash(child);
  else child.kill("SIGKILL");
  await finished;
}
