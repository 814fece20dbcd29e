import assert from "node:assert/strict";
import fc from "fast-check";
import { secretsHaveKnownReaders as rule } from "#af/policies/security/secrets-have-known-readers";
import { neverSilent, nothingFound, onlyFinding, verdictOn } from "../expect";
import { changed, KEPT, POD_SPEC, workload, type Data } from "../manifests";
import { BINDING, CLUSTER_BINDING, CLUSTER_ROLE, ROLE } from "../rights";

interface Right {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  readonly resourceNames?: readonly string[];
}

/** Rights by which an account gets at Secrets, and how. */
const REACHES: readonly (readonly [group: string, resource: string, verb: string, how: RegExp])[] = [
  ["", "secrets", "get", /reads them/],
  ["", "secrets", "list", /reads them/],
  ["", "secrets", "watch", /reads them/],
  ["", "secrets", "patch", /reads them/],
  ["", "pods", "create", /runs pods that may mount them/],
  ["apps", "deployments", "update", /runs pods that may mount them/],
  ["batch", "cronjobs", "patch", /runs pods that may mount them/],
  ["", "pods/exec", "create", /runs commands where they are mounted/],
  ["", "pods/exec", "get", /runs commands where they are mounted/],
  ["", "pods/attach", "create", /runs commands where they are mounted/],
  ["", "pods/ephemeralcontainers", "patch", /runs containers beside those that mount them/],
];
const HARMLESS: readonly (readonly [group: string, resource: string, verb: string])[] = [
  ["", "secrets", "create"],
  ["", "secrets", "delete"],
  ["example.org", "secrets", "get"],
  ["", "pods", "list"],
  ["", "pods/log", "get"],
  ["apps", "deployments", "delete"],
  ["extensions", "deployments", "create"],
];

const right = (group: string, resource: string, verb: string): Right => ({ apiGroups: [group], resources: [resource], verbs: [verb] });
const withRights = (object: Data, ...rules: readonly Right[]): Data => changed(object, ["rules"], rules);

