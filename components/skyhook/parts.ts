import { choose } from "../choose";
import type { Nodes } from "../nodes/settings";
import { part, type ConcernParts, type Part } from "../parts";
import { toApiServer } from "../platform/parts";
import { cephFlows, cephPods, ROOK_OPERATOR } from "../storage/pods";
import { rookObject } from "../storage/rook-object";
import { CLIENT_KEY_TYPE } from "../storage/specs";
import { secondClusterAccess } from "./access";
import type { Skyhook, SkyhookSettings } from "./settings";
import { skyhookClusterSpec, skyhookFilesystemSpec } from "./specs";

/** The parts of Skyhook. */
export interface SkyhookParts extends ConcernParts {
  /** Undefined at a site without Skyhook. */
  readonly experiment?: Part;
}

/** What Skyhook takes from other concerns. */
export interface SkyhookFacts {
  readonly nodes: Nodes;
  /** Name of the namespace of the experiment's own Ceph cluster. */
  readonly namespace: string;
  /** Name of the namespace of Rook's operator. */
  readonly operator: string;
}

/** The parts of Skyhook that a site has. */
export function skyhookParts(skyhook: Skyhook, facts: SkyhookFacts): SkyhookParts {
  return choose(skyhook, { experimental: (settings) => ({ experiment: experimentPart(settings, facts) }), none: () => ({}) });
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
function experimentPart(settings: SkyhookSettings, { nodes, namespace, operator }: SkyhookFacts): Part {
  const classes = `${DEFAULT_CLASSES} ${settings.objectClass}`;
  const metadata = { name: SKYHOOK, namespace };
  return part("skyhook", {
    objects: {
      ...secondClusterAccess(namespace, operator),
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
      filesystem: rookObject("CephFilesystem", metadata, skyhookFilesystemSpec(settings, nodes)),
      client: rookObject("CephClient", metadata, {
        // Skyhook's examples use client.admin, which may do everything. This client reads, writes and calls object classes (x) in one pool.
        caps: { mon: "allow r", mds: `allow r path=/${SKYHOOK}`, osd: `allow rwx pool=${SKYHOOK}-data0` },
        // Skyhook's client library is older than the other type of keys.
        security: { cephx: { keyType: CLIENT_KEY_TYPE } },
      }),
    },
    // Rook's operator manages this cluster too, from its own namespace.
    flows: [toApiServer("skyhook"), ...cephFlows("skyhook", [ROOK_OPERATOR])],
    pods: Object.values(cephPods("skyhook")),
  });
}
