import assert from "node:assert/strict";
import { portOf } from "#af/components/url";

describe("the port of a URL", () => {
  it("is the one that it names, or that of its scheme", () => {
    assert.equal(portOf("https://charts.example.edu:8443/x"), 8443);
    assert.equal(portOf("https://charts.example.edu/x"), 443);
    assert.equal(portOf("http://charts.example.edu"), 80);
    assert.equal(portOf("oci://registry.example.edu/charts"), 443);
    assert.throws(() => portOf("charts.example.edu"), TypeError);
  });
});
