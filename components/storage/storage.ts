import * as pulumi from "@pulumi/pulumi";
import type { Delivery } from "../delivery/settings";
import { choose } from "../choose";
import type { Nodes } from "../nodes/settings";
import type { WayIn } from "../platform/host-route";
import type { Tenants } from "../tenancy/tenant";
import { Block } from "./block";
import { CephCluster } from "./ceph";
import { ExternalCeph } from "./external-ceph";
import { ExternalObjectStore } from "./external-object-store";
import { ObjectStore, type S3Endpoint } from "./object-store";
import { Operators } from "./operators";
import { driversOf, type ExternalStorage, type RookStorage, type Storage as Settings } from "./settings";
import type { CephCredential } from "./users";

export interface StorageArgs {
  readonly settings: Settings;
  readonly nodes: Nodes;
  readonly tenants: Tenants;
  /** Literal name of Rook's namespace, for names that are made of it; empty where Rook does not run. */
  readonly namespaceName: string;
  readonly delivery: Delivery;
  /** Namespaces with users of the object store. */
  readonly userNamespaces: readonly string[];
  readonly wayIn: WayIn;
  /** Keys of somebody else's Ceph; asked for where the site has it. */
  readonly credential: (name: CephCredential) => pulumi.Output<string>;
}

/** Volumes and objects: our own Ceph, somebody else's, or the class that the cluster came with. */
export class Storage extends pulumi.ComponentResource {
  /** StorageClass of block volumes. */
  readonly blockClass: string;
  readonly objectStore: S3Endpoint | undefined;

  constructor(name: string, args: StorageArgs, opts?: pulumi.ComponentResourceOptions) {
    super("af:storage:Storage", name, {}, opts);
    this.blockClass = args.settings.blockClass;
    this.objectStore = choose(args.settings, {
      rook: (settings) => this.ownCeph(name, args, settings),
      external: (settings) => this.externalCeph(name, args, settings),
      existing: () => undefined,
    });
    this.registerOutputs({ blockClass: this.blockClass, objectStore: this.objectStore });
  }

  private ownCeph(name: string, args: StorageArgs, settings: RookStorage): S3Endpoint | undefined {
    const { nodes, tenants, namespaceName, userNamespaces, wayIn } = args;
    const { namespace } = tenants.of("rook");
    const operators = this.operators(name, args, settings);
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

  private externalCeph(name: string, args: StorageArgs, settings: ExternalStorage): S3Endpoint | undefined {
    const { tenants, namespaceName, userNamespaces, credential } = args;
    const { namespace } = tenants.of("rook");
    const operators = this.operators(name, args, settings);
    const ceph = new ExternalCeph("ceph", { settings, namespace, namespaceName, credential }, { parent: this, dependsOn: [operators] });
    if (settings.objectStore.kind === "none") return undefined;
    return new ExternalObjectStore(
      "object-store",
      { rgw: settings.objectStore, namespace, namespaceName, userNamespaces, credential },
      { parent: this, dependsOn: [ceph] },
    ).endpoint;
  }

  private operators(name: string, args: StorageArgs, settings: RookStorage | ExternalStorage): Operators {
    const { nodes, tenants, namespaceName, delivery } = args;
    const { namespace } = tenants.of("rook");
    const taints = Object.values(nodes).flatMap((pool) => pool.taints);
    return new Operators(
      `${name}-operators`,
      { namespace, namespaceName, delivery, taints, drivers: driversOf(settings) },
      { parent: this },
    );
  }
}
