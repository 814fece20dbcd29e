import assert from "node:assert/strict";
import fc from "fast-check";
import { judge } from "#af/policies/judge";
import { objectsOf, objectsOfResource } from "#af/policies/model/objects";
import { exposedPodsCannotTakeTheCluster as rule } from "#af/policies/security/exposed-pods-cannot-take-the-cluster";
import { readSite } from "#af/stacks/site/read";
import { SITES } from "../../support/site-config";
import { KINDS, neverSilent, verdictOn } from "../expect";
import { everywhere, master, right, SECRETS, token, within } from "../grants";
import { changed, NAMESPACE, POD_SPEC, workload, WORKLOAD_KINDS, type Data, type WorkloadKind } from "../manifests";
import { BINDING, CLUSTER_BINDING, ROLE } from "../rights";
import { ROUTES } from "../routes";
import { facilityOf } from "./facilities";

const ACCOUNT = { serviceAccountName: "program" };
/** Pods of a kind that run as the account `program`, with the label that {@link service} selects. */
const program = (more: Data = {}, kind: WorkloadKind = "Deployment"): Data =>
  changed(workload(kind, { ...POD_SPEC, ...ACCOUNT, ...more }), [...WORKLOAD_KINDS[kind][1], "metadata", "labels", "app"], "program");
const service = (spec: Data): Data => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "program", namespace: "work" },
  spec: { selector: { app: "program" }, ports: [{ port: 80 }], ...spec },
});
const INSIDE = service({ type: "ClusterIP" });
const OPEN = service({ type: "LoadBalancer" });
const said = (...objects: readonly Data[]): readonly string[] =>
  verdictOn(objects, [rule]).findings.map(({ object, path, message }) => `${object.kind} ${path}: ${message}`);
const refused = (message: RegExp, ...objects: readonly Data[]): void => {
  const found = said(...objects);
  assert.equal(found.length, 1, found.join("\n") || "nothing found");
  assert.match(found[0] ?? "", message);
};
const accepted = (...objects: readonly Data[]): void => assert.deepEqual(said(...objects), []);

