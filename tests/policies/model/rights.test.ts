import assert from "node:assert/strict";
import { objectsOf, type KubernetesObject } from "#af/policies/model/objects";
import {
  allowedOf,
  constraintsBy,
  isBinding,
  isRbacRole,
  RBAC,
  rightsOf,
  roleBookOf,
  subjectName,
  subjectsOf,
  type Right,
} from "#af/policies/model/rights";
import { changed, type Data } from "../manifests";
import { BINDING, CLUSTER_BINDING, CLUSTER_ROLE, ROLE } from "../rights";

const one = (manifest: Data): KubernetesObject => objectsOf(manifest)[0] ?? assert.fail();
const told = ({ groups, resources, verbs, names }: Omit<Right, "field">) =>
  [groups, resources, verbs, names].map((list) => list.join(",")).join(" ; ");
const EVERYTHING = "* ; * ; * ; ";
const READS = " ; configmaps ; get ; ";

/** A ClusterRole that may do `verb`, so that its rights are told from those of others. */
const clusterRole = (name: string, verb: string, labels: Data = {}, selectors?: readonly unknown[]): Data => ({
  ...CLUSTER_ROLE,
  metadata: { name, labels },
  rules: [{ apiGroups: [""], resources: ["pods"], verbs: [verb] }],
  ...(selectors && { aggregationRule: { clusterRoleSelectors: selectors } }),
});
const bindingTo = (kind: string, name: string, to: Data = BINDING) => one(changed(to, ["roleRef"], { kind, name }));
/** The verbs that a binding to a ClusterRole gives, beside these roles; undefined where nobody knows. */
const verbsBy = (name: string, roles: readonly Data[], kind = "ClusterRole") =>
  roleBookOf(roles.map(one))
    .rightsBy(bindingTo(kind, name))
    ?.flatMap(({ verbs }) => verbs);

describe("rights by roles and bindings", () => {
  it("are of the kinds of RBAC, and of no other group's", () => {
    const kinds = ["Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding", "User"].map((kind) => ({ ...ROLE, kind }));
    const of = (is: (object: KubernetesObject) => boolean, apiVersion: string) =>
      kinds.map((each) => one({ ...each, apiVersion })).map((each) => is(each));
    for (const version of [`${RBAC}/v1`, `${RBAC}/v1beta1`]) {
      assert.deepEqual(of(isRbacRole, version), [true, true, false, false, false]);
      assert.deepEqual(of(isBinding, version), [false, false, true, true, false]);
    }
    for (const is of [isRbacRole, isBinding]) assert.ok(!of(is, "example.org/v1").includes(true));
  });

  it("are the rules of a role, each where it is written; what a rule leaves out is none", () => {
    const full = { apiGroups: ["", "apps"], resources: ["pods"], verbs: ["get", null], resourceNames: ["a", "b"] };
    const rights = rightsOf(one(changed(ROLE, ["rules"], [full, {}])));
    assert.deepEqual(
      rights.map(({ field, ...right }) => [field.path, right]),
      [
        ["rules[0]", { groups: ["", "apps"], resources: ["pods"], verbs: ["get", ""], names: ["a", "b"] }],
        ["rules[1]", { groups: [], resources: [], verbs: [], names: [] }],
      ],
    );
  });

  it("allow of a power the verbs and resources that they name, by text or by a star", () => {
    const of = (
      groups: string,
      resources: string,
      verbs: string,
      power = { group: "", resources: ["pods", "pods/exec"], verbs: ["get", "list"] },
    ) =>
      allowedOf(
        { field: one(ROLE).root, groups: groups.split(","), resources: resources.split(","), verbs: verbs.split(","), names: [] },
        power,
      );
    assert.equal(of("", "pods", "get"), "get pods");
    assert.equal(of("apps,", "secrets,pods/exec,pods", "delete,list,get"), "list, get pods/exec, pods");
    assert.equal(of("*", "*", "*"), "* *");
    assert.equal(of("", "*/exec", "list"), "list */exec");
    for (const [groups, resources, verbs] of [
      ["apps", "pods", "get"],
      ["", "secrets", "get"],
      ["", "pods", "GET"],
      ["", "*/log", "get"],
      ["", "pods/*", "get"],
    ] as const)
      assert.equal(of(groups, resources, verbs), undefined, `${groups} ${resources} ${verbs}`);
    assert.equal(of("", "*/undefined", "get", { group: "", resources: ["pods"], verbs: ["get"] }), undefined);
  });
});

