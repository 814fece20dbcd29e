import assert from "node:assert/strict";
import fc from "fast-check";
import { behindProxy, HIDDEN, NOT_KNOWN, plain, SECRET_SIGNATURE, SIGNATURE_KEY, UNKNOWN_MARKS } from "#af/policies/engine-values";
import { UNKNOWN } from "#af/policies/model/field";

/** As the policy SDK does it: a proxy that gives the object behind it for one property. */
const proxyOf = (target: object): object =>
  new Proxy(target, { get: (of, name) => (name === "__getSpecialProxyTarget" ? of : Reflect.get(of, name)) as unknown });

describe("values from the engine", () => {
  it("stay what they are where all is known", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3, noUnicodeString: true }), (value) => {
        assert.deepEqual(JSON.parse(JSON.stringify(plain(value))), JSON.parse(JSON.stringify(value)));
      }),
    );
    for (const value of [undefined, null, 0, "", false]) assert.equal(plain(value), value);
  });

  it("are unknown where the engine or this project marks them so, and where the engine hides them", () => {
    for (const mark of [...UNKNOWN_MARKS, HIDDEN, NOT_KNOWN]) {
      assert.equal(plain(mark), UNKNOWN);
      assert.deepEqual(plain({ a: [{ b: mark }, "c"] }), { a: [{ b: UNKNOWN }, "c"] });
    }
  });

  it("are read through secrets, and through nothing else that has a signature", () => {
    const secret = (value: unknown) => ({ [SIGNATURE_KEY]: SECRET_SIGNATURE, value });
    assert.deepEqual(plain({ a: secret({ b: [secret("c")] }) }), { a: { b: ["c"] } });
    const asset = { [SIGNATURE_KEY]: "c44067f5952c0a294b673a41bacd8c17", value: "v" };
    assert.deepEqual(plain(asset), asset);
  });

  it("are read behind proxies, of lists as of objects", () => {
    const target = { a: [1] };
    assert.equal(behindProxy(proxyOf(target)), target);
    assert.equal(behindProxy(target), target);
    assert.deepEqual(plain(proxyOf({ a: proxyOf([proxyOf({ b: 1 })]) })), { a: [{ b: 1 }] });
  });
});
