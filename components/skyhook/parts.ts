import { choose } from "../choose";
import type { Manifest } from "../manifest";
import type { Nodes } from "../nodes/settings";
import { part, type ConcernParts, type Part } from "../parts";
import { toApiServer } from "../platform/parts";
import { DAEMON_PORTS, MONITOR_PORTS } from "../storage/ports";
import { PHASE_READY } from "../storage/protection";
import type { PodsOfRole } from "../tenancy/flows";
import type { Skyhook, SkyhookSettings } from "./settings";
import { skyhookClusterSpec } from "./specs";

export interface SkyhookParts extends ConcernParts {
  readonly experiment?: Part;
}

/** @param namespace of the experiment's own cluster. */
export function skyhookParts(skyhook: Skyhook, nodes: Nodes, namespace: string): SkyhookParts {
  return choose(skyhook, { experimental: (settings) => ({ experiment: experimentPart(settings, nodes, namespace) }), none: () => ({}) });
}

/** Name of the cluster, its file system and its client. */
const SKYHOOK = "skyhook";

/** Classes that Ceph admits by default (https://github.com/ceph/ceph/blob/main/src/common/options/osd.yaml.in, osd_class_load_list); one is added to them. */
const DEFAULT_CLASSES =
  "cephfs hello journal lock log numops otp rbd refcount rgw rgw_gc timeindex user version cas cmpomap queue 2pc_queue fifo";

/** Rook's operator, which looks after this cluster too, from its own namespace. */
const ROOK_OPERATOR: PodsOfRole = { kind: "pods", role: "rook", labels: { app: "rook-ceph-operator" } };

/** An experiment: a Ceph cluster apart, whose OSDs carry one more object class. */
function experimentPart(settings: SkyhookSettings, nodes: Nodes, namespace: string): Part {
  const classes = `${DEFAULT_CLASSES} ${settings.objectClass}`;
  const rookObject = (kind: string, spec: object, labels?: Readonly<Record<string, string>>): Manifest => ({
    apiVersion: "ceph.rook.io/v1",
    kind,
    metadata: { name: SKYHOOK, namespace, annotations: PHASE_READY, ...(labels && { labels }) },
    spec,
  });
  return part("skyhook", {
    objects: {
      override: {
        apiVersion: "v1",
        kind: "ConfigMap",
        // Rook reads this name in the cluster's own namespace.
        metadata: { name: "rook-config-override", namespace },
        data: { config: `[global]\nosd_class_load_list = ${classes}\nosd_class_default_list = ${classes}\n` },
      },
      cluster: rookObject("CephCluster", skyhookClusterSpec(settings, nodes), { "analysis-facility/stability": "experimental" }),
      filesystem: rookObject("CephFilesystem", {
        metadataPool: { replicated: { size: 3 } },
        dataPools: [{ name: "data0", replicated: { size: 3 } }],
        metadataServer: { activeCount: 1, activeStandby: true },
      }),
      client: rookObject("CephClient", {
        // Narrow on purpose: upstream's examples hand out client.admin. Class calls need x.
        caps: { mon: "allow r", mds: `allow r path=/${SKYHOOK}`, osd: `allow rwx pool=${SKYHOOK}-data0` },
      }),
    },
    flows: [toApiServer("skyhook"), { from: ROOK_OPERATOR, to: "skyhook", ports: [...MONITOR_PORTS, DAEMON_PORTS] }],
  });
}
