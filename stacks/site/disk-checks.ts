import { hostsOf } from "../../components/nodes/settings";
import { disksOf, isById } from "./disks";
import type { Problem } from "./problems";
import type { Site } from "./schema";

/** Problems of pools with disks: they must run Ceph, and have enough hosts for Ceph's copies and monitors. */
export function cephHosts({ nodes, storage }: Site): readonly Problem[] {
  if (storage.kind !== "rook") return [];
  const problems: Problem[] = [];
  for (const pool of Object.keys(storage.devices)) {
    const path = `af:storage.devices.${pool}`;
    if (!nodes[pool]) problems.push({ path, message: `no such pool; allowed: ${Object.keys(nodes).join(", ")}` });
    else if (!nodes[pool].runs.includes("ceph"))
      problems.push({ path, message: `pool ${pool} does not run ceph; add it to af:nodes.${pool}.runs, or drop its disks` });
  }
  const hosts = hostsOf(nodes).filter(({ pool }) => storage.devices[pool] !== undefined);
  const domains = new Set(hosts.map((host) => (storage.failureDomain === "host" ? host.name : host.rack))).size;
  if (domains < storage.replicas) {
    problems.push({
      path: "af:storage.replicas",
      message: `${storage.replicas} copies need as many failure domains (${storage.failureDomain}), and the disks are in ${domains}; add disks to further pools or lower failureDomain`,
    });
  }
  if (hosts.length < 3)
    problems.push({ path: "af:storage.devices", message: `three mons need three hosts with the use ceph, found ${hosts.length}` });
  return problems;
}

/** Problems of disks: each must be listed once, and a disk named by its own id must belong to a pool of one host. */
export function cephDisks({ nodes, storage, skyhook }: Site): readonly Problem[] {
  const disks = disksOf({ storage, skyhook });
  return disks.flatMap((named, index) => {
    const { setting, pool, path } = named;
    const earlier = disks.slice(0, index).find((other) => other.path === path && (other.pool === pool || isById(named)));
    if (earlier) return [{ path: setting, message: `${path} is listed twice (${earlier.setting}); a disk is one OSD: remove one` }];
    const hosts = hostsOf(nodes).filter((host) => host.pool === pool).length;
    if (!isById(named) || hosts < 2) return [];
    return [
      {
        path: setting,
        message: `${path} is one disk, and pool ${pool} has ${hosts} hosts; allowed: a path by the slot, /dev/disk/by-path/..., or a pool of one host`,
      },
    ];
  });
}

/** Problems of the experiment: somebody must run its cluster, and its pool must exist and hold no disks of the production cluster. */
export function skyhookDisks({ nodes, skyhook, storage }: Site): readonly Problem[] {
  if (skyhook.kind === "none") return [];
  if (storage.kind === "existing")
    return [
      {
        path: "af:skyhook.kind",
        message: "Rook runs the experiment's cluster, and af:storage of the kind existing brings no Rook; allowed here: none",
      },
    ];
  const path = "af:skyhook.pool";
  if (!nodes[skyhook.pool]) return [{ path, message: `no such pool; allowed: ${Object.keys(nodes).join(", ")}` }];
  const shared = storage.kind === "rook" && storage.devices[skyhook.pool] !== undefined;
  return shared
    ? [{ path, message: `pool ${skyhook.pool} holds disks of the production cluster; the experiment needs hosts of its own` }]
    : [];
}
