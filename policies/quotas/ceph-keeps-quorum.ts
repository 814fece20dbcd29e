import { candidates } from "../../capacity/placement";
import { schedulableHosts, type SiteHost } from "../../components/nodes/schedulable";
import { is, type KubernetesObject } from "../model/objects";
import type { Judgement, SiteRule } from "../model/rules";
import { CEPH } from "../model/ceph";
import { nodeAffinityOf, tolerationsOf } from "../model/pod-reading";

export const cephKeepsQuorum: SiteRule = {
  name: "ceph-keeps-quorum",
  pack: "quotas",
  title: "Ceph has an odd number of mons, three or more, each on a host of its own, and a second mgr and MDS to take over.",
  why: "Ceph works as long as more than half of its mons do. An even number of mons needs one more of them and bears no further loss. Mgr and MDS have a standby that takes over.",
  sources: ["https://docs.ceph.com/en/latest/rados/operations/add-or-rm-mons/"],
  severity: "high",
  enforcement: "mandatory",
  remedy:
    "Set mon.count to 3 or 5, mgr.count to 2 and activeStandby to true, and let Ceph run on as many hosts (`ceph` in af:nodes.<name>.runs).",
  frameworks: ["facility:Q-33"],
  scope: "site",
  check: (objects, site, on) => {
    const hosts = schedulableHosts(site);
    for (const object of objects.filter((each) => is(each, CEPH, "CephCluster")))
      on(object).attempt(() => checkCluster(object, hosts, on(object)));
    for (const object of objects.filter((each) => is(each, CEPH, "CephFilesystem")))
      on(object).attempt(() => {
        on(object).countChecked();
        const standby = object.root.at("spec", "metadataServer", "activeStandby");
        if (standby.boolean() !== true) on(object).violation(standby, "the only MDS has no standby; allowed: activeStandby true");
      });
  },
};

function checkCluster({ name, root }: KubernetesObject, hosts: readonly SiteHost[], judgement: Judgement): void {
  const spec = root.at("spec");
  const mons = spec.at("mon", "count");
  // The defaults of Rook: three mons and two mgrs (https://rook.io/docs/rook/latest-release/CRDs/Cluster/ceph-cluster-crd/).
  const count = mons.number() ?? 3;
  const all = spec.at("placement", "all");
  const eligible = candidates({ ...nodeAffinityOf(all), tolerations: tolerationsOf(all.at("tolerations")) }, hosts);
  judgement.compared(mons, { subject: name, resource: "mons", unit: "count", need: 3n, have: BigInt(count) });
  if (count % 2 === 0)
    judgement.violation(mons, `is ${count}: an even number bears the loss of no more mons than one fewer would; allowed: an odd number`);
  if (spec.at("mon", "allowMultiplePerNode").boolean() !== true)
    judgement.compared(mons, {
      subject: `${name} with a mon each`,
      resource: "hosts for Ceph",
      unit: "count",
      need: BigInt(count),
      have: BigInt(eligible.length),
    });
  const mgrs = spec.at("mgr", "count");
  judgement.compared(mgrs, { subject: name, resource: "mgrs", unit: "count", need: 2n, have: BigInt(mgrs.number() ?? 2) });
}