describe("secrets-have-known-readers", () => {
  for (const [group, resource, verb, how] of REACHES)
    it(`refuses ${verb} ${resource}`, () => {
      const { message } = onlyFinding([withRights(ROLE, right(group, resource, verb)), BINDING], rule, "subjects[0]", how);
      assert.match(message, new RegExp(`^ServiceAccount work/program may ${verb} ${resource} in work by the Role program, and so `));
    });

  it("accepts what reaches no Secret, a role that nobody has, and named Secrets", () => {
    for (const [group, resource, verb] of HARMLESS) nothingFound([withRights(ROLE, right(group, resource, verb)), BINDING], rule);
    nothingFound([withRights(ROLE, { ...right("", "secrets", "get"), resourceNames: ["own"] }), BINDING], rule);
    assert.deepEqual(verdictOn([withRights(ROLE, right("", "secrets", "get"))], [rule]).findings, []);
  });

  it("says of a binding of the whole cluster that it is every namespace, and which pods run as the account", () => {
    const deployment = workload("Deployment", { ...POD_SPEC, serviceAccountName: "program" });
    const { message } = onlyFinding(
      [...KEPT, deployment, withRights(CLUSTER_ROLE, right("", "secrets", "list")), CLUSTER_BINDING],
      rule,
      "subjects[0]",
      /may list secrets in every namespace by the ClusterRole program/,
    );
    assert.match(message, /^ServiceAccount work\/program \(Deployment program\) may/);
  });

  it("follows an aggregated ClusterRole to those that it selects", () => {
    const aggregate = { "example.org/to": "program" };
    const whole = { ...CLUSTER_ROLE, aggregationRule: { clusterRoleSelectors: [{ matchLabels: aggregate }] }, rules: [] };
    const part = (labels: Data) => withRights({ ...CLUSTER_ROLE, metadata: { name: "part", labels } }, right("", "secrets", "get"));
    onlyFinding([whole, part(aggregate), CLUSTER_BINDING], rule, "subjects[0]", /may get secrets in every namespace/);
    nothingFound([whole, part({ "example.org/to": "another" }), CLUSTER_BINDING], rule);
  });

  it("counts what is aggregated through other roles, in a circle too, and asks no Role for it", () => {
    const [first, second] = [{ "example.org/to": "first" }, { "example.org/to": "second" }];
    const of = (labels: Data) => ({ aggregationRule: { clusterRoleSelectors: [{ matchLabels: labels }] } });
    const named = (name: string, labels: Data, more: Data) => ({ ...CLUSTER_ROLE, metadata: { name, labels }, rules: [], ...more });
    const part = withRights(named("part", second, {}), right("", "secrets", "get"));
    const chain = [named("program", {}, of(first)), named("between", first, of(second)), part];
    onlyFinding([...chain, CLUSTER_BINDING], rule, "subjects[0]", /may get secrets in every namespace/);
    const circle = [named("program", first, of(first)), named("between", first, of(second)), part];
    onlyFinding([...circle, CLUSTER_BINDING], rule, "subjects[0]", /may get secrets in every namespace/);
    // The API server knows no such field of a Role.
    const role = { ...withRights(ROLE, right("", "secrets", "get")), ...of(first) };
    onlyFinding([role, BINDING], rule, "subjects[0]", /may get secrets in work/);
  });

  it("counts the roles of Kubernetes itself as aggregated where they are selected, and what the stack adds to view", () => {
    const of = (selector: Data) => ({ ...CLUSTER_ROLE, aggregationRule: { clusterRoleSelectors: [selector] }, rules: [] });
    const edit = "rbac.authorization.k8s.io/aggregate-to-edit";
    for (const selector of [{}, { matchLabels: { "kubernetes.io/bootstrapping": "rbac-defaults" } }, { matchLabels: { [edit]: "true" } }])
      assert.match(verdictOn([of(selector), CLUSTER_BINDING], [rule]).findings[0]?.message ?? "", /may \* \* in every namespace/);
    const toView = (value: string) => ({ "rbac.authorization.k8s.io/aggregate-to-view": value });
    nothingFound([of({ matchLabels: toView("true") }), CLUSTER_BINDING], rule);
    const adding = (value: string) =>
      withRights({ ...CLUSTER_ROLE, metadata: { name: "more", labels: toView(value) } }, right("", "secrets", "list"));
    const view = changed(CLUSTER_BINDING, ["roleRef", "name"], "view");
    onlyFinding([adding("true"), view], rule, "subjects[0]", /may list secrets in every namespace by the ClusterRole view/);
    nothingFound([adding("false"), view], rule);
  });

  it("finds a way by what is named to Secrets that are not", () => {
    const named = (group: string, resource: string, ...verbs: readonly string[]) => [
      withRights(ROLE, { apiGroups: [group], resources: [resource], verbs, resourceNames: ["own"] }),
      BINDING,
    ];
    onlyFinding(named("apps", "deployments", "patch", "create"), rule, "subjects[0]", /may patch deployments in work/);
    onlyFinding(named("", "pods/exec", "create"), rule, "subjects[0]", /may create pods\/exec in work/);
    onlyFinding(named("", "pods/ephemeralcontainers", "patch"), rule, "subjects[0]", /may patch pods\/ephemeralcontainers/);
    nothingFound(named("apps", "deployments", "create"), rule);
    nothingFound(named("", "secrets", "get", "update"), rule);
    const both = { apiGroups: [""], resources: ["secrets", "pods/log"], verbs: ["get"], resourceNames: ["own"] };
    nothingFound([withRights(ROLE, both), BINDING], rule);
  });

  it("knows an account by the name as which it logs in", () => {
    const user = { kind: "User", apiGroup: "rbac.authorization.k8s.io", name: "system:serviceaccount:work:program" };
    onlyFinding(
      [withRights(ROLE, right("", "secrets", "get")), changed(BINDING, ["subjects"], [user])],
      rule,
      "subjects[0]",
      /^ServiceAccount work\/program may get secrets/,
    );
  });

  it("says of a role that it does not see that nobody can, and knows those of Kubernetes itself", () => {
    const message = /binds the ClusterRole program, which is not among the objects, so nobody can see what it allows/;
    onlyFinding([CLUSTER_BINDING], rule, "roleRef", message);
    onlyFinding([changed(ROLE, ["metadata", "namespace"], "elsewhere"), BINDING], rule, "roleRef", /binds the Role program, which is not/);
    const built = (name: string) => changed(CLUSTER_BINDING, ["roleRef", "name"], name);
    nothingFound([built("view")], rule);
    for (const name of ["edit", "admin"])
      assert.match(
        verdictOn([built(name)], [rule])
          .findings.map((finding) => finding.message)
          .join(),
        /may \* \* in every namespace by the ClusterRole/,
      );
    onlyFinding([built("system:node-proxier")], rule, "roleRef", /nobody can see/);
  });

  it("finds for two Roles of one subject all that it finds for one of both", () => {
    const anyRight = fc.constantFrom(
      ...REACHES.map(([group, resource, verb]) => right(group, resource, verb)),
      ...HARMLESS.map((each) => right(...each)),
    );
    const reached = (objects: readonly Data[]) =>
      [...new Set(verdictOn(objects, [rule]).findings.map(({ message }) => message.replace(/by the .*?, and/, "and")))].sort();
    const named = (object: Data, name: string) =>
      changed(changed(object, ["metadata", "name"], name), ["roleRef"], object["roleRef"] && { kind: "Role", name });
    fc.assert(
      fc.property(fc.array(anyRight, { maxLength: 6 }), fc.nat(6), (rights, cut) => {
        const both = [rights.slice(0, cut), rights.slice(cut)].flatMap((some, index) => [
          withRights(named(ROLE, `part-${index}`), ...some),
          named(BINDING, `part-${index}`),
        ]);
        assert.deepEqual(reached(both), reached([withRights(ROLE, ...rights), BINDING]));
      }),
    );
  });

  it("is never silent about what it cannot read", () => {
    neverSilent(rule, BINDING, ["roleRef"], "program", [ROLE]);
    neverSilent(rule, BINDING, ["roleRef", "name"], 1, [ROLE]);
    const reading = withRights(ROLE, right("", "secrets", "get"));
    neverSilent(rule, BINDING, ["subjects"], {}, [reading]);
    neverSilent(rule, BINDING, ["subjects", 0, "name"], 1, [reading]);
    neverSilent(rule, reading, ["rules"], {}, [BINDING]);
    neverSilent(rule, reading, ["rules", 0, "verbs", 0], 1, [BINDING]);
    neverSilent(rule, reading, ["rules", 0, "resourceNames"], "own", [BINDING]);
  });
});

