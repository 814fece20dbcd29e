import assert from "node:assert/strict";
import { valuesIn } from "#af/policies/model/secret-values";

describe("values that a Secret holds for a chart", () => {
  it("are read as YAML, or are the text itself", () => {
    const base64 = (text: string) => Buffer.from(text).toString("base64");
    assert.deepEqual(
      [valuesIn(base64("a:\n  b: [1]\n")), valuesIn(base64("a: [")), valuesIn(base64("größe"))],
      [{ a: { b: [1] } }, "a: [", "größe"],
    );
  });
});
