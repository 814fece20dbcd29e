import { taintedHostsHaveUsers } from "#af/policies/quotas/tainted-hosts-have-users";
import { changed, workload } from "../manifests";
import { describeCases, type RuleCases } from "./cases";

const POD = ["spec", "template", "spec"] as const;
const TAINTED = {
  apiVersion: "v1",
  kind: "Node",
  metadata: { name: "red-kube-c6931" },
  spec: { taints: [{ key: "analysis-facility/cache", value: "true", effect: "NoSchedule" }] },
};
/** A control-plane host: the cluster itself sets its taint. */
const MASTER = {
  apiVersion: "v1",
  kind: "Node",
  metadata: { name: "red-kube-vm001" },
  spec: { taints: [{ key: "node-role.kubernetes.io/control-plane", effect: "NoSchedule" }] },
};

export const cases: RuleCases = {
  rule: taintedHostsHaveUsers,
  passes: [
    TAINTED,
    changed(workload("Deployment"), [...POD, "tolerations"], [{ key: "analysis-facility/cache", operator: "Exists" }]),
    MASTER,
  ],
  refused: [
    {
      of: 1,
      at: [...POD, "tolerations"],
      value: [],
      path: "spec.taints",
      message: /^keep every workload of the stack off red-kube-c6931$/,
    },
    { of: 1, at: [...POD, "nodeSelector"], value: { disk: "ssd" }, path: "spec.taints", message: /keep every workload/ },
  ],
  boundary: {
    of: 1,
    at: [...POD, "tolerations", 0, "key"],
    resource: /^workloads/,
    side: "have",
    write: (count) => (count > 0n ? "analysis-facility/cache" : "other"),
  },
  unknown: [{ of: 0, at: ["spec", "taints"], wrong: "none" }],
};

describeCases(cases);
