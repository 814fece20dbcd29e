import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { parseDocument, type YAMLMap } from "yaml";
import { parseSite } from "#af/stacks/site/parse";
import { declaredSecrets } from "#af/stacks/site/secrets";
import type { TestSandbox } from "../sandbox/e2e/harness";
import { edited, EDITS } from "../tools/changes/edits";

/** Edits that lose nothing, which a preview takes. The others of their kind differ in no way that the program looks at. */
const SAFE = ["a larger spool of the access point", "a host gone"];

/**
 * Every edit of the site file that cannot be made, or that puts data at risk, is refused by Pulumi's own CLI at a site that is up: in a preview, in an update
 * without one, and in an update that is limited to something else. Nothing is written.
 * @param writes the writes that the API server has seen since a moment.
 */
export function refusesWhatIsUnwanted(sandbox: TestSandbox, writes: (since: Date) => readonly string[]): void {
  const file = path.join(sandbox.base, "edited.yaml");
  const pulumi = async (title: string, ...args: readonly string[]) => {
    const edit = EDITS.find((each) => each.title === title) ?? assert.fail(title);
    const document = parseDocument(fs.readFileSync(sandbox.folder.stackFile, "utf8"));
    const [before, after] = [edited({ lines: [] }), edited(edit)];
    for (const concern of new Set([...Object.keys(before), ...Object.keys(after)]))
      if (JSON.stringify(before[concern]) !== JSON.stringify(after[concern])) document.setIn(["config", `af:${concern}`], after[concern]);
    // A secret that no service reads any more is refused by itself.
    const declared = declaredSecrets(parseSite(after, title)).map(({ name }) => name);
    for (const { key } of (document.getIn(["config", "af:secrets"]) as YAMLMap<{ readonly value: string }>).items.slice())
      if (!declared.includes(key.value)) document.deleteIn(["config", "af:secrets", key.value]);
    fs.writeFileSync(file, document.toString());
    const since = new Date();
    const command = ["exec", sandbox.site, "--", "pulumi", ...args, "--stack", sandbox.site, "--config-file", file, "--non-interactive"];
    const { code, stdout, stderr } = await sandbox.command(...command).finished;
    assert.deepEqual(writes(since), [], title);
    return { code, output: stdout + stderr };
  };

  it("refuses each edit that loses data or cannot be made, in an update without a preview, before anything is written", async () => {
    const unwanted = EDITS.filter(({ refused, worst }) => refused !== undefined || worst === "data at risk");
    assert.ok(unwanted.length >= 6, `${unwanted.length} edits`);
    for (const { title, refused } of unwanted) {
      const { code, output } = await pulumi(title, "up", "--yes", "--skip-preview");
      assert.notEqual(code, 0, title);
      assert.match(output, /what is deployed cannot be changed like this, or data would be at risk/, title);
      // The CLI breaks no line of a diagnostic.
      if (refused !== undefined) assert.match(output, refused, title);
      assert.doesNotMatch(output, /\n\s+at /, title);
    }
  });

  it("refuses one also in a preview, which shows what else changes, and in an update of something else", async () => {
    const [title] = EDITS.flatMap((edit) => (edit.refused === undefined ? [] : [edit.title]));
    const preview = await pulumi(title ?? "", "preview");
    assert.notEqual(preview.code, 0);
    assert.match(preview.output, /cannot be changed like this/);
    assert.match(preview.output, /~ +kubernetes:/);
    const target = sandbox.state().urns.find((urn) => urn.includes("kubernetes:core/v1:ResourceQuota::")) ?? assert.fail();
    const limited = await pulumi(title ?? "", "up", "--yes", "--skip-preview", "--target", target);
    assert.notEqual(limited.code, 0);
    assert.match(limited.output, /cannot be changed like this/);
  });

  it("takes edits that lose nothing", async () => {
    for (const title of SAFE) {
      const { code, output } = await pulumi(title, "preview");
      assert.equal(code, 0, output);
    }
  });
}
