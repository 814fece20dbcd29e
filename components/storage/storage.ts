import * as pulumi from "@pulumi/pulumi";
import { choose } from "../choose";
import type { Delivery } from "../delivery/settings";
import type { Tenants } from "../tenancy/tenant";
import { Block } from "./block";
import { CephCluster } from "./ceph";
import { ExternalCeph } from "./external-ceph";
import { ExternalObjectStore } from "./external-object-store";
import { ObjectStore } from "./object-store";
import { Operators } from "./operators";
import type { StorageParts } from "./parts";
import type { ExternalStorage, StorageSettings } from "./settings";
import type { CephCredential } from "./users";

/** Arguments of {@link Storage}. */
export interface StorageArgs {
  readonly settings: StorageSettings;
  readonly parts: StorageParts;
  readonly tenants: Tenants;
  readonly delivery: Delivery;
  /** What routes wait for. */
  readonly ingress: readonly pulumi.Resource[];
  /** Gives the value of a secret of somebody else's Ceph; only a site with such a Ceph calls it. */
  readonly credential: (name: CephCredential) => pulumi.Output<string>;
}

/** Volumes and objects: the facility's own Ceph, somebody else's, or StorageClasses that the cluster already has. */
export class Storage extends pulumi.ComponentResource {
  /** Name of the StorageClass of block volumes. */
  readonly blockClass: string;
  /** What volumes need. Who waits for it does not wait for the object store, whose route waits for the ingress. */
  readonly volumes: readonly pulumi.Resource[];

  constructor(name: string, args: StorageArgs, opts?: pulumi.ComponentResourceOptions) {
    super("af:storage:Storage", name, {}, opts);
    this.blockClass = args.settings.blockClass;
    this.volumes = choose(args.settings, {
      rook: () => this.ownCeph(name, args),
      external: (settings) => this.externalCeph(name, args, settings),
      existing: () => [],
    });
    this.registerOutputs({ blockClass: this.blockClass });
  }

  private ownCeph(name: string, args: StorageArgs): readonly pulumi.Resource[] {
    const { ceph, block, objectStore, s3Route } = args.parts;
    const { namespace } = args.tenants.of("rook");
    const operators = this.operators(name, args);
    if (!ceph || !block) return operators;
    const cluster = new CephCluster("ceph", { part: ceph, namespace }, { parent: this, dependsOn: operators });
    const onCeph = { parent: this, dependsOn: [cluster] };
    const volumes = new Block("block", { part: block, namespace }, onCeph);
    if (objectStore && s3Route)
      new ObjectStore("object-store", { part: objectStore, route: s3Route, ingress: args.ingress, namespace }, onCeph);
    return [...operators, cluster, volumes];
  }

  private externalCeph(name: string, args: StorageArgs, settings: ExternalStorage): readonly pulumi.Resource[] {
    const { ceph, objectStore } = args.parts;
    const { credential } = args;
    const { namespace } = args.tenants.of("rook");
    const operators = this.operators(name, args);
    if (!ceph) return operators;
    const connection = new ExternalCeph("ceph", { part: ceph, settings, namespace, credential }, { parent: this, dependsOn: operators });
    if (objectStore)
      new ExternalObjectStore("object-store", { part: objectStore, namespace, credential }, { parent: this, dependsOn: [connection] });
    return [...operators, connection];
  }

  private operators(name: string, { parts, tenants, delivery }: StorageArgs): Operators[] {
    const { operators: part } = parts;
    if (!part) return [];
    return [new Operators(`${name}-operators`, { part, namespace: tenants.of("rook").namespace, delivery }, { parent: this })];
  }
}
