import assert from "node:assert/strict";
import { changesBetween } from "#af/tools/changes/changes";
import { EFFECTS } from "#af/tools/changes/effects";
import type { StateResource } from "#af/tools/changes/state";
import { withoutSecrets } from "#af/tools/plan/secrets";
import { recordProgram } from "#af/stacks/record";
import { parseSite } from "#af/stacks/site/parse";
import { EDITS, edited } from "./edits";

describe("What an edit of a site file is told as", function () {
  this.timeout(60_000);
  let before: readonly StateResource[] = [];

  async function resourcesOf(edit: Parameters<typeof edited>[0]): Promise<readonly StateResource[]> {
    const { safe } = withoutSecrets(await recordProgram(parseSite(edited(edit), "a test")));
    return safe
      .filter(({ resource }) => resource.custom)
      .map(({ resource: { urn, type, name, options }, inputs }) => ({ urn, type, name, inputs, ...options }));
  }

  for (const { title, worst, refused, told, ...edit } of EDITS)
    it(title, async () => {
      if (before.length === 0) before = await resourcesOf({ lines: [] });
      const changes = changesBetween(before, await resourcesOf(edit));
      if (process.env["SHOW"])
        console.log(
          changes
            .map((c) => `${c.action} ${c.object} [${c.effect}] ${c.because} ${c.refused ?? ""} ${c.fields.map((f) => f.path).join(",")}`)
            .join("\n"),
        );
      const found = changes.length === 0 ? undefined : EFFECTS[Math.max(...changes.map(({ effect }) => EFFECTS.indexOf(effect)))];
      assert.equal(found, worst);
      const refusals = changes.flatMap((change) => change.refused ?? []);
      if (refused === undefined) assert.deepEqual(refusals, []);
      else assert.match(refusals.join("\n"), refused);
      for (const { action, object, says, lasting } of told) {
        const same = changes.filter((change) => change.action === action && object.test(change.object));
        assert.ok(
          same.length > 0,
          `no ${action} of ${object.source} among:\n${changes.map((each) => `${each.action} ${each.object}`).join("\n")}`,
        );
        if (says)
          assert.ok(
            same.some(({ because }) => says.test(because)),
            `${says.source} is not in: ${same.map(({ because }) => because).join(" | ")}`,
          );
        if (lasting) assert.ok(same.some(({ reversible }) => !reversible));
      }
    });
});
