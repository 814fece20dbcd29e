import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { siteOfStack } from "#af/policies/stack-site";
import { parseSite } from "#af/stacks/site/parse";
import { siteConfig } from "../support/site-config";

describe("the site of the stack that is judged", () => {
  const before = pulumi.runtime.allConfig();
  afterEach(() => pulumi.runtime.setAllConfig(before));

  /** Gives the stack these settings, as the engine does. */
  const configure = (settings: Readonly<Record<string, unknown>>) =>
    pulumi.runtime.setAllConfig(
      Object.fromEntries(
        Object.entries(settings).map(([key, value]) => [
          `${pulumi.getProject()}:${key}`,
          typeof value === "string" ? value : JSON.stringify(value),
        ]),
      ),
    );

  it("is read from the configuration of the stack", () => {
    configure(siteConfig("unl"));
    assert.deepEqual(siteOfStack(), parseSite(siteConfig("unl"), "a test"));
  });

  it("is refused where the configuration has none, by the name of the stack", () => {
    configure({});
    assert.throws(siteOfStack, new RegExp(`^SiteError: configuration of stack ${pulumi.getStack()}: \\d+ problems`));
  });
});