describe("whom a binding gives its role", () => {
  it("is an account of a namespace, its login, a user or a group", () => {
    const of = (subject: unknown) => {
      const [found] = subjectsOf(one(changed(BINDING, ["subjects"], [subject])));
      assert.equal(found?.field.path, "subjects[0]");
      return [found.kind, found.namespace, found.name, subjectName(found)];
    };
    assert.deepEqual(of({ kind: "ServiceAccount", name: "a", namespace: "b" }), ["ServiceAccount", "b", "a", "ServiceAccount b/a"]);
    assert.deepEqual(of({ kind: "ServiceAccount", name: "a" }), ["ServiceAccount", "work", "a", "ServiceAccount work/a"]);
    const login = "system:serviceaccount:b:a";
    assert.deepEqual(of({ kind: "User", name: login }), ["ServiceAccount", "b", "a", "ServiceAccount b/a"]);
    for (const name of [`x${login}`, `${login}:x`, "system:serviceaccount:b:", "system:serviceaccount::a", "ann"])
      assert.deepEqual(of({ kind: "User", name, namespace: "b" }), ["User", "", name, `User ${name}`]);
    assert.deepEqual(of({ kind: "Group", name: login }), ["Group", "", login, `Group ${login}`]);
    assert.deepEqual(of({}), ["", "", "", " "]);
    assert.deepEqual(subjectsOf(one(changed(BINDING, ["subjects"], undefined))), []);
  });
});

