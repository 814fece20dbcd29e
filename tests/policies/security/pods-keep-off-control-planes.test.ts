import assert from "node:assert/strict";
import { podsKeepOffControlPlanes as rule } from "#af/policies/security/pods-keep-off-control-planes";
import { KINDS, neverSilent, nothingFound, onlyFinding, verdictOn } from "../expect";
import { changed, POD_SPEC, specPath, workload, type Data, type WorkloadKind } from "../manifests";

const LABEL = "node-role.kubernetes.io/control-plane";
const deployment = workload("Deployment");
const SPEC = ["spec", "template", "spec"] as const;
const tolerating = (...tolerations: readonly Data[]) => [changed(deployment, [...SPEC, "tolerations"], tolerations)];
const requiring = (requirement: Data) => ({
  nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [requirement] }] } },
});
/** What the rule alone says of a pod: others tell that the site has no such host. */
const said = (kind: WorkloadKind, more: Data) =>
  verdictOn([workload(kind, { ...POD_SPEC, ...more })], [rule]).findings.map(({ path, message }) => [path, message]);

describe("pods-keep-off-control-planes", () => {
  it("accepts taints of pools by their keys, preferences, and pods that stay away", () => {
    nothingFound([deployment], rule);
    nothingFound(tolerating({ key: "analysis-facility/cache", operator: "Exists" }), rule);
    nothingFound(tolerating({ key: "node.kubernetes.io/unreachable", operator: "Exists", effect: "NoExecute" }), rule);
    nothingFound(tolerating({ key: LABEL, operator: "Exists", effect: "PreferNoSchedule" }), rule);
    assert.deepEqual(said("Deployment", { nodeSelector: { "kubernetes.io/os": "linux" } }), []);
    assert.deepEqual(said("Deployment", { affinity: requiring({ key: LABEL, operator: "DoesNotExist" }) }), []);
  });

  it("refuses a toleration of the taint, by either of its names, by any value and by none", () => {
    const item = "spec.template.spec.tolerations[1]";
    const harmless = { key: "analysis-facility/cache", operator: "Exists" };
    for (const key of [LABEL, "node-role.kubernetes.io/master"])
      for (const more of [{ operator: "Exists" }, { effect: "NoSchedule" }, { value: "true", effect: "NoExecute" }])
        onlyFinding(tolerating(harmless, { key, ...more }), rule, item, new RegExp(`^tolerates ${key}, and so control-plane hosts`));
    for (const more of [{}, { effect: "NoSchedule" }, { key: "" }])
      onlyFinding(tolerating(harmless, { operator: "Exists", ...more }), rule, item, /^tolerates every taint, and so/);
  });

  it("refuses a selector for such hosts, and the name of a host, in every kind", () => {
    const selects = `selects hosts with the label ${LABEL}; allowed: the label of a pool`;
    for (const kind of KINDS) {
      const at = specPath(kind);
      assert.deepEqual(said(kind, { nodeSelector: { [LABEL]: "" } }), [[`${at}.nodeSelector`, selects]]);
      for (const more of [{ operator: "Exists" }, { operator: "In", values: [""] }])
        assert.deepEqual(said(kind, { affinity: requiring({ key: LABEL, ...more }) }), [[`${at}.affinity.nodeAffinity`, selects]]);
      assert.deepEqual(said(kind, { nodeName: "host" }), [
        [`${at}.nodeName`, "names its host, so no taint keeps it off one; allowed: a selector by label"],
      ]);
    }
  });

  it("finds each of several", () => {
    assert.equal(said("Pod", { nodeName: "host", tolerations: [{ operator: "Exists" }], nodeSelector: { [LABEL]: "" } }).length, 3);
  });

  it("is never silent about what it cannot read", () => {
    neverSilent(rule, deployment, [...SPEC, "nodeName"], 1);
    neverSilent(rule, deployment, [...SPEC, "nodeSelector"], "all");
    neverSilent(rule, deployment, [...SPEC, "tolerations"], {});
    neverSilent(rule, deployment, [...SPEC, "tolerations", 0, "key"], 1);
    neverSilent(rule, deployment, [...SPEC, "tolerations", 0, "effect"], 1);
    neverSilent(rule, deployment, [...SPEC, "affinity"], "none");
  });
});
