import { createHash } from "node:crypto";
import type { Helm } from "../charts/helm";
import { readRelease } from "../charts/release";
import type { Cluster, ClusterObject } from "../cluster/client";
import type { World } from "../cluster/world";
import { reasonOf } from "../../terminal/failure";
import type { Action, EventAction, Reconciler } from "./reconciler";
import { customResources } from "./custom-resources";
import { helmReleases } from "./helm-release";
import { addressPools } from "./address-pools";
import { accountSecret, certificateSecret } from "./issue";
import { loadBalancers } from "./load-balancer";
import { fluxSources, indexStatus } from "./sources";
import { claims, releasedVolumes } from "./volumes";

/** All reconcilers of the sandbox. */
export const RECONCILERS: readonly Reconciler[] = [
  fluxSources,
  helmReleases,
  customResources,
  claims,
  releasedVolumes,
  loadBalancers,
  addressPools,
];

const FIELD_MANAGER = "sandbox-controller";

/** Milliseconds before the same actions are tried again for the same object. */
const PATIENCE = 5_000;

/**
 * Does what the reconcilers want. It works on each object separately, so that a chart that takes long delays no other object, and it
 * repeats the same actions only after a pause, so that a field that the server drops does not keep it busy.
 */
export class Controller {
  private readonly busy = new Set<string>();
  private readonly last = new Map<string, { readonly hash: string; readonly at: number }>();

  constructor(
    private readonly cluster: Cluster,
    private readonly helm: Helm,
    private readonly world: World,
    private readonly log: (line: string) => void,
    private readonly again: () => void,
    private readonly reconcilers: readonly Reconciler[] = RECONCILERS,
  ) {}

  /** Looks at every object once and starts what is to be done. */
  pass(): void {
    for (const reconciler of this.reconcilers) {
      for (const object of reconciler.subjects(this.world)) {
        const key = `${reconciler.name}/${object.metadata.uid ?? object.metadata.name}`;
        if (this.busy.has(key)) continue;
        const actions = this.wanted(reconciler, object);
        if (actions.length === 0) continue;
        const hash = hashOf(actions);
        const before = this.last.get(key);
        if (before?.hash === hash && Date.now() - before.at < PATIENCE) continue;
        this.last.set(key, { hash, at: Date.now() });
        this.busy.add(key);
        void this.doAll(reconciler, object, actions).finally(() => {
          this.busy.delete(key);
          this.again();
        });
      }
    }
  }

  private wanted(reconciler: Reconciler, object: ClusterObject): readonly Action[] {
    try {
      return reconciler.actions(this.world, object);
    } catch (error) {
      this.log(`${reconciler.name} ${nameOf(object)}: ${reasonOf(error)}`);
      return [];
    }
  }

  private async doAll(reconciler: Reconciler, object: ClusterObject, actions: readonly Action[]): Promise<void> {
    for (const action of actions) {
      try {
        await this.do(action);
        this.log(`${reconciler.name} ${nameOf(object)}: ${describe(action)}`);
      } catch (error) {
        this.log(`${reconciler.name} ${nameOf(object)}: ${describe(action)} failed: ${reasonOf(error)}`);
        if (action.kind === "install") await this.tellFailure(object, reasonOf(error));
        return;
      }
    }
  }

  /** Writes into a HelmRelease why it could not be installed, as helm-controller does. */
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

  /**
   * Removes the record of an installation or upgrade that was cut off, because Helm refuses to go on from it. helm-controller does the same;
   * it alone installs the releases of HelmReleases, so nobody else can be at work.
   */
  private async unlock({ release, namespace }: { readonly release: string; readonly namespace: string }): Promise<void> {
    const record = await readRelease(this.cluster, namespace, release);
    if (record?.status.startsWith("pending-") === true) await this.cluster.delete(record.secret);
  }

  private async do(action: Action): Promise<void> {
    switch (action.kind) {
      case "apply":
        await this.cluster.apply(action.object, FIELD_MANAGER);
        return;
      case "delete":
        await this.cluster.delete(action.key);
        return;
      case "status":
        await this.cluster.patchStatus(action.key, action.status);
        return;
      case "finalizers":
        await this.cluster.merge(action.key, { metadata: { finalizers: action.finalizers } });
        return;
      case "event":
        await this.cluster.apply(eventOf(action), FIELD_MANAGER);
        return;
      case "annotations":
        await this.cluster.merge(action.key, { metadata: { annotations: action.annotations } });
        return;
      case "spec":
        await this.cluster.merge(action.key, { spec: action.spec });
        return;
      case "issue":
        await this.cluster.apply(await certificateSecret(action.order), FIELD_MANAGER);
        return;
      case "account":
        await this.cluster.apply(await accountSecret(action.order), FIELD_MANAGER);
        return;
      case "index":
        await this.cluster.patchStatus(action.source, await indexStatus(action.source));
        return;
      case "install":
        await this.unlock(action.install);
        await this.helm.install(action.install);
        return;
      case "uninstall":
        await this.helm.uninstall(action.release, action.namespace);
        return;
      default:
        throw new Error(`no such action: ${JSON.stringify(action satisfies never)}`);
    }
  }
}

/** An event about an object; the same reason and message make one event, however often they are reported. */
function eventOf({ about, reason, message, type = "Warning" }: EventAction): ClusterObject {
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
    type,
    reason,
    message,
    source: { component: "sandbox" },
    firstTimestamp: now,
    lastTimestamp: now,
    count: 1,
  };
}

function hashOf(actions: readonly Action[]): string {
  const timeless = JSON.stringify(actions, (key, value: unknown) =>
    ["lastTransitionTime", "lastHeartbeatTime", "lastChecked", "resourceVersion"].includes(key) ? undefined : value,
  );
  return createHash("sha256").update(timeless).digest("hex");
}

function nameOf({ kind, metadata: { namespace, name } }: ClusterObject): string {
  return `${kind} ${namespace === undefined ? "" : `${namespace}/`}${name}`;
}

/** An action in words for the log, without values and secrets. */
function describe(action: Action): string {
  switch (action.kind) {
    case "apply":
      return `apply ${nameOf(action.object)}`;
    case "delete":
      return `delete ${action.key.kind} ${action.key.metadata.name}`;
    case "status":
      return `status: ${Object.keys(action.status).join(", ")}`;
    case "finalizers":
      return `finalizers [${action.finalizers.join(", ")}]`;
    case "event":
      return `event ${action.reason}: ${action.message}`;
    case "annotations":
      return `annotations ${Object.keys(action.annotations).join(", ")}`;
    case "spec":
      return `spec: ${Object.keys(action.spec).join(", ")}`;
    case "issue":
    case "account":
      return `${action.kind} ${action.order.namespace}/${action.order.secret}`;
    case "index":
      return `index of ${nameOf(action.source)}`;
    case "install":
      return `install ${action.install.chart} ${action.install.version} as ${action.install.namespace}/${action.install.release}`;
    case "uninstall":
      return `uninstall ${action.namespace}/${action.release}`;
  }
}
