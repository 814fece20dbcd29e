import assert from "node:assert/strict";
import { bindingsKeepTheirNamespace as rule } from "#af/policies/security/bindings-keep-their-namespace";
import { neverSilent, nothingFound, onlyFinding, verdictOn } from "../expect";
import { changed } from "../manifests";
import { BINDING, CLUSTER_BINDING, ROLE } from "../rights";

describe("bindings-keep-their-namespace", () => {
  it("accepts an account of the same namespace, said or not, and people", () => {
    nothingFound([ROLE, BINDING], rule);
    nothingFound([ROLE, changed(BINDING, ["subjects", 0, "namespace"], undefined)], rule);
    nothingFound([ROLE, changed(BINDING, ["subjects", 0], { kind: "User", name: "operator@example.org" })], rule);
  });

  it("refuses an account of another namespace", () => {
    const message = /^the account program of elsewhere gets rights in work; allowed: accounts of work$/;
    onlyFinding([ROLE, changed(BINDING, ["subjects", 0, "namespace"], "elsewhere")], rule, "subjects[0].namespace", message);
  });

  it("knows an account by the name as which it logs in", () => {
    const user = { kind: "User", apiGroup: "rbac.authorization.k8s.io", name: "system:serviceaccount:elsewhere:program" };
    onlyFinding(
      [ROLE, changed(BINDING, ["subjects"], [user])],
      rule,
      "subjects[0].namespace",
      /^the account program of elsewhere gets rights in work/,
    );
  });

  it("leaves bindings of the whole cluster to the other rules", () => {
    assert.deepEqual(verdictOn([CLUSTER_BINDING], [rule]).checked, { [rule.name]: 0 });
  });

  it("is never silent about what it cannot read", () => {
    neverSilent(rule, BINDING, ["subjects"], {});
    neverSilent(rule, BINDING, ["subjects", 0, "namespace"], 1);
    neverSilent(rule, BINDING, ["subjects", 0, "kind"], 1);
  });
});
