import assert from "node:assert/strict";
import { loadBalancersHaveAddresses } from "#af/policies/quotas/load-balancers-have-addresses";
import { addressPool, loadBalancer } from "../facility-objects";
import { comparedBy } from "../expect";
import { changed, type Data } from "../manifests";
import { describeCases, type RuleCases } from "./cases";

export const cases: RuleCases = {
  rule: loadBalancersHaveAddresses,
  passes: [addressPool("public", "192.0.2.0/30"), loadBalancer("192.0.2.1"), loadBalancer("192.0.2.2", "other")],
  refused: [
    {
      of: 0,
      at: ["spec", "addresses"],
      value: ["192.0.2.1-192.0.2.1"],
      path: "",
      message: /^the stack with 2 load balancers needs 2 addresses of public and has 1: 1 too few$/,
    },
    { of: 0, at: ["spec", "addresses"], value: [], path: "", message: /has 0/ },
  ],
  boundary: { of: 0, at: ["spec", "addresses", 0], resource: /^addresses/, side: "have", write: (count) => `192.0.2.1-192.0.2.${count}` },
  unknown: [
    { of: 0, at: ["spec", "addresses"], wrong: "all" },
    { of: 0, at: ["spec", "addresses", 0], wrong: "192.0.2.1" },
    { of: 1, at: ["spec", "type"], wrong: 1 },
  ],
};

describeCases(cases);

describe("load-balancers-have-addresses, by what it counts", () => {
  const compared = (...objects: readonly Data[]) => comparedBy(loadBalancersHaveAddresses, objects);
  const keyed = (name: string, key: string) =>
    changed(loadBalancer("192.0.2.1", name), ["metadata", "annotations", "metallb.io/allow-shared-ip"], key);
  const pool = addressPool("public", "192.0.2.0/30");

  it("counts one address for all Services of a sharing key, and one for each without", () => {
    const services = [
      keyed("a", "one"),
      keyed("b", "one"),
      keyed("c", "two"),
      loadBalancer("192.0.2.2", "d"),
      loadBalancer("192.0.2.3", "e"),
    ];
    assert.deepEqual(compared(pool, ...services), ["the stack with 5 load balancers addresses of public: 4 of 4 count"]);
  });

  it("counts Services of that type alone, and no other object that names it", () => {
    const others = [
      changed(loadBalancer("192.0.2.1"), ["spec", "type"], "ClusterIP"),
      changed(loadBalancer("192.0.2.1"), ["spec", "type"], undefined),
      { ...loadBalancer("192.0.2.1"), apiVersion: "example.org/v1" },
    ];
    assert.deepEqual(compared(pool, ...others), ["the stack with 0 load balancers addresses of public: 0 of 4 count"]);
  });

  it("adds up the addresses of all pools, and compares nothing without a pool", () => {
    assert.deepEqual(compared(pool, addressPool("other", "198.51.100.1-198.51.100.3"), loadBalancer("192.0.2.1")), [
      "the stack with 1 load balancers addresses of public, other: 1 of 7 count",
    ]);
    assert.deepEqual(compared(loadBalancer("192.0.2.1")), []);
  });
});
