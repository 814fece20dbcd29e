import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Nodes } from "../nodes/settings";
import { PHASE_READY } from "../storage/ceph";
import type { SkyhookSettings } from "./settings";
import { skyhookClusterSpec } from "./specs";

export interface SkyhookArgs {
  readonly settings: SkyhookSettings;
  readonly nodes: Nodes;
  readonly namespace: pulumi.Input<string>;
}

const POOL = "skyhook";
/** Classes that Ceph admits by default (src/common/options/osd.yaml.in, osd_class_load_list); one is added to them. */
const DEFAULT_CLASSES =
  "cephfs hello journal lock log numops otp rbd refcount rgw rgw_gc timeindex user version cas cmpomap queue 2pc_queue fifo";

/** An experiment: a Ceph cluster apart, whose OSDs carry one more object class. It holds nothing that anybody may miss, so nothing is protected. */
export class SkyhookExperiment extends pulumi.ComponentResource {
  constructor(name: string, { settings, nodes, namespace }: SkyhookArgs, opts?: pulumi.ComponentResourceOptions) {
    super("af:skyhook:SkyhookExperiment", name, {}, opts);
    const classes = `${DEFAULT_CLASSES} ${settings.objectClass}`;
    const override = new k8s.core.v1.ConfigMap(
      `${name}-override`,
      {
        // Rook reads this name in the cluster's own namespace.
        metadata: { name: "rook-config-override", namespace },
        data: { config: `[global]\nosd_class_load_list = ${classes}\nosd_class_default_list = ${classes}\n` },
      },
      { parent: this },
    );
    const cluster = new k8s.apiextensions.CustomResource(
      `${name}-cluster`,
      {
        apiVersion: "ceph.rook.io/v1",
        kind: "CephCluster",
        metadata: { name: POOL, namespace, labels: { "analysis-facility/stability": "experimental" }, annotations: PHASE_READY },
        spec: skyhookClusterSpec(settings, nodes),
      },
      { parent: this, dependsOn: [override], customTimeouts: { create: "30m" } },
    );
    const filesystem = new k8s.apiextensions.CustomResource(
      `${name}-filesystem`,
      {
        apiVersion: "ceph.rook.io/v1",
        kind: "CephFilesystem",
        metadata: { name: POOL, namespace, annotations: PHASE_READY },
        spec: {
          metadataPool: { replicated: { size: 3 } },
          dataPools: [{ name: "data0", replicated: { size: 3 } }],
          metadataServer: { activeCount: 1, activeStandby: true },
        },
      },
      { parent: this, dependsOn: [cluster] },
    );
    new k8s.apiextensions.CustomResource(
      `${name}-client`,
      {
        apiVersion: "ceph.rook.io/v1",
        kind: "CephClient",
        metadata: { name: POOL, namespace, annotations: PHASE_READY },
        // Narrow on purpose: upstream's examples hand out client.admin. Class calls need x.
        spec: { caps: { mon: "allow r", mds: `allow r path=/${POOL}`, osd: `allow rwx pool=${POOL}-data0` } },
      },
      { parent: this, dependsOn: [filesystem] },
    );
    this.registerOutputs({});
  }
}
