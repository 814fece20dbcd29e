import assert from "node:assert/strict";
import { rolesGiveNoEscalation as rule } from "#af/policies/security/roles-give-no-escalation";
import { neverSilent, nothingFound, onlyFinding, verdictOn } from "../expect";
import { changed } from "../manifests";
import { CLUSTER_ROLE, ROLE } from "../rights";

const RBAC = "rbac.authorization.k8s.io";
const ADMISSION = "admissionregistration.k8s.io";
const CERTIFICATES = "certificates.k8s.io";

/** Rights in two forms that differ in the verb or in the resource alone: the first is refused, the second is not. */
const PAIRS: readonly (readonly [group: string, resource: string, refused: string, verb: string, instead: string])[] = [
  [RBAC, "roles", "escalate", "roles", "update"],
  [RBAC, "clusterroles", "bind", "clusterroles", "get"],
  [RBAC, "clusterrolebindings", "create", "clusterrolebindings", "delete"],
  [RBAC, "rolebindings", "patch", "rolebindings", "watch"],
  ["", "serviceaccounts", "impersonate", "serviceaccounts", "create"],
  ["", "users", "impersonate", "users", "list"],
  ["authentication.k8s.io", "userextras/scopes", "impersonate", "tokenreviews", "create"],
  ["", "serviceaccounts/token", "create", "serviceaccounts", "create"],
  ["", "nodes/proxy", "get", "nodes/metrics", "get"],
  ["", "namespaces", "patch", "namespaces", "watch"],
  ["", "persistentvolumes", "create", "persistentvolumes", "patch"],
  [CERTIFICATES, "certificatesigningrequests/approval", "update", "certificatesigningrequests", "update"],
  [CERTIFICATES, "signers", "sign", "signers", "get"],
  [ADMISSION, "validatingwebhookconfigurations", "create", "validatingwebhookconfigurations", "get"],
  [ADMISSION, "validatingadmissionpolicybindings", "delete", "validatingadmissionpolicybindings", "watch"],
];

describe("roles-give-no-escalation", () => {
  const role = (group: string, resource: string, verb: string) =>
    changed(CLUSTER_ROLE, ["rules", 0], { apiGroups: [group], resources: [resource], verbs: [verb] });

  for (const [group, resource, verb, other, otherVerb] of PAIRS)
    it(`refuses ${verb} ${resource}, and accepts ${otherVerb} ${other}`, () => {
      const message = new RegExp(`^the role allows ${verb} ${resource}, so its holder may .+; allowed: no such right$`);
      onlyFinding([role(group, resource, verb)], rule, "rules[0]", message);
      nothingFound([role(group, other, otherVerb)], rule);
    });

  it("reads a Role, and knows the group", () => {
    const rights = { apiGroups: [""], resources: ["serviceaccounts/token"], verbs: ["get", "create"] };
    onlyFinding([changed(ROLE, ["rules", 0], rights)], rule, "rules[0]", /allows create serviceaccounts\/token, so its holder may be any/);
    nothingFound([role("example.org", "serviceaccounts/token", "create")], rule);
  });

  it("sees what a wildcard covers", () => {
    const said = (apiGroups: readonly string[], resources: readonly string[], verbs: readonly string[]) =>
      verdictOn([changed(CLUSTER_ROLE, ["rules", 0], { apiGroups, resources, verbs })], [rule]).findings.length;
    assert.equal(said([""], ["*/token"], ["create"]), 1);
    assert.equal(said(["*"], ["serviceaccounts/token"], ["create"]), 1);
    assert.equal(said([""], ["serviceaccounts/token"], ["*"]), 1);
    assert.equal(said([""], ["*/log"], ["create"]), 0);
  });

  it("is never silent about what it cannot read", () => {
    neverSilent(rule, ROLE, ["rules"], {});
    neverSilent(rule, ROLE, ["rules", 0, "verbs"], "get");
    neverSilent(rule, ROLE, ["rules", 0, "apiGroups", 0], 1);
    neverSilent(rule, ROLE, ["rules", 0, "resources", 0], 1);
  });
});
