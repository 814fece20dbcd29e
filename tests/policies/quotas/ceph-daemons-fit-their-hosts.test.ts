import { cephDaemonsFitTheirHosts } from "#af/policies/quotas/ceph-daemons-fit-their-hosts";
import { CEPH } from "../facility-objects";
import { changed } from "../manifests";
import { describeCases, type RuleCases } from "./cases";

const MON = ["spec", "resources", "mon", "limits", "memory"] as const;
const ONE_HOST = { name: "red-kube-c0724", devices: [{ name: "one" }, { name: "two" }] };

export const cases: RuleCases = {
  rule: cephDaemonsFitTheirHosts,
  passes: [changed(CEPH, ["spec", "storage", "nodes"], [ONE_HOST])],
  refused: [
    {
      of: 0,
      at: MON,
      value: "60Gi",
      path: "spec.storage.nodes[0]",
      message:
        /^red-kube-c0724 with 2 OSDs, a mon and a mgr needs 60\.2Gi memory \(60 % of the host's, beside users\) and has 57\.5Gi: 2\.6Gi too few$/,
    },
  ],
  boundary: { of: 0, at: MON, resource: /^memory/, side: "need", write: (amount) => String(amount - 3n * 64n * 2n ** 20n) },
  unknown: [
    { of: 0, at: MON, wrong: "much" },
    { of: 0, at: ["spec", "storage", "nodes", 0, "name"], wrong: 1 },
  ],
};

describeCases(cases);
