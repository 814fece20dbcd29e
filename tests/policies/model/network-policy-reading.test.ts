import assert from "node:assert/strict";
import { Malformed, Undetermined, UNKNOWN } from "#af/policies/model/field";
import { networkPolicyOf } from "#af/policies/model/network-policy-reading";
import { objectsOf } from "#af/policies/model/objects";
import { changed, DEFAULT_DENY, type Data } from "../manifests";

/** What is read of a policy with this spec. */
function read(spec: Data) {
  const [object] = objectsOf(changed(DEFAULT_DENY, ["spec"], spec));
  return networkPolicyOf(object ?? assert.fail()) ?? assert.fail();
}

const peersOf = (from: unknown) => read({ ingress: [{ from }] }).ingress?.[0]?.peers;
const portsOf = (ports: unknown) => read({ ingress: [{ ports }] }).ingress?.[0]?.ports;
const pods = (app: string) => ({ matchLabels: { app } });

describe("a NetworkPolicy", () => {
  it("is one by its API group and its kind", () => {
    const of = (change: Data) => networkPolicyOf(objectsOf({ ...DEFAULT_DENY, ...change })[0] ?? assert.fail());
    assert.deepEqual(of({}), {
      namespace: "work",
      name: "default-deny",
      podSelector: { matchLabels: {}, matchExpressions: [] },
      ingress: [],
      egress: [],
    });
    for (const other of [{ kind: "ConfigMap" }, { apiVersion: "crd.projectcalico.org/v1" }, { apiVersion: "networking.k8s.io/v1beta1" }])
      assert.equal(of(other), undefined);
  });

  it("isolates the directions of its policyTypes, and without them ingress, and egress if it has rules of it", () => {
    const rules = { ingress: [{}], egress: [{}, {}] };
    for (const [spec, ingress, egress] of [
      [{}, 0, undefined],
      [{ policyTypes: [] }, 0, undefined],
      [{ egress: [] }, 0, undefined],
      [{ egress: [{}] }, 0, 1],
      [rules, 1, 2],
      [{ ...rules, policyTypes: ["Ingress"] }, 1, undefined],
      [{ ...rules, policyTypes: ["Egress"] }, undefined, 2],
      [{ policyTypes: ["Egress"] }, undefined, 0],
      [{ ...rules, policyTypes: ["Ingress", "Egress"] }, 1, 2],
    ] as const) {
      const policy = read(spec);
      assert.deepEqual([policy.ingress?.length, policy.egress?.length], [ingress, egress], JSON.stringify(spec));
    }
  });

  it("has the selectors and the blocks of its peers, of `from` in ingress and of `to` in egress", () => {
    const selected = (app: string) => ({ matchLabels: { app }, matchExpressions: [] });
    const expression = { key: "app", operator: "In", values: ["a"] };
    assert.deepEqual(
      peersOf([
        { podSelector: pods("a") },
        { namespaceSelector: pods("b") },
        { podSelector: {}, namespaceSelector: { matchExpressions: [expression] } },
        { ipBlock: { cidr: "192.0.2.0/24" } },
        { ipBlock: { cidr: "192.0.2.0/24", except: ["192.0.2.0/25", "192.0.2.200/32"] } },
        { ipBlock: {} },
        {},
      ]),
      [
        { podSelector: selected("a") },
        { namespaceSelector: selected("b") },
        {
          podSelector: { matchLabels: {}, matchExpressions: [] },
          namespaceSelector: { matchLabels: {}, matchExpressions: [expression] },
        },
        { ipBlock: { cidr: "192.0.2.0/24", except: [] } },
        { ipBlock: { cidr: "192.0.2.0/24", except: ["192.0.2.0/25", "192.0.2.200/32"] } },
        { ipBlock: { cidr: "", except: [] } },
        {},
      ],
    );
    assert.deepEqual(read({ podSelector: pods("own") }).podSelector, selected("own"));
    assert.deepEqual(read({}).podSelector, {});
    const { ingress, egress } = read({ ingress: [{ from: [{}], to: [] }], egress: [{ to: [{}, {}], from: [] }] });
    assert.deepEqual([ingress?.[0]?.peers.length, egress?.[0]?.peers.length], [1, 2]);
  });

  it("has ports by number, range and name, of TCP unless another protocol is given", () => {
    assert.deepEqual(
      portsOf([
        {},
        { port: 80 },
        { port: 80, endPort: 90, protocol: "UDP" },
        { port: "http", protocol: "SCTP" },
        { port: "http", protocol: "TCP" },
        { protocol: "other" },
        { port: 0 },
      ]),
      [
        { protocol: "TCP" },
        { protocol: "TCP", port: 80 },
        { protocol: "UDP", port: 80, endPort: 90 },
        { protocol: "SCTP", port: "http" },
        { protocol: "TCP", port: "http" },
        { protocol: "TCP" },
        { protocol: "TCP", port: 0 },
      ],
    );
    assert.deepEqual([peersOf(undefined), portsOf(undefined)], [[], []]);
  });

  it("is refused where it is not known or of a wrong type, and never read as one that allows less", () => {
    const at = (steps: readonly (string | number)[], value: unknown) => () => read(changed({ ingress: [], egress: [] }, steps, value));
    for (const [steps, wrong, message] of [
      [["policyTypes"], "Ingress", "spec.policyTypes is text; allowed: a list"],
      [["policyTypes", 0], 1, "spec.policyTypes[0] is a number; allowed: text"],
      [["podSelector"], [], "spec.podSelector is a list; allowed: an object"],
      [["ingress"], {}, "spec.ingress is an object; allowed: a list"],
      [["egress", 0, "to"], "all", "spec.egress[0].to is text; allowed: a list"],
      [["ingress", 0, "from", 0, "ipBlock", "cidr"], 10, "spec.ingress[0].from[0].ipBlock.cidr is a number; allowed: text"],
      [["ingress", 0, "from", 0, "ipBlock", "except", 0], true, "spec.ingress[0].from[0].ipBlock.except[0] is a boolean; allowed: text"],
      [["ingress", 0, "from", 0, "namespaceSelector"], "a", "spec.ingress[0].from[0].namespaceSelector is text; allowed: an object"],
      [["ingress", 0, "ports", 0, "port"], true, "spec.ingress[0].ports[0].port is a boolean; allowed: a whole number"],
      [["ingress", 0, "ports", 0, "port"], 1.5, "spec.ingress[0].ports[0].port is a number; allowed: a whole number"],
      [["ingress", 0, "ports", 0, "endPort"], "90", "spec.ingress[0].ports[0].endPort is text; allowed: a whole number"],
      [["ingress", 0, "ports", 0, "protocol"], 6, "spec.ingress[0].ports[0].protocol is a number; allowed: text"],
    ] as const) {
      assert.throws(at(steps, wrong), (error) => error instanceof Malformed && error.message === message, message);
      assert.throws(at(steps, UNKNOWN), Undetermined, message);
    }
  });
});
