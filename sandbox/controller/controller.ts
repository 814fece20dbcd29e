import { createHash } from "node:crypto";
import { installInto, uninstallFrom } from "../charts/install";
import type { Cluster, ClusterObject } from "../cluster/client";
import type { World } from "../cluster/world";
import { reasonOf } from "../../terminal/failure";
import type { Action, Reconciler } from "./reconciler";
import { customResources } from "./custom-resources";
import { helmReleases } from "./helm-release";
import { issueSecret } from "./issue";
import { loadBalancers } from "./load-balancer";
import { fluxSources } from "./sources";
import { claims, releasedVolumes } from "./volumes";

/** Everything that the controller plays. */
export const RECONCILERS: readonly Reconciler[] = [fluxSources, helmReleases, customResources, claims, releasedVolumes, loadBalancers];

const FIELD_MANAGER = "sandbox-controller";

/** Pause before changes that were made, or refused, are made again for the same object, in milliseconds. */
const PATIENCE = 5_000;

/**
 * Does what the rules want. Each object is worked on by itself, so a chart that takes long holds up nobody else; the same changes are
 * not repeated at once, so a field that the server drops cannot make it spin.
 */
export class Controller {
  private readonly busy = new Set<string>();
  private readonly last = new Map<string, { readonly hash: string; readonly at: number }>();

  constructor(
    private readonly cluster: Cluster,
    private readonly world: World,
    private readonly log: (line: string) => void,
    private readonly again: () => void,
  ) {}

  /** Looks at everything once and starts what is to be done. */
  pass(): void {
    for (const rule of RECONCILERS) {
      for (const object of rule.subjects(this.world)) {
        const key = `${rule.name}/${object.metadata.uid ?? object.metadata.name}`;
        if (this.busy.has(key)) continue;
        const changes = this.wanted(rule, object);
        if (changes.length === 0) continue;
        const hash = hashOf(changes);
        const before = this.last.get(key);
        if (before?.hash === hash && Date.now() - before.at < PATIENCE) continue;
        this.last.set(key, { hash, at: Date.now() });
        this.busy.add(key);
        void this.make(rule, object, changes).finally(() => {
          this.busy.delete(key);
          this.again();
        });
      }
    }
  }

  private wanted(rule: Reconciler, object: ClusterObject): readonly Action[] {
    try {
      return rule.actions(this.world, object);
    } catch (error) {
      this.log(`${rule.name} ${nameOf(object)}: ${reasonOf(error)}`);
      return [];
    }
  }

  private async make(rule: Reconciler, object: ClusterObject, changes: readonly Action[]): Promise<void> {
    for (const change of changes) {
      try {
        await this.apply(change);
        this.log(`${rule.name} ${nameOf(object)}: ${describe(change)}`);
      } catch (error) {
        this.log(`${rule.name} ${nameOf(object)}: ${describe(change)} failed: ${reasonOf(error)}`);
        if (change.kind === "install") await this.tellFailure(object, reasonOf(error));
        return;
      }
    }
  }

  /** A release that could not be installed says why, as helm-controller does. */
  private async tellFailure(release: ClusterObject, reason: string): Promise<void> {
    const conditions = [
      {
        type: "Ready",
        status: "False",
        reason: "InstallFailed",
        message: reason.slice(0, 1_000),
        observedGeneration: release.metadata.generation ?? 1,
        lastTransitionTime: new Date().toISOString(),
      },
    ];
    await this.cluster.patchStatus(release, { observedGeneration: release.metadata.generation ?? 1, conditions }).catch(() => undefined);
  }

  private async apply(change: Action): Promise<void> {
    switch (change.kind) {
      case "apply":
        await this.cluster.apply(change.object, FIELD_MANAGER);
        return;
      case "delete":
        await this.cluster.delete(change.key);
        return;
      case "status":
        await this.cluster.patchStatus(change.key, change.status);
        return;
      case "finalizers":
        await this.cluster.merge(change.key, { metadata: { finalizers: change.finalizers } });
        return;
      case "event":
        await this.cluster.apply(eventOf(change.about, change.reason, change.message), FIELD_MANAGER);
        return;
      case "issue":
        await this.cluster.apply(await issueSecret(change.secret, change.namespace, change.names, change.issuer), FIELD_MANAGER);
        return;
      case "install":
        await installInto(this.cluster, change.install);
        return;
      case "uninstall":
        await uninstallFrom(this.cluster, change.release, change.namespace);
        return;
      default:
        throw new Error(`no such change: ${JSON.stringify(change satisfies never)}`);
    }
  }
}

/** An event of the sandbox; the same reason for the same object is one event, however often it is told. */
function eventOf(about: ClusterObject, reason: string, message: string): ClusterObject {
  const { apiVersion, kind, metadata } = about;
  const namespace = metadata.namespace ?? "default";
  const hash = createHash("sha256")
    .update(`${metadata.uid ?? ""}${reason}${message}`)
    .digest("hex")
    .slice(0, 12);
  const now = new Date().toISOString().replace(/\.\d+Z$/, "Z");
  return {
    apiVersion: "v1",
    kind: "Event",
    metadata: { name: `${metadata.name}.${hash}`, namespace },
    involvedObject: { apiVersion, kind, name: metadata.name, namespace, uid: metadata.uid },
    type: "Warning",
    reason,
    message,
    source: { component: "sandbox" },
    firstTimestamp: now,
    lastTimestamp: now,
    count: 1,
  };
}

function hashOf(changes: readonly Action[]): string {
  const timeless = JSON.stringify(changes, (key, value: unknown) =>
    key === "lastTransitionTime" || key === "resourceVersion" ? undefined : value,
  );
  return createHash("sha256").update(timeless).digest("hex");
}

function nameOf({ kind, metadata: { namespace, name } }: ClusterObject): string {
  return `${kind} ${namespace === undefined ? "" : `${namespace}/`}${name}`;
}

/** One phrase for the log; values and secrets never stand in it. */
function describe(change: Action): string {
  switch (change.kind) {
    case "apply":
      return `apply ${nameOf(change.object)}`;
    case "delete":
      return `delete ${change.key.kind} ${change.key.metadata.name}`;
    case "status":
      return `status: ${Object.keys(change.status).join(", ")}`;
    case "finalizers":
      return `finalizers [${change.finalizers.join(", ")}]`;
    case "event":
      return `event ${change.reason}: ${change.message}`;
    case "issue":
      return `issue ${change.namespace}/${change.secret}`;
    case "install":
      return `install ${change.install.chart} ${change.install.version} as ${change.install.namespace}/${change.install.release}`;
    case "uninstall":
      return `uninstall ${change.namespace}/${change.release}`;
  }
}