describe("secrets-have-known-readers, by who runs as an account", () => {
  const reading = withRights(ROLE, right("", "secrets", "get"));
  const who = (...workloads: readonly Data[]) =>
    verdictOn([reading, BINDING, ...workloads], [rule]).findings.map(({ message }) => message.split(" may ")[0]);
  const runs = (name: string, account: Data) => changed(workload("Deployment", { ...POD_SPEC, ...account }), ["metadata", "name"], name);
  const as = (name: string) => runs(name, { serviceAccountName: "program" });

  it("names two workloads, and counts the rest", () => {
    assert.deepEqual(who(), ["ServiceAccount work/program"]);
    assert.deepEqual(who(as("a"), as("b")), ["ServiceAccount work/program (Deployment a, Deployment b)"]);
    assert.deepEqual(who(as("a"), as("b"), as("c"), as("d")), ["ServiceAccount work/program (Deployment a, Deployment b and 2 more)"]);
    assert.deepEqual(who(as("a"), as("a")), ["ServiceAccount work/program (Deployment a)"]);
  });

  it("knows the older name of the field, and the account that is there without one", () => {
    assert.deepEqual(who(runs("a", { serviceAccount: "program" })), ["ServiceAccount work/program (Deployment a)"]);
    assert.deepEqual(who(runs("a", {})), ["ServiceAccount work/program"]);
    const bound = changed(BINDING, ["subjects", 0, "name"], "default");
    const [finding] = verdictOn([reading, bound, runs("a", {}), changed(as("b"), ["metadata", "namespace"], "elsewhere")], [rule]).findings;
    assert.match(finding?.message ?? "", /^ServiceAccount work\/default \(Deployment a\) may/);
  });

  it("takes a user for no account, whatever runs", () => {
    const user = changed(BINDING, ["subjects", 0], { kind: "User", apiGroup: "rbac.authorization.k8s.io", name: "program" });
    const [finding] = verdictOn([reading, user, as("a")], [rule]).findings;
    assert.doesNotMatch(finding?.message ?? "", /Deployment/);
  });

  it("counts a named part of an object with the rights that reach it", () => {
    const named = (...resources: readonly string[]) => [
      withRights(ROLE, { apiGroups: [""], resources, verbs: ["get", "create"], resourceNames: ["own"] }),
      BINDING,
    ];
    assert.equal(verdictOn(named("pods/exec"), [rule]).findings.length, 1);
    assert.equal(verdictOn(named("pods"), [rule]).findings.length, 0);
    assert.ok(verdictOn(named("pods/exec", "configmaps"), [rule]).findings.length > 0);
  });
});
