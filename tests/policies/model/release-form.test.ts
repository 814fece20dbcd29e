import assert from "node:assert/strict";
import fc from "fast-check";
import { UNKNOWN } from "#af/policies/model/field";
import { releaseForm } from "#af/policies/model/release-form";

const head = { apiVersion: "helm.sh/v3", kind: "Release", metadata: { name: "x" } };
const specOf = (spec: unknown) => releaseForm({ ...head, spec })["spec"];

describe("the form of a release", () => {
  it("has no option that is off or empty, and none that only the provider adds", () => {
    assert.deepEqual(releaseForm({ ...head, spec: { chart: "c", atomic: true, verify: false, keyring: "", maxHistory: 0 } }), {
      ...head,
      spec: { chart: "c", atomic: true, maxHistory: 0 },
    });
    assert.deepEqual(specOf({ chart: "c", compat: "true", resourceNames: {}, status: {} }), { chart: "c" });
    assert.deepEqual([specOf({ timeout: 300 }), specOf({ timeout: 301 }), specOf({ timeout: 0 })], [{}, { timeout: 301 }, { timeout: 0 }]);
    assert.deepEqual(specOf({ repositoryOpts: { repo: "https://example.org", caFile: "", passCredentials: false } }), {
      repositoryOpts: { repo: "https://example.org" },
    });
  });

  it("keeps what is not known or of a wrong type, for the rules to refuse", () => {
    for (const spoilt of [UNKNOWN, "text", []]) {
      assert.deepEqual(releaseForm({ ...head, spec: spoilt }), { ...head, spec: spoilt });
      assert.deepEqual(specOf({ repositoryOpts: spoilt, timeout: spoilt, atomic: spoilt }), {
        repositoryOpts: spoilt,
        timeout: spoilt,
        atomic: spoilt,
      });
    }
    assert.deepEqual(releaseForm(head), head);
    assert.deepEqual(specOf({ values: UNKNOWN }), { values: UNKNOWN });
  });

  it("has the values that reach Helm: neither nulls nor empty lists, wherever they are", () => {
    const values = { a: null, b: [], c: [null, [], { d: null, e: 0 }, ""], f: { g: [[]] }, h: false, i: {} };
    assert.deepEqual(specOf({ values }), { values: { c: [{ e: 0 }, ""], f: {}, h: false, i: {} } });
    assert.deepEqual([specOf({ values: null }), specOf({ values: [] })], [{}, {}]);
    assert.deepEqual(specOf({ values, allowNullValues: true }), { values, allowNullValues: true });
    assert.deepEqual(specOf({ values: { a: null }, allowNullValues: "true" }), { values: {}, allowNullValues: "true" });
  });

  it("is its own form", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.boolean(), (values, allowNullValues) => {
        const once = releaseForm({ ...head, spec: { values, allowNullValues } });
        assert.deepEqual(releaseForm(once), once);
      }),
    );
  });
});
