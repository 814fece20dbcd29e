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

  it("tells of an overlap exactly where two pools have an address in common, once a pool at most", () => {
    fc.assert(
      fc.property(fc.array(range, { maxLength: 8 }), (ranges) => {
        const pools = ranges.map(([first, last], index) => addressPool(`p${index}`, `192.0.2.${first}-192.0.2.${last}`));
        const overlap = ranges.some(([first, last], index) => ranges.slice(index + 1).some(([from, to]) => first <= to && from <= last));
        const said = saidBy(addressPoolsAreApart, pools, SITE);
        assert.equal(said.length > 0, overlap);
        assert.ok(said.length < Math.max(1, ranges.length));
      }),
    );
  });
});
