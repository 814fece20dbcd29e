import assert from "node:assert/strict";
import { asProgrammed, deployedResources } from "#af/changes/state";
import { plannedState } from "#af/tools/changes/planned-state";
import { UsageError } from "#af/terminal/failure";
import { resource } from "../../changes/resources";

describe("States that are compared", () => {
  const state = (type: string, inputs: object, more: object = {}) => ({
    deployment: { resources: [{ urn: `urn:pulumi:x::af::${type}::n`, type, custom: true, inputs, ...more }] },
  });

  it("are refused where they are something else", () => {
    assert.throws(
      () => plannedState({}, "f"),
      (error) => error instanceof UsageError && /found no plan/.test(error.message),
    );
    assert.throws(
      () => deployedResources({}, "f", "x"),
      (error) => error instanceof UsageError && /found no state of a stack/.test(error.message),
    );
    assert.throws(
      () => deployedResources(state("kubernetes:core/v1:Pod", {}), "f", "y"),
      /found the state of the stack x; allowed: that of y/,
    );
  });

  it("hold no secret, no component and nothing that is about to be deleted", () => {
    const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "abc" };
    const [read] = deployedResources(state("kubernetes:core/v1:Secret", { stringData: secret, __defaults: [] }), "f", "x");
    assert.deepEqual(read?.inputs, { stringData: "[secret]" });
    const [filled] = deployedResources(
      state("random:index/randomPassword:RandomPassword", { length: 16, lower: true, __defaults: ["lower"] }),
      "f",
      "x",
    );
    assert.deepEqual(filled?.inputs, { length: 16 });
    const password = resource("random:index/randomPassword:RandomPassword", {});
    const [kept] = asProgrammed([{ ...password, inputs: { length: 16, upper: true } }], [{ ...password, inputs: { length: 32 } }]);
    assert.deepEqual(kept?.inputs, { length: 16 });
    assert.deepEqual(deployedResources(state("af:hub:Hub", {}, { custom: false }), "f", "x"), []);
    assert.deepEqual(deployedResources(state("kubernetes:core/v1:Pod", {}, { delete: true }), "f", "x"), []);
  });
});
