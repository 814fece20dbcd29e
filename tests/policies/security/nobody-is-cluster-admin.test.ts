import assert from "node:assert/strict";
import { nobodyIsClusterAdmin as rule } from "#af/policies/security/nobody-is-cluster-admin";
import { neverSilent, nothingFound, verdictOn } from "../expect";
import { changed, type Data } from "../manifests";
import { BINDING, CLUSTER_BINDING, CLUSTER_ROLE, ROLE } from "../rights";

describe("nobody-is-cluster-admin", () => {
  const said = (binding: Data) =>
    verdictOn([ROLE, CLUSTER_ROLE, binding], [rule]).findings.map(({ path, message }) => `${path}: ${message}`);

  it("accepts a role of the stack, and a Role that has such a name", () => {
    nothingFound([CLUSTER_ROLE, CLUSTER_BINDING], rule);
    assert.deepEqual(said(changed(BINDING, ["roleRef", "name"], "cluster-admin")), []);
  });

  it("refuses the administrator of the cluster, and of a namespace", () => {
    const refused = ["roleRef.name: binds the ClusterRole cluster-admin; allowed: a role of what the account needs"];
    assert.deepEqual(said(changed(CLUSTER_BINDING, ["roleRef", "name"], "cluster-admin")), refused);
    assert.deepEqual(said(changed(BINDING, ["roleRef"], { kind: "ClusterRole", name: "cluster-admin" })), refused);
  });

  it("is never silent about what it cannot read", () => {
    neverSilent(rule, CLUSTER_BINDING, ["roleRef"], "admin");
    neverSilent(rule, CLUSTER_BINDING, ["roleRef", "name"], 1);
    neverSilent(rule, CLUSTER_BINDING, ["roleRef", "kind"], 1);
  });
});
