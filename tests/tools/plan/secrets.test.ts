import assert from "node:assert/strict";
import fc from "fast-check";
import type { RecordedResource } from "#af/stacks/record";
import { readSite } from "#af/stacks/site/read";
import { withoutSecrets } from "#af/tools/plan/secrets";
import { SITES } from "../../support/site-config";

const SECRET = "placeholder-for-oidcClientSecret";

const site = readSite(SITES[0] ?? "");

/** What is found of one value that a program would show. */
function found(value: string): readonly string[] {
  const resource = { urn: "urn:x", type: "kubernetes:core/v1:ConfigMap", name: "notes", inputs: { data: { note: value } }, custom: true };
  const { findings } = withoutSecrets({
    site,
    resources: [resource as unknown as RecordedResource],
    placeholders: { oidcClientSecret: SECRET },
  });
  return findings.map(({ path }) => path);
}

const bytes = fc.uint8Array({ maxLength: 200 }).map((each) => Buffer.from(each));

describe("secrets that a program would show", () => {
  it("are found in base64, wherever they stand in it and however its lines are broken", () => {
    const encodings = fc.constantFrom("base64", "base64url");
    fc.assert(
      fc.property(bytes, bytes, encodings, fc.constantFrom(Infinity, 64, 76), (before, after, encoding, width) => {
        const text = Buffer.concat([before, Buffer.from(SECRET), after]).toString(encoding);
        const lines = width === Infinity ? text : (text.match(new RegExp(`.{1,${width}}`, "g")) ?? []).join("\n");
        assert.deepEqual(found(lines), ["data.note"]);
      }),
    );
  });

  it("are found in JSON, in a URL and in a token", () => {
    const url = `https://user:${encodeURIComponent(SECRET)}@example.org/`;
    const token = [{ alg: "none" }, { key: SECRET }].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
    for (const value of [JSON.stringify({ secret: SECRET }), url, `${token}.x`]) assert.deepEqual(found(value), ["data.note"], value);
  });

  it("are not found where there is none", () => {
    fc.assert(fc.property(bytes, (any) => assert.deepEqual(found(any.toString("base64")), [])));
    assert.deepEqual(found("placeholder-for-"), []);
  });
});
