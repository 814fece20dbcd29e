import { bytes } from "../../capacity/quantity";
import { schedulableHosts, type SiteHost } from "../../components/nodes/schedulable";
import { is, type KubernetesObject } from "../model/objects";
import type { SiteRule } from "../model/rules";
import { hostNamed, CEPH } from "../model/ceph";

/** Hundredths of the memory of a host that Ceph may have where users run too: a choice of this project, see docs/sources.md, Policies. */
const BESIDE_USERS = 60n;

export const cephDaemonsFitTheirHosts: SiteRule = {
  name: "ceph-daemons-fit-their-hosts",
  pack: "quotas",
  title: "Every host with disks has memory for its OSDs, a mon and a mgr, and where users run too these take at most 60 % of it.",
  why: "Rook makes the memory limit of an OSD its `osd_memory_target`, and an OSD uses that much for its cache. The host must have the limits of all its daemons.",
  sources: ["https://rook.io/docs/rook/latest-release/CRDs/Cluster/ceph-cluster-crd/"],
  severity: "high",
  enforcement: "mandatory",
  remedy: "Use fewer disks of the host, lower resources.osd.limits.memory of the CephCluster, or take users off the pool in af:nodes.",
  frameworks: ["facility:Q-36"],
  scope: "site",
  check: (objects, site, on) => {
    const hosts = schedulableHosts(site);
    for (const cluster of objects.filter((object) => is(object, CEPH, "CephCluster"))) {
      const judgement = on(cluster);
      judgement.attempt(() => {
        // Any host with disks may run one of the mons and one of the mgrs.
        const beside = limitOf(cluster, "mon") + limitOf(cluster, "mgr");
        for (const node of cluster.root.at("spec", "storage", "nodes").items())
          judgement.attempt(() => {
            const host = hostNamed(node.at("name"), hosts);
            const disks = node.at("devices").items().length;
            judgement.compared(node, {
              subject: `${host.name} with ${disks} OSDs, a mon and a mgr`,
              resource: host.uses.includes("users") ? `memory (${BESIDE_USERS} % of the host's, beside users)` : "memory",
              unit: "bytes",
              need: BigInt(disks) * limitOf(cluster, "osd") + beside,
              have: memoryFor(host),
            });
          });
      });
    }
  },
};

function limitOf({ root }: KubernetesObject, daemon: string): bigint {
  return bytes(root.at("spec", "resources", daemon, "limits", "memory").quantity() ?? "0");
}

function memoryFor({ allocatable, uses }: SiteHost): bigint {
  const memory = allocatable["memory"] ?? 0n;
  return uses.includes("users") ? (memory * BESIDE_USERS) / 100n : memory;
}
