import assert from "node:assert/strict";
import { UNKNOWN } from "#af/policies/model/field";
import { objectsOf, objectsOfResource, type KubernetesObject } from "#af/policies/model/objects";
import { Takeovers } from "#af/policies/model/takeover";
import { everywhere, master, right, SECRETS, token, within } from "../grants";
import { changed, NAMESPACE, type Data } from "../manifests";
import { BINDING, CLUSTER_BINDING, ROLE } from "../rights";

const read = (objects: readonly Data[]) => objects.flatMap((object) => objectsOf(object));
/** What the account `work/program` takes the cluster by, and what cannot be read. */
const found = (objects: readonly KubernetesObject[], account = "work/program") => {
  const unreadable: string[] = [];
  const takeovers = new Takeovers(objects, ({ kind, name }, check) => {
    try {
      check();
    } catch {
      unreadable.push(`${kind} ${name}`);
    }
  });
  return { ways: takeovers.of(account).map(({ binding, what, so }) => `${binding.kind} ${binding.name}: ${what}, so ${so}`), unreadable };
};
const nameOf = ({ metadata }: Data) => (metadata as Data)["name"];
const ways = (...objects: readonly Data[]) => found(read(objects)).ways;
/** The objects, with those of a namespace in another one. */
const movedTo = (namespace: string, objects: readonly Data[]) => objects.map((each) => changed(each, ["metadata", "namespace"], namespace));
const boundTo = (...subjects: readonly Data[]) => [everywhere(SECRETS)[0] ?? {}, { ...CLUSTER_BINDING, subjects }];
const LEVEL = ["metadata", "labels", "pod-security.kubernetes.io/enforce"];
const GROUP_OF_RBAC = "rbac.authorization.k8s.io";
const PODS = right("", "pods", "create");
const READS_ALL = "ClusterRoleBinding program: get secrets, so it reads the credentials of all others";

