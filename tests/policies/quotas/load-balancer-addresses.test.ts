import assert from "node:assert/strict";
import { loadBalancerAddresses } from "#af/policies/quotas/load-balancer-addresses";
import { nothingFound, verdictOn } from "../expect";
import { loadBalancer } from "../facility-objects";
import { changed } from "../manifests";
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
