import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { projectFolder } from "#af/stacks/site/project";
import { SCHEMAS } from "#af/stacks/site/schema";

describe("the project file", () => {
  it("declares the settings that no site can do without, and no other: the engine refuses a stack that lacks a declared one", () => {
    const { config } = parse(fs.readFileSync(path.join(projectFolder(), "Pulumi.yaml"), "utf8")) as { config: Record<string, unknown> };
    const required = Object.entries(SCHEMAS).filter(([, schema]) => !schema.safeParse(undefined).success);
    assert.deepEqual(
      Object.keys(config),
      required.map(([concern]) => concern),
    );
  });
});