describe("exposed-pods-cannot-take-the-cluster", () => {
  it("refuses what one field gives, the token, and no other rule says so", () => {
    const others = [OPEN, ...everywhere(SECRETS)];
    const found = (mounted: boolean) =>
      verdictOn([program({ automountServiceAccountToken: mounted }), ...others]).findings.map((each) => each.rule);
    assert.deepEqual(
      found(true).filter((name) => !found(false).includes(name)),
      [rule.name],
    );
    assert.deepEqual(said(program(), ...others), [
      "ClusterRoleBinding subjects[0]: Deployment work/program runs as the account work/program and is reached from outside by the Service " +
        "work/program; it has get secrets by this binding, and so it reads the credentials of all others; allowed: accounts that cannot take the cluster",
    ]);
    accepted(program(), INSIDE, ...everywhere(SECRETS));
  });

  it("knows every way in, for every kind that makes pods", () => {
    const rights = everywhere(SECRETS);
    for (const kind of KINDS) {
      for (const spec of [{ type: "LoadBalancer" }, { type: "NodePort" }, { externalIPs: ["192.0.2.1"] }])
        refused(/by the Service work\/program;/, program({}, kind), service(spec), ...rights);
      for (const [route] of ROUTES("program", 80)) {
        refused(new RegExp(`by the ${String(route.kind)} work/own;`), program({}, kind), INSIDE, route, ...rights);
        accepted(program({}, kind), changed(INSIDE, ["metadata", "name"], "another"), route, ...rights);
      }
      refused(/by the network of its host;/, program({ hostNetwork: true }, kind), ...rights);
      refused(
        /by a port of its host;/,
        program(changed(POD_SPEC, ["containers", 0, "ports"], [{ containerPort: 80, hostPort: 80 }]), kind),
        ...rights,
      );
      accepted(program(changed(POD_SPEC, ["containers", 0, "ports"], [{ containerPort: 80 }]), kind), ...rights);
    }
    accepted(program(), changed(OPEN, ["spec", "selector", "app"], "another"), ...rights);
    accepted(program(), changed(OPEN, ["metadata", "namespace"], "elsewhere"), ...rights);
  });

  it("refuses each right in every namespace that is enough by itself, and no other", () => {
    for (const [group, resource, verb, so] of [
      ["", "secrets", "list", /it reads the credentials/],
      ["", "pods", "create", /it may be any account/],
      ["apps", "daemonsets", "patch", /it may be any account/],
      ["", "pods/exec", "create", /it may be any account/],
      ["rbac.authorization.k8s.io", "clusterroles", "escalate", /it may give itself any right/],
      ["rbac.authorization.k8s.io", "clusterrolebindings", "create", /give all its own rights/],
      ["", "users", "impersonate", /it may be anybody/],
      ["", "serviceaccounts/token", "create", /any account of the namespace/],
      ["", "nodes/proxy", "get", /run commands in every pod/],
      ["", "persistentvolumes", "create", /folder of a host/],
      ["", "namespaces", "patch", /level of Pod Security/],
      ["certificates.k8s.io", "signers", "approve", /certificate for any name/],
      ["admissionregistration.k8s.io", "mutatingwebhookconfigurations", "update", /every object/],
      ["*", "*", "*", /it may give itself any right/],
    ] as const)
      assert.ok(
        said(program(), OPEN, ...everywhere(right(group, resource, verb))).some((each) => so.test(each)),
        `${verb} ${resource}`,
      );
    for (const [group, resource, verb] of [
      ["", "configmaps", "get"],
      ["", "pods", "list"],
      ["", "secrets", "create"],
      ["example.org", "secrets", "get"],
      ["", "nodes", "get"],
    ] as const)
      accepted(program(), OPEN, ...everywhere(right(group, resource, verb)));
    accepted(program(), OPEN, ...everywhere({ ...SECRETS, resourceNames: ["own"] }));
  });

  it("asks whether the pod has a token: its own word, its account's, or a volume", () => {
    const account = { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "program", namespace: "work" } };
    const closed = { ...account, automountServiceAccountToken: false };
    const rights = everywhere(SECRETS);
    accepted(program({ automountServiceAccountToken: false }), OPEN, ...rights);
    accepted(program(), closed, OPEN, ...rights);
    refused(/get secrets/, program(), account, OPEN, ...rights);
    refused(/get secrets/, program({ automountServiceAccountToken: true }), closed, OPEN, ...rights);
    const projected = [{ name: "token", projected: { sources: [{ serviceAccountToken: { path: "token" } }] } }];
    refused(/get secrets/, program({ automountServiceAccountToken: false, volumes: projected }), OPEN, ...rights);
  });

  it("counts the account that the pod really has, however a binding names it", () => {
    const rights = everywhere(SECRETS);
    const to = (subject: Data) => [rights[0] ?? {}, changed(CLUSTER_BINDING, ["subjects"], [subject])];
    refused(
      /account work\/default/,
      program({ serviceAccountName: "" }),
      OPEN,
      ...to({ kind: "ServiceAccount", name: "default", namespace: "work" }),
    );
    refused(/account work\/program/, program({ serviceAccountName: undefined, serviceAccount: "program" }), OPEN, ...rights);
    for (const name of ["system:serviceaccounts", "system:serviceaccounts:work", "system:authenticated"])
      refused(/get secrets/, program(), OPEN, ...to({ kind: "Group", name }));
    refused(/get secrets/, program(), OPEN, ...to({ kind: "User", name: "system:serviceaccount:work:program" }));
    for (const subject of [
      { kind: "Group", name: "system:serviceaccounts:elsewhere" },
      { kind: "User", name: "program" },
      { kind: "ServiceAccount", name: "program", namespace: "elsewhere" },
      { kind: "ServiceAccount", name: "another", namespace: "work" },
    ])
      accepted(program(), OPEN, ...to(subject));
    refused(
      /has ClusterRole nowhere by this binding, and so nobody can see/,
      program(),
      OPEN,
      changed(CLUSTER_BINDING, ["roleRef", "name"], "nowhere"),
    );
    refused(/has \* \* by this binding/, program(), OPEN, changed(CLUSTER_BINDING, ["roleRef", "name"], "cluster-admin"));
  });

  it("holds a right in one namespace for what the namespace is worth", () => {
    const pods = within(right("", "pods", "create"));
    accepted(program(), OPEN, NAMESPACE, ...pods);
    accepted(program(), OPEN, changed(NAMESPACE, ["metadata", "labels", "pod-security.kubernetes.io/enforce"], "baseline"), ...pods);
    for (const level of ["privileged", "baselin", undefined])
      refused(
        /leaves its pod for the host: nothing holds pods of work/,
        program(),
        OPEN,
        changed(NAMESPACE, ["metadata", "labels", "pod-security.kubernetes.io/enforce"], level),
        ...pods,
      );
    refused(
      /it may be another account of work, as ServiceAccount work\/operator, which may get secrets;/,
      program(),
      OPEN,
      NAMESPACE,
      ...pods,
      ...master("operator"),
    );
    accepted(program(), OPEN, NAMESPACE, ...pods, ...master("operator", "elsewhere"));
    const controllers = [ROLE, BINDING].map((each) => changed(each, ["metadata", "namespace"], "kube-system"));
    const [role = {}, binding = {}] = controllers;
    refused(/may be a controller/, program(), OPEN, changed(role, ["rules"], [SECRETS]), binding);
  });

  it("lets whoever reads Secrets be those accounts alone whose tokens lie there", () => {
    const reading = [program(), OPEN, NAMESPACE, ...within(SECRETS), ...master("operator")];
    accepted(...reading);
    refused(
      /get secrets by this binding, and so it may be another account of work, as ServiceAccount work\/operator/,
      ...reading,
      token("operator"),
    );
    accepted(...reading, token("another"));
    for (const each of [
      right("", "serviceaccounts", "impersonate"),
      right("", "serviceaccounts/token", "create"),
      right("rbac.authorization.k8s.io", "rolebindings", "create"),
      right("rbac.authorization.k8s.io", "roles", "bind"),
    ]) {
      refused(/as ServiceAccount work\/operator/, program(), OPEN, NAMESPACE, ...within(each), ...master("operator"));
      accepted(program(), OPEN, NAMESPACE, ...within(each));
    }
  });

  it("finds ways over several accounts exactly where a search by hand does", () => {
    const [accounts, namespaces] = [6, 3];
    const homeOf = (account: number) => account % namespaces;
    const edges = fc.uniqueArray(fc.tuple(fc.nat(accounts - 1), fc.nat(namespaces - 1)), { maxLength: 8, selector: String });
    fc.assert(
      fc.property(edges, fc.uniqueArray(fc.nat(accounts - 1), { maxLength: 2 }), (makes, masters) => {
        const names = (account: number) => ({ kind: "ServiceAccount", name: `a${account}`, namespace: `n${homeOf(account)}` });
        const objects = [
          ...masters.flatMap((account) => master(`a${account}`, `n${homeOf(account)}`)),
          ...makes.flatMap(([account, namespace]) => {
            const metadata = { name: `a${account}`, namespace: `n${namespace}` };
            return [
              { ...changed(ROLE, ["rules"], [right("", "pods", "create")]), metadata },
              { ...changed(changed(BINDING, ["roleRef", "name"], `a${account}`), ["subjects"], [names(account)]), metadata },
            ];
          }),
          changed(program({ serviceAccountName: "a0", hostNetwork: true }), ["metadata", "namespace"], "n0"),
        ];
        const reached = new Set([0]);
        for (const account of reached)
          for (const [from, namespace] of makes)
            if (from === account) for (let other = 0; other < accounts; other++) if (homeOf(other) === namespace) reached.add(other);
        assert.equal(
          said(...objects).length > 0,
          masters.some((each) => reached.has(each)),
        );
      }),
    );
  });

  it("leaves alone what a chart's description and a patch do not tell", () => {
    const unnamed = program({ serviceAccountName: undefined, hostNetwork: true });
    const objects = everywhere(SECRETS).map((each) => changed(each, ["subjects", 0, "name"], "default"));
    const [role = {}, binding = {}] = [everywhere(SECRETS)[0] ?? {}, objects[1] ?? {}];
    const about = (more: object) =>
      judge([rule], [...objectsOf(unnamed).map((each) => ({ ...each, ...more })), ...objectsOf(role), ...objectsOf(binding)], {
        site: undefined,
      }).findings.length;
    assert.equal(about({}), 1);
    assert.equal(about({ origin: { by: "HelmRelease work/r", chart: "demo", release: "r" } }), 0);
    assert.equal(about({ partial: true }), 0);
    const patch = objectsOfResource("kubernetes:apps/v1:DeploymentPatch", program({ hostNetwork: true }), "urn");
    assert.equal(
      judge([rule], [...patch, ...everywhere(SECRETS).flatMap((each) => objectsOf(each))], { site: undefined }).findings.length,
      1,
    );
  });

  it("is never silent about what it cannot read", () => {
    const rights = everywhere(SECRETS);
    const pod = ["spec", "template", "spec"];
    neverSilent(rule, program(), [...pod, "serviceAccountName"], 1, [OPEN, ...rights]);
    neverSilent(rule, program(), [...pod, "automountServiceAccountToken"], "no", [OPEN, ...rights]);
    neverSilent(rule, program(), [...pod, "hostNetwork"], "no", rights);
    neverSilent(rule, program(), [...pod, "containers", 0, "ports"], {}, rights);
    neverSilent(rule, OPEN, ["spec", "type"], 1, [program(), ...rights]);
    neverSilent(rule, OPEN, ["spec", "selector"], "program", [program(), ...rights]);
    const [[route] = assert.fail()] = ROUTES("program", 80);
    neverSilent(rule, route, ["spec", "defaultBackend", "service", "name"], 1, [program(), INSIDE, ...rights]);
    const [role = {}, binding = {}] = rights;
    neverSilent(rule, binding, ["subjects"], {}, [program(), OPEN, role]);
    neverSilent(rule, binding, ["subjects", 0, "name"], 1, [program(), OPEN, role]);
    neverSilent(rule, binding, ["roleRef", "name"], 1, [program(), OPEN, role]);
    for (const field of ["apiGroups", "resources", "verbs"]) neverSilent(rule, role, ["rules", 0, field], {}, [program(), OPEN, binding]);
    const level = ["metadata", "labels", "pod-security.kubernetes.io/enforce"];
    neverSilent(rule, NAMESPACE, level, 1, [program(), OPEN, ...within(right("", "pods", "create"))]);
    neverSilent(rule, token("operator"), ["type"], 1, [program(), OPEN, ...within(SECRETS), ...master("operator")]);
  });

  for (const name of SITES)
    it(`finds nothing in the plan of ${name}`, async () => {
      const { site, objects } = await facilityOf(readSite(name));
      const { findings, excepted, checked } = judge([rule], objects, { site });
      assert.deepEqual([findings, excepted], [[], []]);
      assert.ok((checked[rule.name] ?? 0) > 0, "programs of accounts with rights that are reached from outside");
    });
});
