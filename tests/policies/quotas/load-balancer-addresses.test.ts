import assert from "node:assert/strict";
import { loadBalancerAddresses } from "#af/policies/quotas/load-balancer-addresses";
import { readSite } from "#af/stacks/site/read";
import { nothingFound, saidBy, siteWith, verdictOn } from "../expect";
import { loadBalancer } from "../facility-objects";
import { changed, type Data } from "../manifests";
import { describeCases, type RuleCases } from "./cases";

const ADDRESS = ["metadata", "annotations", "metallb.io/loadBalancerIPs"] as const;
const PATH = 'metadata.annotations["metallb.io/loadBalancerIPs"]';

export const cases: RuleCases = {
  rule: loadBalancerAddresses,
  passes: [loadBalancer("129.93.183.29"), loadBalancer("129.93.183.33", "other")],
  refused: [
    {
      of: 1,
      at: ADDRESS,
      value: "129.93.183.29",
      path: PATH,
      message: /^asks for 129\.93\.183\.29, which Service work\/door already has; allowed: an address of its own$/,
    },
    { of: 1, at: ADDRESS, value: "192.0.2.1", path: PATH, message: /^asks for 192\.0\.2\.1, which is in no pool; allowed: an address of / },
    { of: 1, at: ADDRESS, value: undefined, path: PATH, message: /^asks for no address and would get none/ },
  ],
  unknown: [
    { of: 1, at: ADDRESS, wrong: 1 },
    { of: 1, at: ["spec", "type"], wrong: 1 },
  ],
};

describeCases(cases);

describe("load-balancer-addresses", () => {
  const steps = ["metadata", "annotations", "metallb.io/loadBalancerIPs"];

  it("accepts an address of a pool, in every spelling", () => {
    nothingFound([loadBalancer("129.93.183.29")], loadBalancerAddresses);
    const plain = changed(loadBalancer("x"), steps, undefined);
    nothingFound(
      [changed(plain, ["metadata", "annotations", "metallb.universe.tf/loadBalancerIPs"], "129.93.183.33")],
      loadBalancerAddresses,
    );
    nothingFound([changed(plain, ["spec", "loadBalancerIP"], "129.93.183.33")], loadBalancerAddresses);
  });

  it("leaves other Services alone", () => {
    assert.deepEqual(verdictOn([changed(loadBalancer("x"), ["spec", "type"], "ClusterIP")], [loadBalancerAddresses]).findings, []);
  });

  it("accepts Services that share an address by one key with ports of their own, and no others", () => {
    const sharing = (name: string, key: string, port: number) => {
      const service = changed(loadBalancer("129.93.183.29", name), ["metadata", "annotations", "metallb.io/allow-shared-ip"], key);
      return changed(service, ["spec", "ports", 0, "port"], port);
    };
    nothingFound([sharing("a", "web", 80), sharing("b", "web", 443)], loadBalancerAddresses);
    for (const other of [sharing("b", "other", 443), sharing("b", "web", 80)])
      assert.equal(verdictOn([sharing("a", "web", 80), other], [loadBalancerAddresses]).findings.length, 1);
  });
});

describe("load-balancer-addresses, by the load balancer of the site", () => {
  const plain = changed(loadBalancer("x"), ["metadata", "annotations"], undefined);
  const asking = (annotation: string, address: string) => changed(plain, ["metadata", "annotations", annotation], address);
  const said = (settings: object, ...objects: readonly Data[]) =>
    saidBy(loadBalancerAddresses, objects, siteWith(["platform", "loadBalancer"], settings));
  const metallb = { kind: "metallb", pools: { a: ["192.0.2.8/30"], b: ["192.0.2.16/32"] } };
  const provided = { kind: "provided", addresses: ["192.0.2.8/30"], annotation: "example.org/address" };

  it("says which addresses there are", () => {
    const none = "asks for no address and would get none, for pools give them out by name only; allowed: an address of ";
    assert.deepEqual(said(metallb, plain), [`${none}192.0.2.8/30, 192.0.2.16/32`]);
    assert.deepEqual(said(metallb, asking("metallb.io/loadBalancerIPs", "192.0.2.7")), [
      "asks for 192.0.2.7, which is in no pool; allowed: an address of 192.0.2.8/30, 192.0.2.16/32",
    ]);
    assert.deepEqual(said({ kind: "none" }, asking("metallb.io/loadBalancerIPs", "192.0.2.8")), [
      "asks for 192.0.2.8, which is in no pool; allowed: an address of none, for the site has no load balancer",
    ]);
    // Without a load balancer nothing gives an address out, by name or otherwise.
    assert.deepEqual(said({ kind: "none" }, plain), []);
  });

  it("reads the annotation of a load balancer that the cluster came with, and of no other", () => {
    const own = asking("example.org/address", "192.0.2.8");
    assert.deepEqual(said(provided, own), []);
    assert.match(said(provided, asking("example.org/address", "192.0.2.7"))[0] ?? "", /^asks for 192\.0\.2\.7, which is in no pool/);
    assert.match(said(metallb, own)[0] ?? "", /^asks for no address/);
    const [finding] = verdictOn([plain], [loadBalancerAddresses], siteWith(["platform", "loadBalancer"], provided)).findings;
    assert.equal(finding?.path, 'metadata.annotations["example.org/address"]');
  });

  it("reads several addresses of one Service, however they are spaced", () => {
    assert.deepEqual(said(metallb, asking("metallb.io/loadBalancerIPs", " 192.0.2.8 , ,192.0.2.16")), []);
    assert.match(
      said(metallb, asking("metallb.io/loadBalancerIPs", "192.0.2.8,192.0.2.7")).join("\n"),
      /^asks for 192\.0\.2\.7, which[^\n]*$/,
    );
  });

  it("asks about Services alone", () => {
    assert.deepEqual(said(metallb, { ...plain, kind: "Gateway" }), []);
    assert.deepEqual(saidBy(loadBalancerAddresses, [{ ...plain, apiVersion: "example.org/v1" }], readSite("fnal")), []);
  });

  it("lets Services share an address by a key, if no port of one protocol is the same", () => {
    const sharing = (name: string, ports: readonly object[], keys: object = { "metallb.io/allow-shared-ip": "web" }) => ({
      ...plain,
      metadata: { name, namespace: "work", annotations: { "metallb.io/loadBalancerIPs": "192.0.2.8", ...keys } },
      spec: { type: "LoadBalancer", ports },
    });
    const clash = ["asks for 192.0.2.8, which Service work/a already has; allowed: an address of its own"];
    const http = [{ port: 80 }];
    assert.deepEqual(said(metallb, sharing("a", http), sharing("b", [{ port: 80, protocol: "UDP" }])), []);
    assert.deepEqual(said(metallb, sharing("a", http), sharing("b", [{ port: 80, protocol: "TCP" }])), clash);
    assert.deepEqual(said(metallb, sharing("a", http), sharing("b", [{ port: 443 }, { port: 80 }])), clash);
    assert.deepEqual(said(metallb, sharing("a", http, {}), sharing("b", [{ port: 443 }], {})), clash);
  });
});
