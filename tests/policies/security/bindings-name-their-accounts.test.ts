import { bindingsNameTheirAccounts as rule } from "#af/policies/security/bindings-name-their-accounts";
import { neverSilent, nothingFound, onlyFinding } from "../expect";
import { changed, type Data } from "../manifests";
import { BINDING, CLUSTER_BINDING, CLUSTER_ROLE, ROLE } from "../rights";

describe("bindings-name-their-accounts", () => {
  const to = (subject: Data) => [CLUSTER_ROLE, changed(CLUSTER_BINDING, ["subjects", 0], subject)];

  it("accepts accounts made for the role, and people by name", () => {
    nothingFound([ROLE, BINDING], rule);
    nothingFound([ROLE, changed(BINDING, ["subjects"], undefined)], rule);
    nothingFound(to({ kind: "User", name: "operator@example.org" }), rule);
    for (const name of ["operators", "constructor", "__proto__"]) nothingFound(to({ kind: "Group", name }), rule);
  });

  it("refuses default accounts, and groups to which nobody is added", () => {
    const everybody: readonly (readonly [kind: string, name: string, who: RegExp])[] = [
      ["User", "system:anonymous", /everybody who can reach the API server/],
      ["Group", "system:unauthenticated", /everybody who can reach the API server/],
      ["Group", "system:authenticated", /everybody who can log in, and every pod/],
      ["Group", "system:masters", /administrators past all checks/],
      ["Group", "system:nodes", /every host/],
      ["Group", "system:serviceaccounts", /every pod of the cluster/],
      ["Group", "system:serviceaccounts:work", /every pod of the namespace work/],
      ["User", "system:serviceaccount:work:default", /every pod of the namespace work that names no account/],
      ["Robot", "r2", /no kind of subject that the API server knows/],
    ];
    for (const [kind, name, who] of everybody) onlyFinding(to({ kind, name }), rule, "subjects[0].name", who);
    onlyFinding(
      [ROLE, changed(BINDING, ["subjects", 0, "name"], "default")],
      rule,
      "subjects[0].name",
      /every pod of the namespace work that names no account/,
    );
  });

  it("accepts security context constraints for the pods of their own namespace, short of the widest", () => {
    const constraints = (name: string, group: string) =>
      changed(changed(BINDING, ["roleRef"], { kind: "ClusterRole", name: `system:openshift:scc:${name}` }), ["subjects", 0], {
        kind: "Group",
        name: group,
      });
    nothingFound([constraints("nonroot-v2", "system:serviceaccounts:work")], rule);
    onlyFinding([constraints("privileged", "system:serviceaccounts:work")], rule, "subjects[0].name", /every pod of the namespace work/);
    onlyFinding([constraints("nonroot-v2", "system:serviceaccounts:other")], rule, "subjects[0].name", /every pod of the namespace other/);
    onlyFinding([constraints("nonroot-v2", "system:authenticated")], rule, "subjects[0].name", /everybody who can log in/);
  });

  it("is never silent about what it cannot read", () => {
    neverSilent(rule, BINDING, ["subjects"], {});
    neverSilent(rule, BINDING, ["subjects", 0], "all");
    neverSilent(rule, BINDING, ["subjects", 0, "kind"], 1);
    neverSilent(rule, BINDING, ["subjects", 0, "name"], 1);
  });
});
