import type { Workload } from "../workloads/workload";
import { claimSpec, statefulSet } from "../workloads/kit";
import { hostsThatRun, type Nodes } from "../nodes/settings";
import type { XCacheSettings } from "./settings";

/** StorageClass of the cache hosts' own disks. */
export const DISK_CLASS = "xcache-local";

/** Most of what the cache knows of its files; it lies on the host's own disk. */
export const META_SIZE = "10Gi";

/** What the daemon asks for. A pod that has more on its host's disk than its limit is evicted, so the limit is what META_SIZE lets it have, and logs. */
export function xcacheResources({ cpu, memory }: XCacheSettings) {
  const held = { memory, "ephemeral-storage": "11Gi" };
  return { requests: { cpu, ...held }, limits: held };
}

/** What the set takes of its namespace. */
export function xcacheWorkload(settings: XCacheSettings, nodes: Nodes, namespace: string): Workload {
  return statefulSet({
    name: "xcache",
    namespace,
    replicas: hostsThatRun(nodes, "cache").length,
    containers: [{ name: "xcache", image: settings.image, resources: xcacheResources(settings) }],
    claims: Object.fromEntries(settings.disks.map(({ size }, index) => [`data${index}`, claimSpec(size, DISK_CLASS)])),
  });
}
