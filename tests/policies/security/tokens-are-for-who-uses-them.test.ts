import assert from "node:assert/strict";
import { nameOf } from "#af/components/tenancy/settings";
import { judge } from "#af/policies/judge";
import { objectsOf } from "#af/policies/model/objects";
import { tokensAreForWhoUsesThem as rule } from "#af/policies/security/tokens-are-for-who-uses-them";
import { KINDS, neverSilent, SITE, verdictOn } from "../expect";
import { changed, POD_SPEC, specPath, workload, type Data, type WorkloadKind } from "../manifests";
import { BINDING, CLUSTER_BINDING } from "../rights";

const NAMESPACE = nameOf(SITE.tenancy, "traefik");
const here = (object: Data) => changed(object, ["metadata", "namespace"], NAMESPACE);
const pod = (more: Data, kind: WorkloadKind = "Deployment") => here(workload(kind, { ...POD_SPEC, ...more }));
const said = (...objects: readonly Data[]) => {
  const { findings, checked } = verdictOn(objects, [rule]);
  return { checked: checked[rule.name] ?? 0, messages: findings.map(({ path, message }) => `${path}: ${message}`) };
};
const passes = (...objects: readonly Data[]) => assert.deepEqual(said(...objects), { checked: 1, messages: [] });
const bound = (binding: Data) => changed(binding, ["subjects", 0, "namespace"], NAMESPACE);
const account = (more: Data): Data => ({
  apiVersion: "v1",
  kind: "ServiceAccount",
  metadata: { name: "program", namespace: NAMESPACE },
  ...more,
});

describe("tokens-are-for-who-uses-them", () => {
  it("accepts pods without a token, and accounts to which a role is bound", () => {
    passes(pod({ automountServiceAccountToken: false }));
    for (const binding of [here(bound(BINDING)), bound(CLUSTER_BINDING)]) {
      passes(pod({ serviceAccountName: "program" }), binding);
      passes(pod({ serviceAccount: "program", automountServiceAccountToken: true }), binding);
    }
    // An account without a namespace is one of the binding's own.
    passes(pod({ serviceAccountName: "program" }), here(changed(BINDING, ["subjects", 0, "namespace"], undefined)));
    passes(pod({ serviceAccountName: "program" }), account({ automountServiceAccountToken: false }));
  });

  it("refuses a token that nobody needs, in every kind", () => {
    for (const kind of KINDS) {
      const at = `${specPath(kind)}.automountServiceAccountToken`;
      const of = (name: string) => `no role is bound to the account ${NAMESPACE}/${name}; allowed: false`;
      assert.deepEqual(said(pod({}, kind)).messages, [`${at}: is left out, and so true, and ${of("default")}`]);
      assert.deepEqual(said(pod({ automountServiceAccountToken: true, serviceAccountName: "program" }, kind)).messages, [
        `${at}: is true, and ${of("program")}`,
      ]);
    }
  });

  it("takes the pod's own word before its account's, and asks for the very account", () => {
    const mounting = pod({ serviceAccountName: "program", automountServiceAccountToken: true });
    assert.equal(said(mounting, account({ automountServiceAccountToken: false })).messages.length, 1);
    const named = pod({ serviceAccountName: "program" });
    assert.equal(said(named, account({ automountServiceAccountToken: true })).messages.length, 1);
    assert.equal(said(named, bound(changed(CLUSTER_BINDING, ["subjects", 0, "name"], "another"))).messages.length, 1);
    assert.equal(said(named, CLUSTER_BINDING).messages.length, 1, "an account of another namespace");
    assert.equal(said(named, bound(changed(CLUSTER_BINDING, ["subjects", 0, "kind"], "User"))).messages.length, 1);
  });

  it("leaves other namespaces alone, and pods of which a chart's description does not tell the account", () => {
    assert.deepEqual(said(workload("Deployment")), { checked: 0, messages: [] });
    const origin = { by: "HelmRelease work/r", chart: "demo", release: "r" };
    const ofChart = (more: Data) =>
      judge(
        [rule],
        objectsOf(pod(more)).map((each) => ({ ...each, origin })),
        { site: SITE },
      ).findings.length;
    assert.equal(ofChart({}), 0);
    assert.equal(ofChart({ serviceAccountName: "program" }), 1);
    assert.equal(ofChart({ automountServiceAccountToken: true }), 1);
  });

  it("is never silent about what it cannot read", () => {
    const steps = ["spec", "template", "spec"];
    neverSilent(rule, pod({}), [...steps, "automountServiceAccountToken"], "no");
    neverSilent(rule, pod({}), [...steps, "serviceAccountName"], 1);
    const named = pod({ serviceAccountName: "program" });
    assert.equal(said(named, here(changed(bound(BINDING), ["subjects"], {}))).messages.length, 1);
  });
});
