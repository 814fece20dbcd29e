import assert from "node:assert/strict";
import { clusterFacts } from "#af/components/tenancy/cluster";
import type { Flow, Peer } from "#af/components/tenancy/flows";
import { policiesOf } from "#af/components/tenancy/network-policies";
import { isRole, ROLES, type Role } from "#af/components/tenancy/roles";
import { allParts } from "#af/stacks/site/parts";
import { parseSite } from "#af/stacks/site/parse";
import { siteConfig, SITES } from "../../support/site-config";

type Rule = { from?: unknown[]; to?: unknown[]; ports?: { port: number; endPort?: number }[] };
type Spec = { podSelector?: unknown; ingress?: Rule[]; egress?: Rule[] };

const networks = { version: "1.34", podCidr: "10.0.0.0/16", serviceCidr: "10.1.0.0/16" };
const plain = clusterFacts({ kind: "kubeadm", ...networks });
const okd = clusterFacts({ kind: "okd", ...networks });
const names = Object.fromEntries(ROLES.map((role) => [role, `ns-${role}`])) as Record<Role, string>;

describe("network policies of a namespace", () => {
  const policies = (role: Role, flows: readonly Flow[], cluster = plain, known: Partial<Record<Role, string>> = names) =>
    policiesOf(role, { names: known, cluster, flows }) as Record<string, Spec>;
  const egress = (to: Peer, ports: Flow["ports"] = [1094], cluster = plain) =>
    policies("hub", [{ from: "hub", to, ports }], cluster)["allow-flows"]?.egress;

  it("deny by default, and allow DNS and talk within", () => {
    const { "default-deny": deny, "allow-dns": dns, "allow-within": within, "allow-flows": flows } = policies("hub", []);
    assert.deepEqual(deny, { podSelector: {}, policyTypes: ["Ingress", "Egress"] });
    assert.match(JSON.stringify(dns), /kube-system.*"port":53\b/);
    assert.ok(within);
    assert.deepEqual([flows?.ingress, flows?.egress], [undefined, undefined]);
    assert.match(JSON.stringify(policies("hub", [], okd)["allow-dns"]), /openshift-dns.*"port":5353/);
  });

  it("say of each kind of peer what a policy can say", () => {
    const tcp = (port: number) => ({ protocol: "TCP", port });
    const namespace = (name: string) => ({ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } } });
    assert.deepEqual(egress("data"), [{ to: [namespace("ns-data")], ports: [tcp(1094)] }]);
    assert.deepEqual(egress("users"), [{ to: [namespace("ns-hub")], ports: [tcp(1094)] }]);
    assert.deepEqual(egress({ kind: "pods", role: "rook", labels: { app: "operator" } }), [
      { to: [{ ...namespace("ns-rook"), podSelector: { matchLabels: { app: "operator" } } }], ports: [tcp(1094)] },
    ]);
    assert.deepEqual(egress({ kind: "outside", name: "doors", addresses: ["192.0.2.1", "192.0.2.2"] }), [
      { to: [{ ipBlock: { cidr: "192.0.2.1/32" } }, { ipBlock: { cidr: "192.0.2.2/32" } }], ports: [tcp(1094)] },
    ]);
    assert.match(JSON.stringify(egress("internet")), /"cidr":"0\.0\.0\.0\/0","except":\["10\.0\.0\.0\/8",.*"169\.254\.0\.0\/16"/);
    for (const anywhere of ["anywhere", "api-server", { kind: "hosts", pools: ["a"] }] as const)
      assert.deepEqual(egress(anywhere), [{ ports: [tcp(1094)] }], JSON.stringify(anywhere));
    assert.deepEqual(egress("router"), undefined);
    assert.match(JSON.stringify(egress("router", [8000], okd)), /network\.openshift\.io\/ingress/);
  });

  it("leave out peers that a site does not have", () => {
    const flows: readonly Flow[] = [
      { from: "hub", to: "batch", ports: [9618] },
      { from: "traefik", to: "hub", ports: [8000] },
    ];
    const { "allow-flows": spec } = policies("hub", flows, plain, { hub: "ns-hub" });
    assert.deepEqual([spec?.ingress, spec?.egress], [undefined, undefined]);
  });

  it("have one rule a peer, with every port once and in order; a flow on every port leaves none out", () => {
    const flows: readonly Flow[] = [
      { from: "rook", to: "anywhere", ports: [[6800, 7568], 6789] },
      { from: "rook", to: "api-server", ports: [443, 6789] },
      { from: "rook", to: "skyhook", ports: [3300] },
      { from: "rook", to: "skyhook", ports: [] },
    ];
    const rules = policies("rook", flows)["allow-flows"]?.egress as Rule[];
    assert.deepEqual(
      rules.map(({ ports }) => ports?.map(({ port, endPort }) => endPort ?? port)),
      [[443, 6789, 7568], undefined],
    );
  });

  it("give pods with flows of their own a policy of their own, which the other pods of the namespace are not under", () => {
    const operator: Peer = { kind: "pods", role: "rook", labels: { app: "operator" } };
    const found = policies("rook", [{ from: operator, to: "skyhook", ports: [3300] }]);
    assert.deepEqual(found["allow-flows"]?.egress, undefined);
    assert.deepEqual(found["allow-flows-operator"]?.podSelector, { matchLabels: { app: "operator" } });
    assert.equal(found["allow-flows-operator"]?.egress?.length, 1);
    assert.equal(found["allow-flows-operator"]?.ingress, undefined);
  });
});

for (const site of SITES) {
  describe(`flows of ${site}`, () => {
    const parts = allParts(parseSite(siteConfig(site), site));
    const flows = parts.flatMap((part) => part.flows);
    const roles = ROLES.filter((role) => parts.some((part) => part.role === role));
    const rulesOf = (role: Role, side: "ingress" | "egress"): readonly Rule[] =>
      (policiesOf(role, { names, cluster: plain, flows })["allow-flows"]?.[side] ?? []) as Rule[];

    it("are two-sided: whoever may send to a role, that role may receive from", () => {
      for (const { from, to, ports } of flows) {
        if (!isRole(from) || !isRole(to)) continue;
        assert.ok(allows(rulesOf(from, "egress"), "to", names[to], ports), `${from} may not send to ${to}`);
        assert.ok(allows(rulesOf(to, "ingress"), "from", names[from], ports), `${to} may not receive from ${from}`);
      }
    });

    it("never open a namespace to everybody on every port", () => {
      for (const role of roles) assert.ok(!rulesOf(role, "ingress").some((rule) => !rule.from && !rule.ports), `${role} is open to all`);
    });

    it("let everything out that its namespace's workloads are told to reach: each has the API server or a peer", () => {
      for (const role of roles.filter((each) => each !== "data" && each !== "batch"))
        assert.ok(
          flows.some(({ from, to }) => from === role && to === "api-server"),
          `${role} may not ask the API server`,
        );
    });
  });
}

function allows(rules: readonly Rule[], side: "from" | "to", namespace: string, ports: Flow["ports"]): boolean {
  return rules.some(
    (rule) =>
      (rule[side] === undefined || JSON.stringify(rule[side]).includes(`"${namespace}"`)) &&
      (rule.ports === undefined || (ports.length > 0 && ports.every((port) => rule.ports?.some((entry) => entry.port === port)))),
  );
}
