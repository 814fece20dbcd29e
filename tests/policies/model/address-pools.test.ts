import assert from "node:assert/strict";
import fc from "fast-check";
import { addressCount, addressPools } from "#af/policies/model/address-pools";
import { objectsOf } from "#af/policies/model/objects";
import type { SiteRule } from "#af/policies/model/rules";
import { addressPoolsAreApart } from "#af/policies/quotas/address-pools-are-apart";
import { SITE, verdictOn } from "../expect";

const pool = (addresses: unknown, more: object = {}) => ({
  apiVersion: "metallb.io/v1beta1",
  kind: "IPAddressPool",
  metadata: { name: "pool", namespace: "work" },
  spec: { addresses, ...more },
});

/** The pools that are read, and what is found of those that cannot be. */
function read(...objects: readonly object[]) {
  let pools: ReturnType<typeof addressPools> = [];
  const rule: SiteRule = { ...addressPoolsAreApart, check: (all, _, on) => void (pools = addressPools(all, on)) };
  const { findings } = verdictOn(objects as never, [rule], SITE);
  return { pools, said: findings.map(({ path, message }) => `${path}: ${message}`) };
}

const number = (address: string) => address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);

describe("pools of addresses", () => {
  it("are read as networks and as ranges, with blanks around the dash", () => {
    const { pools, said } = read(
      pool(["192.0.2.0/28", "192.0.3.5-192.0.3.9", "192.0.4.1 - 192.0.4.1"]),
      ...[{ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "x" } }],
    );
    assert.deepEqual(said, []);
    assert.deepEqual(
      pools.map(({ ranges }) => ranges.map(({ text, first, last, field }) => [text, first, last, field.path])),
      [
        [
          ["192.0.2.0/28", number("192.0.2.0"), number("192.0.2.15"), "spec.addresses[0]"],
          ["192.0.3.5-192.0.3.9", number("192.0.3.5"), number("192.0.3.9"), "spec.addresses[1]"],
          ["192.0.4.1 - 192.0.4.1", number("192.0.4.1"), number("192.0.4.1"), "spec.addresses[2]"],
        ],
      ],
    );
  });

  it("are whole networks, whatever bits their addresses have behind the mask", () => {
    const texts = ["192.0.2.5/28", "192.0.2.255/32", "192.0.2.255/31", "192.0.2.1/0"];
    assert.deepEqual(
      read(pool(texts)).pools.flatMap(({ ranges }) => ranges.map(({ first, last }) => [first, last])),
      [
        [number("192.0.2.0"), number("192.0.2.15")],
        [number("192.0.2.255"), number("192.0.2.255")],
        [number("192.0.2.254"), number("192.0.2.255")],
        [0, 2 ** 32 - 1],
      ],
    );
  });

  it("that are neither are a finding and are left out, and others stand", () => {
    for (const text of [
      "",
      "192.0.2.1",
      "192.0.2.0/",
      "192.0.2.0/33",
      "192.0.2.0/123",
      "192.0.2.0/24/24",
      "192.0.2.0/x8",
      "192.0.2.0/8x",
      "2001:db8::/64",
      "a-b",
      "192.0.2.1-b",
      "a-192.0.2.1",
      "192.0.2.5-192.0.2.4",
      "192.0.2.1-192.0.2.5-192.0.2.9",
      "192.0.2.0/24-192.0.3.0/24",
      "300.0.2.0/24",
      "300.0.2.0-192.0.2.1",
    ]) {
      const { pools, said } = read(pool([text]), { ...pool(["192.0.2.0/28"]), metadata: { name: "other", namespace: "work" } });
      assert.deepEqual(
        said,
        ["spec.addresses[0]: found text; allowed: a network of IPv4 or two addresses with a dash, the lower one first"],
        text,
      );
      assert.deepEqual(
        pools.map(({ object }) => object.name),
        ["other"],
      );
    }
  });

  it("give out each address of theirs, and none that ends in 0 or 255 where these are kept back", () => {
    // A range that begins or ends at such an address, or beside it, is one by chance too seldom.
    const amount = (most: number) => fc.oneof(fc.nat(most), fc.constantFrom(0, 1, 254, 255, 256, 257));
    const range = fc.tuple(amount(2000), amount(700)).map(([first, more]) => [first, first + more] as const);
    const text = (low: number) => `10.0.${Math.floor(low / 256)}.${low % 256}`;
    const object = objectsOf(pool([]))[0] ?? assert.fail();
    assert.equal(addressCount({ object, ranges: [], avoidsBuggy: true }), 0);
    fc.assert(
      fc.property(fc.array(range, { maxLength: 3 }), fc.constantFrom(true, false, undefined), (ranges, avoidBuggyIPs) => {
        const [found = assert.fail()] = read(
          pool(
            ranges.map(([first, last]) => `${text(first)}-${text(last)}`),
            { avoidBuggyIPs },
          ),
        ).pools;
        const all = ranges.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, index) => (first + index) % 256));
        assert.equal(
          addressCount(found),
          avoidBuggyIPs === true ? all.filter((ending) => ending !== 0 && ending !== 255).length : all.length,
        );
      }),
    );
  });
});
