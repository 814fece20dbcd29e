import { groupOf } from "../../components/manifest";
import { type Informer, type KubernetesObject, makeInformer, type ObjectCache } from "@kubernetes/client-node";
import { WORKLOAD_TYPES } from "../../components/workloads/workload";
import { isEstablished } from "../charts/crds";
import type { Cluster, ClusterObject } from "../cluster/client";
import { listAt, textAt, type World } from "../cluster/world";

/** Kinds that reconcilers read, besides custom resources. */
const BUILT_IN: readonly (readonly [apiVersion: string, kind: string])[] = [
  ...WORKLOAD_TYPES,
  ["v1", "Secret"],
  ["v1", "ConfigMap"],
  ["v1", "PersistentVolume"],
  ["storage.k8s.io/v1", "StorageClass"],
  ["apiextensions.k8s.io/v1", "CustomResourceDefinition"],
];

/** Milliseconds before a broken watch is tried again. */
const RETRY_AFTER = 1_000;

interface Watch {
  readonly apiVersion: string;
  readonly kind: string;
  readonly informer: Informer<KubernetesObject> & ObjectCache<KubernetesObject>;
  stopped: boolean;
}

/** Watches every kind that reconcilers read. Custom kinds are added once their definition is served, and removed together with it. */
export class Watcher implements World {
  private readonly watches = new Map<string, Watch>();

  constructor(
    private readonly cluster: Cluster,
    private readonly changed: () => void,
  ) {}

  /** Begins to watch the kinds that every cluster has, and returns once all of them have been listed. */
  async start(): Promise<void> {
    await Promise.all(BUILT_IN.map(([apiVersion, kind]) => this.watch(apiVersion, kind)));
  }

  /** As {@link World.all}; empty for a kind that is not watched. */
  all(group: string, kind: string): readonly ClusterObject[] {
    const watch = this.watches.get(`${group}/${kind}`);
    if (watch === undefined) return [];
    // The server leaves the type out of the items of a list.
    return (watch.informer.list() as unknown as readonly ClusterObject[]).map((object) => ({
      ...object,
      apiVersion: watch.apiVersion,
      kind,
    }));
  }

  /** Adds and removes custom kinds as their definitions come and go. */
  followDefinitions(): void {
    const served = new Map<string, readonly [string, string]>();
    for (const definition of this.all("apiextensions.k8s.io", "CustomResourceDefinition")) {
      if (!isEstablished(definition)) continue;
      const [group, kind] = [textAt(definition, "spec", "group") ?? "", textAt(definition, "spec", "names", "kind") ?? ""];
      const stored = listAt(definition, "spec", "versions").find((version) => (version as { storage?: boolean }).storage === true);
      served.set(`${group}/${kind}`, [`${group}/${textAt(stored, "name") ?? ""}`, kind]);
    }
    for (const [key, [apiVersion, kind]] of served) if (!this.watches.has(key)) void this.watch(apiVersion, kind);
    for (const [key, watch] of this.watches) {
      if (served.has(key) || BUILT_IN.some(([apiVersion, kind]) => key === `${groupOf(apiVersion)}/${kind}`)) continue;
      watch.stopped = true;
      this.watches.delete(key);
      void watch.informer.stop();
    }
  }

  private async watch(apiVersion: string, kind: string): Promise<void> {
    const key = `${groupOf(apiVersion)}/${kind}`;
    const path = await this.pathOf(apiVersion, kind);
    if (this.watches.has(key)) return;
    const informer = makeInformer(this.cluster.config, path, async () => {
      const answer = (await this.cluster.request("GET", path)) as { items: KubernetesObject[]; metadata: { resourceVersion: string } };
      return { apiVersion, kind: `${kind}List`, ...answer };
    });
    const watch: Watch = { apiVersion, kind, informer, stopped: false };
    this.watches.set(key, watch);
    informer.on("change", this.changed);
    informer.on("error", () => {
      if (!watch.stopped) setTimeout(() => void informer.start(), RETRY_AFTER);
    });
    await informer.start();
  }

  /** The URL path of a kind. Discovery may know a kind a moment later than its definition says, so this waits. */
  private async pathOf(apiVersion: string, kind: string): Promise<string> {
    for (;;) {
      try {
        return await this.cluster.collection(apiVersion, kind);
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    }
  }
}
