import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { judge } from "#af/policies/judge";
import { objectsOf, type KubernetesObject } from "#af/policies/model/objects";
import { allowedOf, isBinding, RBAC, roleBookOf, subjectsOf } from "#af/policies/model/rights";
import { secretsHaveKnownReaders } from "#af/policies/security/secrets-have-known-readers";
import { Cluster } from "#af/sandbox/cluster/client";
import { ApiServer, type ApiServerPrograms } from "#af/sandbox/tools/api-server";
import { eachAtOnce } from "#af/tools/charts/at-once";
import { requireTools } from "../../sandbox/plugins/control-plane";
import { PATIENCE_MS } from "../../support/patience";

/** Worlds of roles and bindings, each with namespaces, accounts and ClusterRoles of its own, and what is asked about each. */
const [WORLDS, QUESTIONS] = [60, 24];
/** Requests under way at once. */
const AT_ONCE = 8;

type Given = Readonly<Record<string, unknown>>;
interface Rule {
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly verbs: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
}
interface Question {
  readonly group: string;
  readonly resource: string;
  readonly verb: string;
  readonly name: string;
  /** The namespace of the account, another, or none: for objects of the whole cluster. */
  readonly where: "own" | "other" | "cluster";
  readonly account: string;
}

const GROUPS = ["", "apps", "batch", RBAC, "*"];
const RESOURCES = [
  ...["secrets", "pods", "pods/exec", "pods/*", "*/exec", "*/scale", "*", "serviceaccounts", "serviceaccounts/token", "nodes/proxy"],
  ...["deployments", "deployments/scale", "jobs", "roles", "clusterroles", "rolebindings", "users", "groups"],
];
const VERBS = ["get", "list", "create", "update", "patch", "bind", "escalate", "impersonate", "*", "GET"];
const NAMES = ["alpha", "beta"];
/** What rules ask about; of these the built-in role `view` allows nothing. */
const ASKED: readonly (readonly [group: string, resource: string, verbs: readonly string[]])[] = [
  ["", "secrets", ["get", "list", "update", "patch"]],
  ["", "pods", ["create", "update", "patch"]],
  ["", "pods/exec", ["get", "create"]],
  ["apps", "deployments", ["create", "patch"]],
  ["apps", "deployments/scale", ["update", "patch"]],
  ["batch", "jobs", ["create"]],
  [RBAC, "roles", ["bind", "escalate"]],
  [RBAC, "clusterroles", ["bind", "escalate"]],
  [RBAC, "rolebindings", ["create"]],
  ["", "users", ["impersonate"]],
  ["", "groups", ["impersonate"]],
  ["", "serviceaccounts", ["impersonate"]],
  ["", "serviceaccounts/token", ["create"]],
  ["", "nodes/proxy", ["get", "create"]],
];

const few = (values: readonly string[]) => fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: 3 });
const resourceRule: fc.Arbitrary<Rule> = fc
  .record({ apiGroups: few(GROUPS), resources: few(RESOURCES), verbs: few(VERBS), resourceNames: fc.option(few(NAMES), { freq: 3 }) })
  .map(({ resourceNames, ...rule }) => ({ ...rule, ...(resourceNames !== null && { resourceNames }) }));
const urlRule: fc.Arbitrary<Rule> = fc.constant({ nonResourceURLs: ["*"], verbs: ["*"] });
const rules = fc.array(fc.oneof({ weight: 6, arbitrary: resourceRule }, { weight: 1, arbitrary: urlRule }), { minLength: 1, maxLength: 3 });
/** ClusterRoles only: a rule about addresses is refused in a Role. */
const namespacedRules = fc.array(resourceRule, { minLength: 1, maxLength: 3 });

