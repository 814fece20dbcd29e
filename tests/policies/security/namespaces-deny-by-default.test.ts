import assert from "node:assert/strict";
import { namespacesDenyByDefault } from "#af/policies/security/namespaces-deny-by-default";
import { neverSilent, nothingFound, onlyFinding, saidBy, verdictOn } from "../expect";
import { changed, DEFAULT_DENY, KEPT, LIMIT_RANGE, NAMESPACE, QUOTA, type Data } from "../manifests";

describe("namespaces-deny-by-default", () => {
  const withPolicy = (...policies: readonly unknown[]) => [NAMESPACE, QUOTA, LIMIT_RANGE, ...(policies as (typeof NAMESPACE)[])];
  const spec = (value: unknown) => withPolicy({ ...DEFAULT_DENY, spec: value });

  it("accepts both directions in one policy or in two, in raw and in defaulted form", () => {
    nothingFound(KEPT, namespacesDenyByDefault);
    nothingFound(spec({ podSelector: { matchLabels: null }, policyTypes: ["Egress", "Ingress"], ingress: [] }), namespacesDenyByDefault);
    const two = ["Ingress", "Egress"].map((type) => ({
      ...DEFAULT_DENY,
      metadata: { name: type, namespace: "work" },
      spec: { podSelector: {}, policyTypes: [type] },
    }));
    nothingFound(withPolicy(...two), namespacesDenyByDefault);
  });

  it("refuses a direction that is left open", () => {
    onlyFinding(
      spec({ podSelector: {}, policyTypes: ["Ingress"] }),
      namespacesDenyByDefault,
      "",
      /no NetworkPolicy denies Egress of all pods/,
    );
    onlyFinding(spec({ podSelector: {}, policyTypes: ["Ingress", "Egress"], egress: [{}] }), namespacesDenyByDefault, "", /denies Egress/);
  });

  it("refuses a second policy that lets all pods reach everything", () => {
    const second = (value: object) => ({
      ...DEFAULT_DENY,
      metadata: { name: "second", namespace: "work" },
      spec: { podSelector: {}, ...value },
    });
    const everywhere = { ipBlock: { cidr: "0.0.0.0/0" } };
    onlyFinding(
      [...KEPT, second({ ingress: [{}] })],
      namespacesDenyByDefault,
      "spec.ingress[0]",
      /opens Ingress of all pods to everything/,
    );
    onlyFinding(
      [...KEPT, second({ policyTypes: ["Egress"], egress: [{ to: [everywhere] }] })],
      namespacesDenyByDefault,
      "spec.egress[0]",
      /opens Egress/,
    );
    nothingFound(
      [...KEPT, second({ policyTypes: ["Egress"], egress: [{ to: [everywhere], ports: [{ port: 443 }] }] })],
      namespacesDenyByDefault,
    );
    nothingFound([...KEPT, second({ ingress: [{ from: [{ podSelector: {} }] }] })], namespacesDenyByDefault);
  });

  it("reads a policy without policyTypes as the API server does", () => {
    const egress = { ...DEFAULT_DENY, metadata: { name: "egress", namespace: "work" }, spec: { podSelector: {}, policyTypes: ["Egress"] } };
    nothingFound(withPolicy({ ...DEFAULT_DENY, spec: { podSelector: {} } }, egress), namespacesDenyByDefault);
    onlyFinding(spec({ podSelector: {} }), namespacesDenyByDefault, "", /no NetworkPolicy denies Egress of all pods/);
  });

  it("refuses a policy of some pods, of another namespace, and none at all", () => {
    const both = (objects: Parameters<typeof verdictOn>[0]) =>
      assert.equal(verdictOn(objects, [namespacesDenyByDefault]).findings.length, 2);
    both(spec({ podSelector: { matchLabels: { app: "hub" } }, policyTypes: ["Ingress", "Egress"] }));
    both(withPolicy({ ...DEFAULT_DENY, metadata: { name: "default-deny", namespace: "elsewhere" } }));
    both(withPolicy());
  });

  it("is never silent about what it cannot read", () => {
    neverSilent(namespacesDenyByDefault, DEFAULT_DENY, ["spec"], "none", [NAMESPACE]);
    neverSilent(namespacesDenyByDefault, DEFAULT_DENY, ["spec", "policyTypes"], "Ingress", [NAMESPACE]);
    neverSilent(namespacesDenyByDefault, DEFAULT_DENY, ["spec", "policyTypes", 0], 1, [NAMESPACE]);
    neverSilent(namespacesDenyByDefault, DEFAULT_DENY, ["spec", "podSelector"], "all", [NAMESPACE]);
  });
});