describe("what the role of a binding allows", () => {
  const stranger = changed(ROLE, ["metadata", "namespace"], "elsewhere");
  const given = (binding: KubernetesObject, ...roles: readonly Data[]) => roleBookOf(roles.map(one)).rightsBy(binding)?.map(told);

  it("is that of the role of its kind, its name and, for a Role, its namespace", () => {
    const other = changed(stranger, ["rules", 0, "verbs"], ["*"]);
    assert.deepEqual(given(one(BINDING), other, ROLE, { ...BINDING, kind: "Other" }), [READS]);
    assert.equal(given(one(BINDING), other, CLUSTER_ROLE), undefined);
    for (const binding of [one(CLUSTER_BINDING), bindingTo("ClusterRole", "program")])
      assert.deepEqual(given(binding, ROLE, changed(CLUSTER_ROLE, ["metadata", "namespace"], "elsewhere")), [READS]);
    assert.equal(given(one(CLUSTER_BINDING), ROLE), undefined);
    assert.equal(given(one(BINDING), { ...ROLE, apiVersion: "example.org/v1" }), undefined);
    assert.equal(given(one({ ...BINDING, roleRef: {} }), ROLE), undefined);
  });

  it("is known of the roles that every cluster has", () => {
    for (const name of ["cluster-admin", "admin", "edit"]) {
      assert.deepEqual(given(bindingTo("ClusterRole", name)), [EVERYTHING]);
      assert.equal(given(bindingTo("Role", name)), undefined);
    }
    assert.equal(roleBookOf([]).rightsBy(bindingTo("ClusterRole", "edit"))?.[0]?.field.path, "roleRef");
    for (const name of ["view", "system:auth-delegator"]) assert.deepEqual(given(bindingTo("ClusterRole", name)), []);
    assert.deepEqual(given(bindingTo("Role", "extension-apiserver-authentication-reader")), []);
    assert.equal(given(bindingTo("ClusterRole", "system:node")), undefined);
  });

  it("is nothing of a role for security context constraints, whose name is told", () => {
    const of = (kind: string, name?: string) =>
      constraintsBy(one(changed(BINDING, ["roleRef"], { kind, ...(name !== undefined && { name }) })));
    const name = "system:openshift:scc:nonroot-v2";
    assert.equal(of("ClusterRole", name), "nonroot-v2");
    for (const other of [`x${name}`, `${name}:x`, "system:openshift:scc:", "view", undefined])
      assert.equal(of("ClusterRole", other), undefined);
    assert.equal(of("Role", name), undefined);
    assert.deepEqual(given(bindingTo("ClusterRole", name)), []);
    assert.equal(given(bindingTo("Role", name)), undefined);
  });

  it("is that of all ClusterRoles that an aggregated one selects, each once, and not what it says itself", () => {
    const [part, whole] = [{ part: "true" }, { whole: "true" }];
    const parts = [clusterRole("a", "get", part), clusterRole("b", "list", { ...part, ...whole }), clusterRole("c", "watch")];
    const selecting = (...labels: readonly Data[]) => labels.map((matchLabels) => ({ matchLabels }));
    const verbs = (selectors: readonly unknown[], ...more: readonly Data[]) =>
      verbsBy("sum", [clusterRole("sum", "own", part, selectors), ...parts, ...more]);
    assert.deepEqual(verbs(selecting(part)), ["get", "list"]);
    assert.deepEqual(verbs(selecting(part, whole)), ["get", "list"]);
    assert.deepEqual(verbs([{ matchExpressions: [{ key: "whole", operator: "Exists" }] }]), ["list"]);
    assert.deepEqual(verbs(selecting({ none: "true" })), []);
    // Without a selector it is a role as any other.
    for (const none of [[], [null]]) assert.deepEqual(verbs(none), ["own"]);
    const deep = clusterRole("deep", "own", { deep: "true" }, selecting(part));
    assert.deepEqual(verbs(selecting({ deep: "true" }, part), deep), ["get", "list"]);
    const circle = clusterRole("circle", "own", { circle: "true" }, selecting({ circle: "true" }, whole));
    assert.deepEqual(verbsBy("circle", [circle, ...parts]), ["list"]);
    // A Role selects nothing, and no Role is selected.
    const role = {
      ...clusterRole("program", "own", part, selecting(part)),
      kind: "Role",
      metadata: { ...(ROLE["metadata"] as Data), labels: part },
    };
    assert.deepEqual(verbsBy("program", [role, ...parts], "Role"), ["own"]);
    assert.deepEqual(verbs(selecting(part), role), ["get", "list"]);
  });

  it("is everything where it selects roles of the API server that allow much", () => {
    const bootstrapping = { "kubernetes.io/bootstrapping": "rbac-defaults" };
    const to = (name: string) => ({ [`${RBAC}/aggregate-to-${name}`]: "true" });
    const verbs = (selector: unknown) => verbsBy("sum", [clusterRole("sum", "own", {}, [{ matchLabels: { none: "true" } }, selector])]);
    for (const matchLabels of [bootstrapping, to("admin"), to("edit"), { ...bootstrapping, ...to("edit") }, {}])
      assert.deepEqual(verbs({ matchLabels }), ["*"]);
    for (const matchLabels of [to("view"), { ...bootstrapping, ...to("view") }, { [`${RBAC}/aggregate-to-edit`]: "false" }])
      assert.deepEqual(verbs({ matchLabels }), []);
    const [right] = roleBookOf([one(clusterRole("sum", "own", {}, [{}]))]).rightsBy(bindingTo("ClusterRole", "sum")) ?? [];
    assert.equal(right?.field.path, "aggregationRule.clusterRoleSelectors");
    assert.equal(told(right), EVERYTHING);
  });

  it("is of the built-in role view what the stack puts into it", () => {
    const added = [clusterRole("a", "get", { [`${RBAC}/aggregate-to-view`]: "true" }), clusterRole("b", "list")];
    assert.deepEqual(verbsBy("view", added), ["get"]);
    assert.deepEqual(verbsBy("system:discovery", added), []);
    assert.equal(verbsBy("view", added, "Role"), undefined);
    // One of the stack's own takes its place.
    assert.deepEqual(verbsBy("view", [...added, clusterRole("view", "watch")]), ["watch"]);
  });
});