/** Objects of a world, whose names all begin with its own; ours reads them as they are sent. */
const world = (id: string): fc.Arbitrary<readonly Given[]> => {
  const [own, other] = [id, `${id}-other`];
  const apiVersion = `${RBAC}/v1`;
  const label = (part: string) => ({ [`example.org/${id}`]: part });
  const clusterRole = (name: string, more: Given) => ({
    apiVersion,
    kind: "ClusterRole",
    ...more,
    metadata: { name: `${id}-${name}`, ...(more["metadata"] as object) },
  });
  const selects = (part: string) => ({ clusterRoleSelectors: [{ matchLabels: label(part) }] });
  // An account in each of the ways in which a binding can name it.
  const subject = (ownOfBinding: string, cluster: boolean) =>
    fc.constantFrom<Given>(
      { kind: "ServiceAccount", name: "a", namespace: own },
      { kind: "ServiceAccount", name: "b", namespace: own },
      { kind: "ServiceAccount", name: "a", namespace: other },
      { kind: "User", apiGroup: RBAC, name: `system:serviceaccount:${own}:a` },
      { kind: "Group", apiGroup: RBAC, name: `system:serviceaccounts:${own}` },
      // What is for everybody would be for every world.
      ...(cluster
        ? []
        : [
            { kind: "ServiceAccount", name: "b" },
            { kind: "Group", apiGroup: RBAC, name: "system:serviceaccounts" },
            { kind: "Group", apiGroup: RBAC, name: "system:authenticated" },
          ]),
      { kind: "User", apiGroup: RBAC, name: ownOfBinding },
    );
  const roleNames = ["plain", "part", "whole", "circle", "deep"].map((name) => `${id}-${name}`);
  const binding = (index: number) =>
    fc
      .record({
        cluster: fc.nat(3).map((each) => each === 0),
        where: fc.constantFrom(own, other),
        role: fc.constantFrom(...roleNames, "view", "role", "role"),
      })
      .chain(({ cluster, where, role }) =>
        fc.array(subject(where, cluster), { minLength: 1, maxLength: 2 }).map((subjects) => {
          const name = `${id}-${index}`;
          const ofRole =
            role === "role"
              ? cluster
                ? { kind: "ClusterRole", name: `${id}-plain` }
                : { kind: "Role", name: "role" }
              : { kind: "ClusterRole", name: role };
          return {
            ...{ apiVersion, roleRef: { apiGroup: RBAC, ...ofRole }, subjects },
            ...(cluster
              ? { kind: "ClusterRoleBinding", metadata: { name } }
              : { kind: "RoleBinding", metadata: { name, namespace: where } }),
          };
        }),
      );
  return fc
    .record({
      role: namespacedRules,
      elsewhere: namespacedRules,
      plain: rules,
      part: rules,
      bindings: fc.tuple(binding(0), binding(1), binding(2)),
    })
    .map(({ role, elsewhere, plain, part, bindings }) => [
      { apiVersion, kind: "Role", metadata: { name: "role", namespace: own }, rules: role },
      { apiVersion, kind: "Role", metadata: { name: "role", namespace: other }, rules: elsewhere },
      clusterRole("plain", { rules: plain }),
      clusterRole("part", { rules: part, metadata: { labels: label("part") } }),
      // One that is aggregated, one of which it is a part, and one that is a part of itself.
      clusterRole("whole", { rules: [], aggregationRule: selects("part"), metadata: { labels: label("whole") } }),
      clusterRole("deep", { rules: [], aggregationRule: selects("whole") }),
      clusterRole("circle", {
        rules: [],
        aggregationRule: { clusterRoleSelectors: [{ matchLabels: label("circle") }, { matchLabels: label("part") }] },
        metadata: { labels: label("circle") },
      }),
      ...bindings,
    ]);
};
const question: fc.Arbitrary<Question> = fc
  .record({
    asked: fc.constantFrom(...ASKED),
    pick: fc.nat(),
    name: fc.constantFrom("", ...NAMES, "gamma"),
    where: fc.constantFrom("own" as const, "own" as const, "other" as const, "cluster" as const),
    account: fc.constantFrom("a", "b"),
  })
  .map(({ asked: [group, resource, verbs], pick, ...rest }) => ({ group, resource, verb: verbs[pick % verbs.length] ?? "get", ...rest }));

