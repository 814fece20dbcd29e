import assert from "node:assert/strict";
import { clusterFacts } from "#af/components/tenancy/cluster";
import { podKind, type Flow } from "#af/components/tenancy/flows";
import { policiesOf } from "#af/components/tenancy/network-policies";
import { ROLES, type Role } from "#af/components/tenancy/roles";

type Rule = { from?: unknown[]; to?: unknown[]; ports?: { protocol: string; port?: number; endPort?: number }[] };
type Spec = { podSelector?: unknown; ingress?: Rule[]; egress?: Rule[] };

const networks = {
  version: "1.34",
  networkPlugin: "calico" as const,
  podCidr: "10.0.0.0/16",
  serviceCidr: "10.1.0.0/16",
  hostCidrs: ["172.16.0.0/24", "172.17.0.0/24"],
  hardening: {},
};
const plain = clusterFacts({ kind: "kubeadm", ...networks });
const okd = clusterFacts({ kind: "okd", ...networks });
const names = Object.fromEntries(ROLES.map((role) => [role, `ns-${role}`])) as Record<Role, string>;
const hosts = networks.hostCidrs.map((cidr) => ({ ipBlock: { cidr } }));

describe("network policies of a namespace", () => {
  const policies = (role: Role, flows: readonly Flow[], cluster = plain, known: Partial<Record<Role, string>> = names) =>
    policiesOf(role, { names: known, cluster, flows }) as Record<string, Spec>;
  const egress = (to: Flow["to"], ports: Flow["ports"] = [1094], cluster = plain) =>
    policies("hub", [{ from: "hub", to, ports }], cluster)["allow-flows"]?.egress;
  const tcp = (port: number) => ({ protocol: "TCP", port });
  const namespace = (name: string) => ({ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } } });

  it("deny by default, within the namespace too, and let every pod ask the DNS", () => {
    const { "default-deny": deny, "allow-dns": dns, "allow-flows": flows, ...others } = policies("hub", []);
    assert.deepEqual(deny, { podSelector: {}, policyTypes: ["Ingress", "Egress"] });
    assert.deepEqual(dns?.egress, [
      {
        to: [namespace("kube-system"), { ipBlock: { cidr: "169.254.20.10/32" } }],
        ports: [{ protocol: "UDP", port: 53 }, tcp(53)],
      },
    ]);
    assert.deepEqual([flows?.ingress, flows?.egress, others], [undefined, undefined, {}]);
    assert.match(JSON.stringify(policies("hub", [], okd)["allow-dns"]), /openshift-dns.*"port":5353/);
  });

  it("say of each kind of peer what a policy can say", () => {
    const operator = podKind("rook", "operator", { app: "operator" });
    assert.deepEqual(egress("data"), [{ to: [namespace("ns-data")], ports: [tcp(1094)] }]);
    assert.deepEqual(egress(operator), [
      { to: [{ ...namespace("ns-rook"), podSelector: { matchLabels: { app: "operator" } } }], ports: [tcp(1094)] },
    ]);
    assert.deepEqual(egress({ kind: "outside", name: "doors", addresses: ["192.0.2.1", "192.0.2.2"] }), [
      { to: [{ ipBlock: { cidr: "192.0.2.1/32" } }, { ipBlock: { cidr: "192.0.2.2/32" } }], ports: [tcp(1094)] },
    ]);
    assert.deepEqual(egress("outside"), [
      {
        to: [
          { ipBlock: { cidr: "0.0.0.0/0", except: ["10.0.0.0/16", "10.1.0.0/16", "172.16.0.0/24", "172.17.0.0/24", "169.254.0.0/16"] } },
        ],
        ports: [tcp(1094)],
      },
    ]);
    assert.match(JSON.stringify(egress("internet")), /"cidr":"0\.0\.0\.0\/0","except":\["10\.0\.0\.0\/8",.*"169\.254\.0\.0\/16"/);
    for (const onHosts of ["api-server", "hosts"] as const) assert.deepEqual(egress(onHosts), [{ to: hosts, ports: [tcp(1094)] }], onHosts);
    assert.deepEqual(egress("router"), undefined);
    assert.deepEqual(egress("router", [443], okd), [
      { to: [{ namespaceSelector: { matchLabels: { "policy-group.network.openshift.io/ingress": "" } } }, ...hosts], ports: [tcp(443)] },
    ]);
    assert.deepEqual(policies("hub", [{ from: "anywhere", to: "hub", ports: [8000] }])["allow-flows"]?.ingress, [{ ports: [tcp(8000)] }]);
  });

  it("leave out peers that a site does not have", () => {
    const flows: readonly Flow[] = [
      { from: "hub", to: "batch", ports: [9618] },
      { from: "traefik", to: "hub", ports: [8000] },
    ];
    const { "allow-flows": spec } = policies("hub", flows, plain, { hub: "ns-hub" });
    assert.deepEqual([spec?.ingress, spec?.egress], [undefined, undefined]);
  });

  it("have one rule a peer, with every port once, in order and by protocol; a flow on every port leaves none out", () => {
    const flows: readonly Flow[] = [
      { from: "rook", to: "outside", ports: [[6800, 7568], 6789] },
      { from: "rook", to: "outside", ports: [443, 6789] },
      { from: "rook", to: "outside", ports: [53], protocol: "UDP" },
      { from: "rook", to: "skyhook", ports: [3300] },
      { from: "rook", to: "skyhook", ports: [] },
    ];
    const rules = policies("rook", flows)["allow-flows"]?.egress as Rule[];
    assert.deepEqual(
      rules.map(({ ports }) => ports?.map(({ protocol, port, endPort }) => `${protocol} ${endPort ?? port ?? "all"}`)),
      [["UDP 53", "TCP 443", "TCP 6789", "TCP 7568"], ["TCP all"]],
    );
  });

  it("give each kind of pods with flows of its own a policy of its own, which the other pods of the namespace are not under", () => {
    const operator = podKind("rook", "operator", { app: "operator" });
    const found = policies("rook", [{ from: operator, to: "skyhook", ports: [3300] }]);
    assert.deepEqual(found["allow-flows"]?.egress, undefined);
    assert.deepEqual(found["allow-flows-operator"]?.podSelector, { matchLabels: { app: "operator" } });
    assert.equal(found["allow-flows-operator"]?.egress?.length, 1);
    assert.equal(found["allow-flows-operator"]?.ingress, undefined);
  });
});
