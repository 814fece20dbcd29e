import assert from "node:assert/strict";
import fc from "fast-check";
import { hasUnknown, plain, Secret, textOf, Unknown, type PropertyMap } from "#af/sandbox/plugins/properties";
import { randomProvider } from "#af/sandbox/plugins/random/resources";

const provider = randomProvider();
const seed = new Uint8Array();
const urn = (kind: string): string => `urn:pulumi:s::p::random:index/random${kind}:Random${kind}::r`;
const make = async (kind: string, news: PropertyMap): Promise<{ id: string; outputs: PropertyMap }> => {
  const { inputs, failures } = await provider.check({ urn: urn(kind), olds: {}, news, randomSeed: seed });
  assert.deepEqual(failures, []);
  return provider.create({ urn: urn(kind), inputs, timeout: 0, preview: false });
};
const problems = async (kind: string, news: PropertyMap): Promise<readonly string[]> => {
  const { failures } = await provider.check({ urn: urn(kind), olds: {}, news, randomSeed: seed });
  return (failures ?? []).map(({ property, reason }) => `${property}: ${reason}`);
};

describe("random provider", () => {
  it("draws strings of the wanted length, classes and minima", async () => {
    const minimum = fc.nat({ max: 4 });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 16, max: 64 }),
        minimum,
        minimum,
        minimum,
        minimum,
        async (length, minLower, minUpper, minNumeric, minSpecial) => {
          const { id, outputs } = await make("String", { length, minLower, minUpper, minNumeric, minSpecial });
          const count = (pattern: RegExp): number => id.match(pattern)?.length ?? 0;
          assert.equal(outputs["result"], id);
          assert.equal(id.length, length);
          assert.ok(
            count(/[a-z]/g) >= minLower && count(/[A-Z]/g) >= minUpper && count(/\d/g) >= minNumeric && count(/[^a-zA-Z\d]/g) >= minSpecial,
          );
        },
      ),
    );
  });

  it("uses only the classes that are wanted", async () => {
    const { id } = await make("String", { length: 200, upper: false, special: false, number: false });
    assert.match(id, /^[a-z]{200}$/);
    const { id: special } = await make("String", { length: 50, lower: false, upper: false, numeric: false, overrideSpecial: "_~" });
    assert.match(special, /^[_~]{50}$/);
  });

  it("keeps passwords and bytes secret, also out of the id", async () => {
    const password = await make("Password", { length: 20 });
    assert.ok(password.outputs["result"] instanceof Secret);
    assert.equal(password.id, "none");
    const bytes = await make("Bytes", { length: 32 });
    assert.ok(bytes.outputs["base64"] instanceof Secret && bytes.outputs["hex"] instanceof Secret);
    const { base64, hex } = plain(bytes.outputs);
    assert.equal(Buffer.from(textOf(base64), "base64").toString("hex"), hex);
  });

  it("writes one id in four ways, with its prefix", async () => {
    const { id, outputs } = await make("Id", { byteLength: 8, prefix: "af-" });
    const hex = Buffer.from(id, "base64url").toString("hex");
    assert.deepEqual(plain(outputs), {
      byteLength: 8,
      prefix: "af-",
      hex: `af-${hex}`,
      dec: `af-${BigInt(`0x${hex}`)}`,
      b64Url: `af-${id}`,
      b64Std: `af-${Buffer.from(hex, "hex").toString("base64")}`,
    });
  });

  it("names pets with as many words as wanted", async () => {
    assert.match((await make("Pet", { length: 3, separator: "_", prefix: "xcache" })).id, /^xcache_[a-z]+_[a-z]+_[a-z]+$/);
  });

  it("does not know its values in a preview", async () => {
    const { outputs } = await provider.create({ urn: urn("Password"), inputs: { length: 8 }, timeout: 0, preview: true });
    assert.ok(hasUnknown(outputs["result"]) && outputs["result"] instanceof Secret);
  });

  it("makes a value anew when a keeper changes, and only then", async () => {
    const diff = (oldInputs: PropertyMap, news: PropertyMap): Promise<string[]> =>
      Promise.resolve(provider.diff({ urn: urn("Password"), id: "none", oldInputs, oldState: {}, news, ignoreChanges: [] })).then(
        ({ changes }) => [...changes].map(([path, kind]) => `${path} ${kind}`),
      );
    const { inputs } = await provider.check({
      urn: urn("Password"),
      olds: {},
      news: { length: 8, keepers: { schedd: "1" } },
      randomSeed: seed,
    });
    assert.deepEqual(await diff({ length: 8, keepers: { schedd: "1" } }, inputs), []);
    assert.deepEqual(await diff(inputs, { ...inputs, keepers: { schedd: "2" } }), ["keepers.schedd update-replace"]);
  });

  it("refuses what cannot be drawn, naming input, value and what is allowed", async () => {
    assert.deepEqual(await problems("Password", { length: 0 }), ["length: length is 0; it must be a whole number of at least 1"]);
    assert.deepEqual(await problems("Bytes", {}), ["length: length is missing; it must be a whole number of at least 1"]);
    assert.deepEqual(await problems("Id", { byteLength: 2.5 }), ["byteLength: byteLength is 2.5; it must be a whole number of at least 1"]);
    assert.deepEqual(await problems("String", { length: 3, minLower: 2, minUpper: 2 }), [
      "length: length is 3, less than the minima of its character classes together (4)",
    ]);
    assert.deepEqual(await problems("String", { length: 3, lower: false, upper: false, numeric: false, special: false }), [
      "lower: no class of characters is in use; allow one of lower, upper, numeric, special",
    ]);
    assert.deepEqual(await problems("Password", { length: new Unknown() }), []);
  });

  it("says what it has when asked for something else", () => {
    assert.throws(
      () => provider.check({ urn: "urn:pulumi:s::p::random:index/randomUuid:RandomUuid::r", olds: {}, news: {}, randomSeed: seed }),
      /the random stand-in has no random:index\/randomUuid:RandomUuid, only random:index\/randomPassword.*install the official random plugin/s,
    );
  });
});
