import assert from "node:assert/strict";
import fc from "fast-check";
import { apiAddress, bounds, nodeAddress, toAddress, toNumber, USUAL_NETWORK } from "#af/sandbox/cell/network";

const address = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255)).map((parts) => parts.join("."));

describe("addresses of the cell", () => {
  it("go to numbers and back", () => {
    fc.assert(fc.property(address, (each) => assert.equal(toAddress(toNumber(each)), each)));
  });

  it("of a CIDR are as many as its bits say and hold the address that it is written with", () => {
    fc.assert(
      fc.property(address, fc.nat(32), (each, bits) => {
        const { first, last } = bounds(`${each}/${bits}`);
        assert.equal(last - first + 1, 2 ** (32 - bits));
        assert.ok(first <= toNumber(each) && toNumber(each) <= last);
      }),
    );
  });

  it("of a range are the two ends, of an address itself", () => {
    assert.deepEqual(bounds("192.0.2.1 - 192.0.2.9"), { first: toNumber("192.0.2.1"), last: toNumber("192.0.2.9") });
    assert.deepEqual(bounds("192.0.2.1"), { first: toNumber("192.0.2.1"), last: toNumber("192.0.2.1") });
  });

  it("that make no sense are refused", () => {
    for (const wrong of ["192.0.2", "192.0.2.256", "a.b.c.d"]) assert.throws(() => bounds(wrong), /is not an IPv4 address/);
    assert.throws(() => bounds("192.0.2.0/x"), /is not a range of IPv4 addresses/);
  });

  it("of the API server and of the nodes lie at the end of the pod range", () => {
    assert.deepEqual([apiAddress(USUAL_NETWORK), nodeAddress(USUAL_NETWORK)], ["10.244.255.1", "10.244.255.10"]);
  });
});
