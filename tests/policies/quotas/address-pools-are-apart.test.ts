import assert from "node:assert/strict";
import fc from "fast-check";
import { addressPoolsAreApart } from "#af/policies/quotas/address-pools-are-apart";
import { saidBy, SITE } from "../expect";
import { addressPool } from "../facility-objects";
import { describeCases, type RuleCases } from "./cases";

export const cases: RuleCases = {
  rule: addressPoolsAreApart,
  passes: [addressPool("one", "192.0.2.0/28"), addressPool("two", "192.0.2.16/28")],
  refused: [
    {
      of: 1,
      at: ["spec", "addresses", 0],
      value: "192.0.2.15-192.0.2.31",
      path: "spec.addresses[0]",
      message: /^192\.0\.2\.15-192\.0\.2\.31 overlaps 192\.0\.2\.0\/28 of IPAddressPool work\/one$/,
    },
    // The last address of one is the first of another.
    { of: 1, at: ["spec", "addresses", 0], value: "192.0.1.0-192.0.2.0", path: "spec.addresses[0]", message: /overlaps 192\.0\.2\.0\/28/ },
    { of: 1, at: ["spec", "addresses", 0], value: "10.244.7.0/24", path: "spec.addresses[0]", message: /overlaps the pod network/ },
    { of: 1, at: ["spec", "addresses", 0], value: "10.96.0.10/32", path: "spec.addresses[0]", message: /overlaps the Service network/ },
  ],
  unknown: [{ of: 1, at: ["spec", "addresses"], wrong: "all" }],
};

describeCases(cases);

describe("address-pools-are-apart, of many pools", () => {
  const range = fc.tuple(fc.nat(40), fc.nat(4)).map(([first, more]) => [first, first + more] as const);

  const poolsOf = (ranges: readonly (readonly [first: number, last: number])[]) =>
    ranges.map(([first, last], index) => addressPool(`p${index}`, `192.0.2.${first}-192.0.2.${last}`));

  it("tells of an overlap once for each pool that has an address of one that begins before it", () => {
    fc.assert(
      fc.property(fc.array(range, { maxLength: 8 }), (ranges) => {
        const sorted = [...ranges].sort(([a], [b]) => a - b);
        const overlapping = sorted.filter(([first], index) => sorted.slice(0, index).some(([, last]) => first <= last));
        const said = saidBy(addressPoolsAreApart, poolsOf(ranges), SITE);
        assert.equal(said.length, overlapping.length);
        for (const each of said) {
          const [own, other] = [...each.matchAll(/192\.0\.2\.(\d+)-192\.0\.2\.(\d+)/g)].map(([, first, last]) => [
            Number(first),
            Number(last),
          ]);
          assert.ok(own && other && (own[0] ?? 0) <= (other[1] ?? 0) && (other[0] ?? 0) <= (own[1] ?? 0), each);
        }
      }),
    );
  });

  it("names the first pool of those that reach furthest, under the later of the two", () => {
    const pools = poolsOf([
      [10, 20],
      [0, 10],
      [15, 20],
      [20, 21],
    ]);
    assert.deepEqual([...saidBy(addressPoolsAreApart, pools, SITE)].sort(), [
      "192.0.2.0-192.0.2.10 overlaps 192.0.2.10-192.0.2.20 of IPAddressPool work/p0",
      "192.0.2.15-192.0.2.20 overlaps 192.0.2.10-192.0.2.20 of IPAddressPool work/p0",
      "192.0.2.20-192.0.2.21 overlaps 192.0.2.10-192.0.2.20 of IPAddressPool work/p0",
    ]);
  });
});
