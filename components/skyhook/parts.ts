import { choose } from "../choose";
import type { Nodes } from "../nodes/settings";
import { part, type ConcernParts, type Part } from "../parts";
import { toApiServer } from "../platform/parts";
import { cephFlows, cephPods, ROOK_OPERATOR } from "../storage/pods";
import { rookObject } from "../storage/rook-object";
import type { Skyhook, SkyhookSettings } from "./settings";
import { skyhookClusterSpec } from "./specs";

/** The parts of Skyhook. */
export interface SkyhookParts extends ConcernParts {
  /** Undefined at a site without Skyhook. */
  readonly experiment?: Part;
}

/**
 * The parts of Skyhook that a site has.
 * @param namespace name of the namespace of the experiment's own Ceph cluster.
 */
export function skyhookParts(skyhook: Skyhook, nodes: Nodes, namespace: string): SkyhookParts {
  return choose(skyhook, { experimental: (settings) => ({ experiment: experimentPart(settings, nodes, namespace) }), none: () => ({}) });
}

/** Name of the Ceph cluster, of its file system and of its client. */
const SKYHOOK = "skyhook";

/**
 * Object classes that Ceph admits by default (https://github.com/ceph/ceph/blob/main/src/common/options/osd.yaml.in, osd_class_load_list).
 */
const DEFAULT_CLASSES =
  "cephfs hello journal lock log numops otp rbd refcount rgw rgw_gc timeindex user version cas cmpomap queue 2pc_queue fifo";

/**
 * An experiment: a separate Ceph cluster whose OSDs admit one more object class. Three copies are the default of Rook's examples
 * (https://github.com/rook/rook/blob/v1.20.6/deploy/examples/filesystem.yaml).
 */
function experimentPart(settings: SkyhookSettings, nodes: Nodes, namespace: string): Part {
  const classes = `${DEFAULT_CLASSES} ${settings.objectClass}`;
  const metadata = { name: SKYHOOK, namespace };
  return part("skyhook", {
    objects: {
      override: {
        apiVersion: "v1",
        kind: "ConfigMap",
        // Rook reads the ConfigMap of this name in the cluster's namespace.
        metadata: { name: "rook-config-override", namespace },
        data: { config: `[global]\nosd_class_load_list = ${classes}\nosd_class_default_list = ${classes}\n` },
      },
      cluster: rookObject(
        "CephCluster",
        { ...metadata, labels: { "analysis-facility/stability": "experimental" } },
        skyhookClusterSpec(settings, nodes),
      ),
      filesystem: rookObject("CephFilesystem", metadata, {
        metadataPool: { replicated: { size: 3 } },
        dataPools: [{ name: "data0", replicated: { size: 3 } }],
        metadataServer: { activeCount: 1, activeStandby: true },
      }),
      client: rookObject("CephClient", metadata, {
        // Skyhook's examples use client.admin, which may do everything. This client reads, writes and calls object classes (x) in one pool.
        caps: { mon: "allow r", mds: `allow r path=/${SKYHOOK}`, osd: `allow rwx pool=${SKYHOOK}-data0` },
      }),
    },
    // Rook's operator manages this cluster too, from its own namespace.
    flows: [toApiServer("skyhook"), ...cephFlows("skyhook", [ROOK_OPERATOR])],
    pods: Object.values(cephPods("skyhook")),
  });
}
