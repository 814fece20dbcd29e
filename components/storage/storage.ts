import * as pulumi from "@pulumi/pulumi";
import type { Delivery } from "../charts/settings";
import type { Nodes } from "../nodes/settings";
import type { WayIn } from "../platform/host-route";
import type { Tenants } from "../tenancy/tenant";
import { Block } from "./block";
import { CephCluster } from "./ceph";
import { ObjectStore, type S3Endpoint } from "./object-store";
import { Operators } from "./operators";
import type { RookStorage, Storage as Settings } from "./settings";

export interface StorageArgs {
  readonly settings: Settings;
  readonly nodes: Nodes;
  readonly tenants: Tenants;
  /** Literal name of Rook's namespace, for names that are made of it; empty where storage is not ours. */
  readonly namespaceName: string;
  readonly delivery: Delivery;
  /** Namespaces with users of the object store. */
  readonly userNamespaces: readonly string[];
  readonly wayIn: WayIn;
}

/** Volumes and objects: our own Ceph, or the class that the cluster came with. */
export class Storage extends pulumi.ComponentResource {
  /** StorageClass of block volumes. */
  readonly blockClass: string;
  readonly objectStore: S3Endpoint | undefined;

  constructor(name: string, args: StorageArgs, opts?: pulumi.ComponentResourceOptions) {
    super("af:storage:Storage", name, {}, opts);
    this.blockClass = args.settings.blockClass;
    this.objectStore = args.settings.kind === "rook" ? this.ceph(name, args, args.settings) : undefined;
    this.registerOutputs({ blockClass: this.blockClass, objectStore: this.objectStore });
  }

  private ceph(name: string, args: StorageArgs, settings: RookStorage): S3Endpoint | undefined {
    const { nodes, tenants, namespaceName, delivery, userNamespaces, wayIn } = args;
    const { namespace } = tenants.of("rook");
    const taints = Object.values(nodes).flatMap((pool) => pool.taints);
    const operators = new Operators(`${name}-operators`, { namespace, namespaceName, delivery, taints }, { parent: this });
    const cluster = new CephCluster("ceph", { settings, nodes, namespace }, { parent: this, dependsOn: [operators] });
    const onCeph = { parent: this, dependsOn: [cluster] };
    new Block("block", { settings, namespace, namespaceName }, onCeph);
    if (settings.objectStore.kind === "none") return undefined;
    return new ObjectStore(
      "object-store",
      { settings, rgw: settings.objectStore, nodes, namespace, namespaceName, userNamespaces, wayIn },
      onCeph,
    ).endpoint;
  }
}
