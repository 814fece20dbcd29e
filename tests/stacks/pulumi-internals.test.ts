import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { LogRequest } from "@pulumi/pulumi/proto/engine_pb";
import * as state from "@pulumi/pulumi/runtime/state";
import * as random from "@pulumi/random";
import { hideAnswers, inStoreOfItsOwn } from "#af/stacks/pulumi-internals";

const DRAWN = "a-password-that-the-provider-has-drawn";

/** The type declarations of the SDK leave this out. */
const { getStore } = state as unknown as { getStore: () => { settings: { engine?: object } } };

/** What a program that has a password drawn says to its engine. */
function said(before: () => void): Promise<readonly string[]> {
  return inStoreOfItsOwn(async () => {
    const messages: string[] = [];
    await pulumi.runtime.setMocks({ newResource: () => ({ id: "x", state: { result: pulumi.secret(DRAWN) } }), call: () => ({}) });
    const log = (request: LogRequest, done: () => void): void => {
      messages.push(request.getMessage());
      done();
    };
    getStore().settings.engine = { log, close: () => undefined };
    before();
    const { result } = new random.RandomPassword("password", { length: 32 });
    await new Promise((resolve) => result.apply(resolve));
    await pulumi.log.warn("over");
    return messages;
  });
}

describe("messages of the SDK for debugging", () => {
  const usual = pulumi.log.debug;
  after(() => ((pulumi.log as { debug: typeof usual }).debug = usual));

  it("hold no answer of the engine, in which secrets are in clear", async () => {
    const open = await said(() => undefined);
    assert.ok(open.join("\n").includes(DRAWN), "the SDK has stopped telling them: hideAnswers has nothing left to do");
    const hidden = await said(hideAnswers);
    assert.ok(!hidden.join("\n").includes(DRAWN));
    // What is told besides is the same.
    assert.deepEqual(
      hidden,
      open.map((message) => message.replace(/, resp: [^]*/, "")),
    );
  });
});
