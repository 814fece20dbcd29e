import assert from "node:assert/strict";
import { clusterFacts } from "#af/components/tenancy/cluster";
import { FLOWS, policiesOf, type Flow } from "#af/components/tenancy/flows";
import { ROLES, type Role } from "#af/components/tenancy/roles";

type Rule = { from?: unknown[]; to?: unknown[]; ports?: { port: number; endPort?: number }[] };

describe("network policies of a namespace", () => {
  const networks = { version: "1.34", podCidr: "10.0.0.0/16", serviceCidr: "10.1.0.0/16" };
  const plain = clusterFacts({ kind: "kubeadm", ...networks });
  const okd = clusterFacts({ kind: "okd", ...networks });
  const names = Object.fromEntries(ROLES.map((role) => [role, `ns-${role}`])) as Record<Role, string>;
  const around = { names, cluster: plain, flows: [] };

  it("deny by default, and allow DNS and talk within", () => {
    for (const role of ROLES) {
      const { "default-deny": deny, "allow-dns": dns, "allow-within": within } = policiesOf(role, around);
      assert.deepEqual(deny, { podSelector: {}, policyTypes: ["Ingress", "Egress"] });
      assert.match(JSON.stringify(dns), /"port":53/);
      assert.ok(within);
    }
  });

  it("are two-sided: whoever may send to a role, that role may receive from", () => {
    for (const { from, to, ports } of FLOWS) {
      if (!isRole(from) || !isRole(to)) continue;
      assert.ok(allows(egress(from), "to", names[to], ports), `${from} may not send to ${to}`);
      assert.ok(allows(ingress(to), "from", names[from], ports), `${to} may not receive from ${from}`);
    }
  });

  it("leave out roles that a site does not have", () => {
    const { "allow-flows": flows } = policiesOf("hub", { names: { hub: "users" }, cluster: plain, flows: [] });
    assert.doesNotMatch(JSON.stringify(flows), /ns-|undefined/);
  });

  it("follow the kind of cluster: where DNS is, and who comes in for the router", () => {
    const { "allow-dns": dns, "allow-flows": flows } = policiesOf("hub", { names, cluster: okd, flows: [] });
    assert.match(JSON.stringify(dns), /openshift-dns.*"port":5353/);
    assert.match(JSON.stringify(flows), /network\.openshift\.io\/ingress/);
    const { "allow-dns": plainDns, "allow-flows": plainFlows } = policiesOf("hub", around);
    assert.match(JSON.stringify(plainDns), /kube-system.*"port":53\b/);
    assert.doesNotMatch(JSON.stringify(plainFlows), /openshift/);
  });

  it("never open a namespace to everybody on every port", () => {
    for (const role of ROLES) assert.ok(!ingress(role).some((rule) => !rule.from && !rule.ports), `${role} is open to all`);
  });

  it("add what one site needs, ranges of ports too, to the flows of every site", () => {
    const flows: readonly Flow[] = [{ from: "rook", to: "anywhere", ports: [6789, [6800, 7568]] }];
    const added = policiesOf("rook", { ...around, flows })["allow-flows"]?.egress as readonly Rule[];
    assert.deepEqual(added.slice(egress("rook").length), [
      {
        ports: [
          { protocol: "TCP", port: 6789 },
          { protocol: "TCP", port: 6800, endPort: 7568 },
        ],
      },
    ]);
    assert.deepEqual(policiesOf("hub", { ...around, flows }), policiesOf("hub", around));
  });

  const ingress = (role: Role): readonly Rule[] => (policiesOf(role, around)["allow-flows"]?.ingress ?? []) as Rule[];
  const egress = (role: Role): readonly Rule[] => (policiesOf(role, around)["allow-flows"]?.egress ?? []) as Rule[];
});

function isRole(value: string): value is Role {
  return (ROLES as readonly string[]).includes(value);
}

function allows(rules: readonly Rule[], side: "from" | "to", namespace: string, ports: Flow["ports"]): boolean {
  return rules.some(
    (rule) =>
      (rule[side] === undefined || JSON.stringify(rule[side]).includes(`"${namespace}"`)) &&
      (rule.ports === undefined || ports.every((port) => rule.ports?.some((entry) => entry.port === port))),
  );
}
