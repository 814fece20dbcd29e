import assert from "node:assert/strict";
import fc from "fast-check";
import { HIDDEN, NOT_KNOWN, SECRET_SIGNATURE, SIGNATURE_KEY, UNKNOWN_MARKS } from "#af/policies/engine-values";
import { redactedInputs } from "#af/policies/redact";

const secret = (value: unknown) => ({ [SIGNATURE_KEY]: SECRET_SIGNATURE, value });
const CONFIG_MAP = "kubernetes:core/v1:ConfigMap";

describe("inputs of a resource as they may be shown", () => {
  it("are what they are where nothing is secret or unknown", () => {
    const value = fc.jsonValue({ maxDepth: 3 });
    fc.assert(
      fc.property(fc.dictionary(fc.string({ minLength: 1 }), value), (inputs) => {
        assert.deepEqual({ ...redactedInputs(CONFIG_MAP, inputs) }, { ...inputs });
      }),
    );
  });

  it("hide what is marked as secret, however deep, and leave the names of its fields", () => {
    assert.deepEqual(
      redactedInputs(CONFIG_MAP, { data: { list: [secret({ user: "a", keys: ["b", 1, null, { deep: true }] })], open: "c" } }),
      {
        data: { list: [{ user: HIDDEN, keys: [HIDDEN, HIDDEN, HIDDEN, { deep: HIDDEN }] }], open: "c" },
      },
    );
    assert.deepEqual(redactedInputs(CONFIG_MAP, { whole: secret("x") }), { whole: HIDDEN });
    const other = { [SIGNATURE_KEY]: "another", value: "x" };
    assert.deepEqual(redactedInputs(CONFIG_MAP, { other }), { other });
  });

  it("hide the contents of a Secret, whether they are marked or not, and nothing else of it", () => {
    const inputs = { metadata: { name: "s" }, type: "Opaque", data: { a: "YQ==" }, stringData: { b: "b", c: secret("c") } };
    const hidden = { metadata: { name: "s" }, type: "Opaque", data: { a: HIDDEN }, stringData: { b: HIDDEN, c: HIDDEN } };
    for (const type of ["kubernetes:core/v1:Secret", "kubernetes:core/v1:SecretPatch"])
      assert.deepEqual(redactedInputs(type, inputs), hidden, type);
    for (const type of ["kubernetes:core/v1:SecretList", "x-kubernetes:core/v1:Secret", CONFIG_MAP])
      assert.deepEqual(redactedInputs(type, { data: { a: "YQ==" } }), { data: { a: "YQ==" } }, type);
  });

  it("say of what is not known yet that it is not known, in a secret too", () => {
    for (const mark of UNKNOWN_MARKS) {
      assert.deepEqual(redactedInputs(CONFIG_MAP, { data: [mark] }), { data: [NOT_KNOWN] });
      assert.deepEqual(redactedInputs("kubernetes:core/v1:Secret", { data: secret(mark) }), { data: NOT_KNOWN });
    }
  });
});
