import type { Workload } from "../charts/chart";
import { claimSpec, resources, statefulSet } from "../charts/workload";
import { hostsThatRun, type Nodes } from "../nodes/settings";
import type { XCacheSettings } from "./settings";

/** StorageClass of the cache hosts' own disks. */
export const DISK_CLASS = "xcache-local";

/** What the set takes of its namespace. */
export function xcacheWorkload({ image, cpu, memory, disks }: XCacheSettings, nodes: Nodes, namespace: string): Workload {
  return statefulSet({
    name: "xcache",
    namespace,
    replicas: hostsThatRun(nodes, "cache").length,
    containers: [{ name: "xcache", image, resources: resources(cpu, memory) }],
    claims: Object.fromEntries(disks.map(({ size }, index) => [`data${index}`, claimSpec(size, DISK_CLASS)])),
  });
}
