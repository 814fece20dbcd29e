import assert from "node:assert/strict";
import { tenantsKeepOffPlatformHosts } from "#af/policies/quotas/tenants-keep-off-platform-hosts";
import { HUB, HUB_NAMESPACE, USER_VALUES } from "../facility-objects";
import { SITE, saidBy, siteWith, verdictOn } from "../expect";
import { changed, workload, type Data } from "../manifests";
import { describeCases, type RuleCases } from "./cases";

const MASTERS = [{ key: "node-role.kubernetes.io/control-plane", operator: "Exists", effect: "NoSchedule" }];

export const cases: RuleCases = {
  rule: tenantsKeepOffPlatformHosts,
  passes: [HUB_NAMESPACE, HUB, workload("Deployment")],
  refused: [
    {
      of: 2,
      at: ["spec", "template", "spec", "tolerations"],
      value: MASTERS,
      path: "spec.template.spec.tolerations",
      message: /^a pod may run on red-kube-vm001 of pool masters, which is for control-plane alone$/,
    },
    {
      of: 2,
      at: ["spec", "template", "spec", "tolerations"],
      value: [{ operator: "Exists" }],
      path: "spec.template.spec.tolerations",
      message: /red-kube-vm001/,
    },
  ],
  unknown: [
    { of: 2, at: ["spec", "template", "spec", "tolerations"], wrong: "all" },
    { of: 1, at: [...USER_VALUES, "extraTolerations"], wrong: "all" },
  ],
};

describeCases(cases);

describe("tenants-keep-off-platform-hosts, by what hosts are for", () => {
  const TOLERATIONS = ["spec", "template", "spec", "tolerations"] as const;
  const tolerant = changed(workload("Deployment"), TOLERATIONS, [{ key: "storage", operator: "Exists" }]);
  const said = (runs: readonly string[], effects: readonly string[], objects: readonly Data[] = [tolerant], pool = "r710") => {
    const taints = effects.map((effect) => ({ key: "storage", effect }));
    return saidBy(
      tenantsKeepOffPlatformHosts,
      [HUB_NAMESPACE, ...objects],
      siteWith(["nodes", pool], { ...SITE.nodes[pool], runs, taints }),
    );
  };
  const refused = ["a pod may run on red-kube-c0724 of pool r710, which is for ceph alone"];

  it("keeps a host for storage that runs nothing else and has a taint that keeps pods off", () => {
    assert.deepEqual(said(["ceph"], ["NoSchedule"]), refused);
    assert.deepEqual(said(["ceph"], ["PreferNoSchedule", "NoExecute"]), refused);
    assert.deepEqual(said(["ceph"], ["PreferNoSchedule"]), []);
    assert.deepEqual(said(["ceph"], []), []);
    assert.deepEqual(said(["ceph", "users"], ["NoSchedule"]), []);
    assert.deepEqual(said(["users"], ["NoSchedule"]), []);
  });

  it("names all that a control-plane host is for", () => {
    const everywhere = changed(workload("Deployment"), TOLERATIONS, [{ operator: "Exists" }]);
    assert.deepEqual(said(["control-plane", "ceph"], ["NoSchedule"], [everywhere], "masters"), [
      "a pod may run on red-kube-vm001 of pool masters, which is for control-plane and ceph alone",
    ]);
  });

  it("judges pods of namespaces in which users' code runs, and servers of users", () => {
    assert.deepEqual(said(["ceph"], ["NoSchedule"], [changed(tolerant, ["metadata", "namespace"], "elsewhere")]), []);
    const hub = changed(HUB, [...USER_VALUES, "extraTolerations"], [{ key: "storage", operator: "Exists" }]);
    const free = changed(hub, ["spec", "values", "scheduling", "userPods", "nodeAffinity", "matchNodePurpose"], "prefer");
    assert.deepEqual(said(["ceph"], ["NoSchedule"], [free]), [
      "a user's server may run on red-kube-c0724 of pool r710, which is for ceph alone",
    ]);
    const site = siteWith(["nodes", "r710"], { ...SITE.nodes["r710"], runs: ["ceph"], taints: [{ key: "storage", effect: "NoSchedule" }] });
    const { findings, checked } = verdictOn([free], [tenantsKeepOffPlatformHosts], site);
    assert.deepEqual(
      findings.map(({ path }) => path),
      ["spec.values.singleuser.extraTolerations"],
    );
    // The hub is in no namespace whose role is known here: its users' servers alone are judged.
    assert.deepEqual(checked, { "tenants-keep-off-platform-hosts": 1 });
  });
});