describe("ways to take the cluster", () => {
  it("are rights in every namespace, each with what follows from it", () => {
    const table: readonly (readonly [right: Data, what: string, so: string])[] = [
      [SECRETS, "get secrets", "it reads the credentials of all others"],
      [PODS, "create pods", "it may be any account of the cluster"],
      [right("", "users", "impersonate"), "impersonate users", "it may be anybody"],
      [right(GROUP_OF_RBAC, "roles", "bind"), "bind roles", "it may give itself any right"],
    ];
    for (const [rule, what, so] of table) assert.deepEqual(ways(...everywhere(rule)), [`ClusterRoleBinding program: ${what}, so ${so}`]);
    assert.deepEqual(ways(...everywhere(right("", "configmaps", "get"))), []);
    assert.deepEqual(ways(...everywhere()), []);
    assert.deepEqual(ways(changed(CLUSTER_BINDING, ["roleRef", "name"], "nowhere")), [
      "ClusterRoleBinding program: ClusterRole nowhere, so nobody can see what it allows, because it is not among the objects",
    ]);
    assert.deepEqual(found(read(everywhere(SECRETS)), "work/another").ways, []);
  });

  it("are those of the account, of its namespace and of all accounts", () => {
    const group = (name: string) => ({ kind: "Group", name });
    for (const subject of [
      group("system:authenticated"),
      group("system:serviceaccounts"),
      group("system:serviceaccounts:work"),
      { kind: "User", name: "system:serviceaccount:work:program" },
    ])
      assert.deepEqual(ways(...boundTo(subject)), [READS_ALL], subject.name);
    for (const subject of [
      group("system:serviceaccounts:elsewhere"),
      group("system:serviceaccounts:"),
      group("x system:serviceaccounts:work"),
      group("work/program"),
      { kind: "User", name: "system:serviceaccounts" },
      { kind: "ServiceAccount", name: "program", namespace: "elsewhere" },
    ])
      assert.deepEqual(ways(...boundTo(subject)), [], subject.name);
  });

  it("are rights in one namespace that admits pods with any privilege, or that is of Kubernetes itself", () => {
    const host =
      "RoleBinding program: create pods, so it leaves its pod for the host: nothing holds pods of work to a level of Pod Security";
    for (const level of [undefined, "privileged", ""])
      assert.deepEqual(ways(...within(PODS), changed(NAMESPACE, LEVEL, level)), [host], String(level));
    for (const level of ["baseline", "restricted"])
      assert.deepEqual(ways(...within(PODS), changed(NAMESPACE, LEVEL, level)), [], String(level));
    assert.deepEqual(ways(...within(PODS)), [], "the namespace is judged where it is");
    const open = changed(NAMESPACE, LEVEL, undefined);
    assert.deepEqual(ways(...within(PODS), changed(open, ["metadata", "name"], "elsewhere")), []);
    const patch = objectsOfResource("kubernetes:core/v1:NamespacePatch", open, "urn");
    assert.deepEqual(found([...read(within(PODS)), ...patch]).ways, [], "the namespace may have a level that a patch leaves out");
    // Rights over accounts alone make no pod.
    for (const [rule, byPods] of [
      [right(GROUP_OF_RBAC, "roles", "escalate"), true],
      [right(GROUP_OF_RBAC, "rolebindings", "patch"), true],
      [right("", "serviceaccounts", "impersonate"), false],
      [right("", "serviceaccounts/token", "create"), false],
      [SECRETS, false],
    ] as const)
      assert.equal(ways(...within(rule), open).length, byPods ? 1 : 0, JSON.stringify(rule));
    assert.deepEqual(ways(...movedTo("kube-system", within(SECRETS))), [
      "RoleBinding program: get secrets, so it may be a controller of Kubernetes itself",
    ]);
  });

  it("are rights in one namespace over an account there that takes the cluster", () => {
    const as = (what: string) => [
      `RoleBinding program: ${what}, so it may be another account of work, as ServiceAccount work/operator, which may get secrets`,
    ];
    for (const [rule, what] of [
      [PODS, "create pods"],
      [right(GROUP_OF_RBAC, "clusterroles", "bind"), "bind clusterroles"],
      [right(GROUP_OF_RBAC, "rolebindings", "update"), "update rolebindings"],
      [right("", "serviceaccounts", "impersonate"), "impersonate serviceaccounts"],
      [right("", "serviceaccounts/token", "create"), "create serviceaccounts/token"],
    ] as const) {
      assert.deepEqual(ways(...within(rule), NAMESPACE, ...master("operator")), as(what));
      assert.deepEqual(ways(...within(rule), NAMESPACE, ...master("operator", "elsewhere")), []);
      assert.deepEqual(ways(...within(rule), NAMESPACE, ...master("program")), [READS_ALL], "itself");
    }
    // Whoever reads Secrets is an account only where one of them holds its token.
    assert.deepEqual(ways(...within(SECRETS), ...master("operator"), token("operator")), as("get secrets"));
    for (const other of [
      token("another"),
      changed(token("operator"), ["type"], "Opaque"),
      changed(token("operator"), ["metadata", "namespace"], "elsewhere"),
      changed(token("operator"), ["kind"], "ConfigMap"),
      changed(token("operator"), ["metadata", "annotations"], undefined),
    ])
      assert.deepEqual(ways(...within(SECRETS), ...master("operator"), other), []);
  });

  it("lead over an account that takes the cluster by another one", () => {
    // From work/program to work/second, and from there to elsewhere/operator.
    const named = (name: string, objects: readonly Data[]) => objects.map((each) => changed(each, ["metadata", "name"], name));
    const second = [
      changed(named("second", [ROLE])[0] ?? {}, ["rules"], [PODS]),
      changed(changed(named("second", [BINDING])[0] ?? {}, ["roleRef", "name"], "second"), ["subjects", 0, "name"], "second"),
    ];
    const over = [...within(PODS), ...movedTo("elsewhere", second), NAMESPACE, ...master("operator", "elsewhere")];
    assert.deepEqual(ways(...over), [
      "RoleBinding program: create pods, so it may be another account of work, as ServiceAccount work/second, which may create pods in elsewhere",
    ]);
    assert.deepEqual(ways(...over.slice(0, -1)), []);
    const reading = over.map((each) => (each["kind"] === "Role" && nameOf(each) === "second" ? changed(each, ["rules"], [SECRETS]) : each));
    assert.deepEqual(ways(...reading), [], "no token of the operator lies there");
    assert.equal(ways(...reading, ...movedTo("elsewhere", [token("operator")])).length, 1);
  });

  it("lead over accounts that have a right only as members of their namespace", () => {
    const group = changed(master("all")[1] ?? {}, ["subjects"], [{ kind: "Group", name: "system:serviceaccounts:elsewhere" }]);
    const all = [master("all")[0] ?? {}, group];
    const inElsewhere = (rule: Data) => movedTo("elsewhere", within(rule));
    assert.deepEqual(ways(...inElsewhere(PODS), ...all), [
      "RoleBinding program: create pods, so it may be another account of elsewhere, as ServiceAccount elsewhere/default, which may get secrets",
    ]);
    assert.deepEqual(ways(...inElsewhere(SECRETS), ...all), []);
    assert.deepEqual(ways(...inElsewhere(SECRETS), ...all, changed(token("hidden"), ["metadata", "namespace"], "elsewhere")), [
      "RoleBinding program: get secrets, so it may be another account of elsewhere, as ServiceAccount elsewhere/hidden, which may get secrets",
    ]);
    assert.deepEqual(ways(...within(PODS), ...all), []);
  });

  it("are told beside what cannot be read", () => {
    const [role = {}] = everywhere(SECRETS);
    const spoilt = [
      changed({ ...CLUSTER_BINDING, metadata: { name: "unread" } }, ["subjects"], UNKNOWN),
      changed(changed(NAMESPACE, ["metadata", "name"], "unread"), LEVEL, UNKNOWN),
      changed(changed(token("x"), ["metadata", "name"], "unread"), ["type"], UNKNOWN),
    ];
    const { ways: told, unreadable } = found(read([...spoilt, role, CLUSTER_BINDING]));
    assert.deepEqual([told, unreadable], [[READS_ALL], ["ClusterRoleBinding unread", "Secret unread", "Namespace unread"]]);
  });
});