describe("namespaces-deny-by-default, by what a policy selects and opens", () => {
  const policies = (...specs: readonly Data[]) =>
    specs.map((spec, index) => ({ ...DEFAULT_DENY, metadata: { name: `p${index}`, namespace: "work" }, spec }));
  const said = (...specs: readonly Data[]) => saidBy(namespacesDenyByDefault, [NAMESPACE, ...policies(...specs)]);
  const none = (direction: string) => `no NetworkPolicy denies ${direction} of all pods; allowed: nothing but what a policy allows`;
  const all = (direction: string) => `the rule opens ${direction} of all pods to everything; allowed: named peers or ports`;
  const both = { podSelector: {}, policyTypes: ["Ingress", "Egress"] };

  it("takes every empty selector for all pods, and no other", () => {
    for (const podSelector of [{}, { matchLabels: {} }, { matchExpressions: [] }, { matchLabels: null, matchExpressions: [] }, undefined])
      assert.deepEqual(said(changed(both, ["podSelector"], podSelector)), [], JSON.stringify(podSelector));
    const app = { matchLabels: { app: "a" } };
    for (const podSelector of [app, { matchLabels: {}, matchExpressions: [{ key: "app", operator: "Exists" }] }])
      assert.deepEqual(said({ ...both, podSelector }), [none("Ingress"), none("Egress")]);
  });

  it("takes a policy without types for one of what it has rules for, and always of Ingress", () => {
    assert.deepEqual(said({ podSelector: {} }), [none("Egress")]);
    assert.deepEqual(said({ podSelector: {}, egress: [] }), [none("Egress")]);
    const egress = [{ to: [{ podSelector: {} }] }];
    assert.deepEqual(said({ podSelector: {}, egress }), [none("Egress")]);
    assert.deepEqual(said({ podSelector: {}, egress }, { podSelector: {}, policyTypes: ["Egress"] }), []);
    // Without types its rules for Egress count, so that it opens what the other denies.
    assert.deepEqual(said({ podSelector: {}, egress: [{}] }, { podSelector: {}, policyTypes: ["Egress"] }), [all("Egress")]);
  });

  it("refuses what opens everything again, in either direction, and accepts named peers and ports", () => {
    for (const [direction, list, peers] of [
      ["Ingress", "ingress", "from"],
      ["Egress", "egress", "to"],
    ] as const) {
      const opened = (rule: Data) => said(both, { podSelector: {}, policyTypes: [direction], [list]: [rule] });
      const everywhere = { ipBlock: { cidr: "0.0.0.0/0" } };
      for (const rule of [
        {},
        { [peers]: [] },
        { [peers]: [everywhere] },
        { [peers]: [{ podSelector: {} }, { ipBlock: { cidr: "::/0" } }] },
      ])
        assert.deepEqual(opened(rule), [all(direction)], JSON.stringify(rule));
      for (const rule of [
        { ports: [{ port: 443 }] },
        { [peers]: [everywhere], ports: [{ port: 443 }] },
        { [peers]: [{ podSelector: {} }] },
        { [peers]: [{ ipBlock: { cidr: "0.0.0.0/0", except: ["10.0.0.0/8"] } }] },
        { [peers]: [{ ipBlock: { cidr: "192.0.2.0/24" } }] },
      ])
        assert.deepEqual(opened(rule), [], JSON.stringify(rule));
    }
  });
});
