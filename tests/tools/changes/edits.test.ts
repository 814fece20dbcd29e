import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { changesBetween } from "#af/changes/changes";
import { EFFECTS } from "#af/changes/effects";
import type { StateResource } from "#af/changes/state";
import { withoutSecrets } from "#af/tools/plan/secrets";
import { recordProgram } from "#af/stacks/record";
import { parseSite } from "#af/stacks/site/parse";
import { changesDocument } from "#af/tools/changes/document";
import { changesMarkdown } from "#af/tools/changes/markdown";
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

  for (const { title, worst, refused, told, comment, ...edit } of EDITS)
    it(title, async () => {
      if (before.length === 0) before = await resourcesOf({ lines: [] });
      const changes = changesBetween(before, await resourcesOf(edit));
      const found = changes.length === 0 ? undefined : EFFECTS[Math.max(...changes.map(({ effect }) => EFFECTS.indexOf(effect)))];
      assert.equal(found, worst);
      const refusals = changes.flatMap((change) => change.refused ?? []);
      if (refused === undefined) assert.deepEqual(refusals, []);
      else assert.match(refusals.join("\n"), refused);
      if (comment !== undefined) {
        const verdicts = { newFindings: [], goneFindings: [], answers: [], worse: false };
        const text = changesMarkdown(changesDocument("main", [{ site: "unl", isNew: false, changes, unfitApprovals: [], verdicts }]));
        const file = path.join(__dirname, "comments", `${comment}.md`);
        if (process.env["REWRITE_COMMENTS"]) fs.writeFileSync(file, text);
        assert.equal(text, fs.readFileSync(file, "utf8"), `${file} is another comment; read the new one, then REWRITE_COMMENTS=1`);
      }
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

  it("is known of thirty edits, and each comment belongs to one", () => {
    assert.ok(EDITS.length >= 30, String(EDITS.length));
    const files = fs.readdirSync(path.join(__dirname, "comments")).sort();
    assert.deepEqual(files, EDITS.flatMap(({ comment }) => (comment === undefined ? [] : [`${comment}.md`])).sort());
    assert.ok(files.length >= 12);
  });
});
