import { POOL_LABEL } from "../nodes/labels";
import { hostsOf, type Nodes } from "../nodes/settings";
import { cephClusterSpec } from "../storage/specs";
import type { SkyhookSettings } from "./settings";

/**
 * Spec of the experiment's CephCluster: as the production cluster, but on other disks, with its own image and its own folder on the hosts.
 */
export function skyhookClusterSpec({ image, pool, devices }: SkyhookSettings, nodes: Nodes) {
  const production = cephClusterSpec(
    { kind: "rook", devices: {}, failureDomain: "host", replicas: 3, cephImage: image, blockClass: "none", objectStore: { kind: "none" } },
    nodes,
  );
  return {
    ...production,
    dataDirHostPath: "/var/lib/rook-skyhook",
    placement: {
      all: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [{ matchExpressions: [{ key: POOL_LABEL, operator: "In", values: [pool] }] }],
          },
        },
      },
    },
    storage: {
      ...production.storage,
      nodes: hostsOf(nodes)
        .filter((host) => host.pool === pool)
        .map(({ name }) => ({ name, devices: devices.map((device) => ({ name: device.path, config: { deviceClass: device.class } })) })),
    },
  };
}
