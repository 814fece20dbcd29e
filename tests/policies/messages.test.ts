import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { readMessagesOnce } from "#af/policies/messages";

describe("what the engine sends", () => {
  const sdk = createRequire(__filename)("@pulumi/policy/deserialize") as {
    deserializeProperties: (properties: object, proxySecrets: boolean) => object;
  };
  const { deserializeProperties } = sdk;
  afterEach(() => (sdk.deserializeProperties = deserializeProperties));

  it("is read once for all policies of a pack, and each message by itself", () => {
    readMessagesOnce();
    const [one, other] = [Struct.fromJavaScript({ a: [1] }), Struct.fromJavaScript({ a: [1] })];
    const read = sdk.deserializeProperties(one, false);
    assert.deepEqual(read, { a: [1] });
    assert.equal(sdk.deserializeProperties(one, false), read);
    assert.notEqual(sdk.deserializeProperties(other, false), read);
  });

  it("is read anew where secrets are kept apart", () => {
    readMessagesOnce();
    const message = Struct.fromJavaScript({ a: "b" });
    assert.notEqual(sdk.deserializeProperties(message, true), sdk.deserializeProperties(message, false));
  });
});