describe("rights by roles and bindings, and the API server's own authorization", function () {
  this.timeout(240_000);

  it(`agree about ${WORLDS * QUESTIONS} questions in ${WORLDS} worlds, and no way to Secrets is silent`, async function () {
    const tools = await requireTools(this, "etcd", "kube-apiserver", "kube-controller-manager");
    const programs = Object.fromEntries(
      Object.entries(tools).map(([name, tool]) => [name, tool?.path ?? ""]),
    ) as unknown as ApiServerPrograms;
    const server = new ApiServer();
    try {
      await server.start(programs, "clusterrole-aggregation-controller");
      const cluster = Cluster.load(server.kubeconfig);
      // One call each: every call begins with the same seed, and would generate the same.
      const [samples, asked] = [fc.sample(world("WORLD"), WORLDS), fc.sample(question, WORLDS * QUESTIONS)];
      const worlds = samples.map((sample, index) => ({
        id: `w${index}`,
        given: JSON.parse(JSON.stringify(sample).replaceAll("WORLD", `w${index}`)) as readonly Given[],
        questions: asked.slice(index * QUESTIONS, (index + 1) * QUESTIONS),
      }));
      let allowed = 0;
      await eachAtOnce(AT_ONCE, worlds, async ({ id, given, questions }) => {
        for (const name of [id, `${id}-other`]) await cluster.create({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
        for (const object of given) await cluster.create(object as unknown as Parameters<typeof cluster.create>[0]);
        const objects = given.flatMap((each) => objectsOf(each));
        for (const one of questions) {
          const ours = mayByOurs(objects, id, one);
          let theirs = await mayByServer(cluster, id, one);
          // The API server and the controller that aggregates take up what is stored a moment later.
          for (const end = Date.now() + PATIENCE_MS; theirs !== ours && Date.now() < end; theirs = await mayByServer(cluster, id, one))
            await sleep(200);
          assert.equal(ours, theirs, `${JSON.stringify(one)} of ${JSON.stringify(given)}`);
          if (theirs) allowed += 1;
          if (theirs && reachesOtherSecrets(one))
            assert.ok(findings(objects) > 0, `nothing found: ${JSON.stringify(one)} of ${JSON.stringify(given)}`);
        }
      });
      // A test in which nobody may do anything would show nothing.
      assert.ok(allowed > (WORLDS * QUESTIONS) / 50 && allowed < (WORLDS * QUESTIONS) / 2, `${allowed} allowed`);
    } finally {
      await server.stop();
    }
  });
});

/** The name of no rule here: a way to an object that nobody has named. */
function reachesOtherSecrets({ resource, verb, name }: Question): boolean {
  return name === "gamma" && (resource === "secrets" || ["pods", "pods/exec", "deployments", "jobs"].includes(resource)) && verb !== "";
}

function findings(objects: readonly KubernetesObject[]): number {
  return judge([secretsHaveKnownReaders], objects, { site: undefined, exceptions: [] }).findings.length;
}

function namespaceOf(id: string, { where }: Question): string {
  return where === "cluster" ? "" : where === "own" ? id : `${id}-other`;
}

/** What our reading of roles and bindings says. */
function mayByOurs(objects: readonly KubernetesObject[], id: string, asked: Question): boolean {
  const namespace = namespaceOf(id, asked);
  const groups = ["system:serviceaccounts", `system:serviceaccounts:${id}`, "system:authenticated"];
  const book = roleBookOf(objects);
  return objects.filter(isBinding).some((binding) => {
    if (binding.kind === "RoleBinding" && binding.namespace !== namespace) return false;
    const isMeant = subjectsOf(binding).some(({ kind, namespace: of, name }) =>
      kind === "ServiceAccount" ? of === id && name === asked.account : kind === "Group" && groups.includes(name),
    );
    return (
      isMeant &&
      (book.rightsBy(binding) ?? []).some(
        (right) =>
          allowedOf(right, { group: asked.group, resources: [asked.resource], verbs: [asked.verb] }) !== undefined &&
          (right.names.length === 0 || right.names.includes(asked.name)),
      )
    );
  });
}

/** What the API server says. */
async function mayByServer(cluster: Cluster, id: string, asked: Question): Promise<boolean> {
  const [resource, subresource = ""] = asked.resource.split("/");
  const answer = await cluster.request("POST", "/apis/authorization.k8s.io/v1/subjectaccessreviews", {
    apiVersion: "authorization.k8s.io/v1",
    kind: "SubjectAccessReview",
    spec: {
      user: `system:serviceaccount:${id}:${asked.account}`,
      groups: ["system:serviceaccounts", `system:serviceaccounts:${id}`, "system:authenticated"],
      resourceAttributes: {
        namespace: namespaceOf(id, asked),
        verb: asked.verb,
        group: asked.group,
        resource,
        subresource,
        name: asked.name,
      },
    },
  });
  return (answer as { status?: { allowed?: boolean } }).status?.allowed === true;
}
