import assert from "node:assert/strict";
import { parseSite } from "#af/stacks/site/parse";
import { KINDS, settingsOfKind } from "../../support/site-kinds";
import { facilityOf, saidOf } from "./facilities";

// By itself, so that who tries faults in a rule need not wait for all kinds of sites.
describe("connections-are-listed", () => {
  it("is kept by a site of every kind", async function () {
    this.timeout(300_000);
    const seen = new Set<string>();
    for (const [title, changes] of Object.entries(KINDS)) {
      if (seen.has(JSON.stringify(changes))) continue;
      seen.add(JSON.stringify(changes));
      assert.deepEqual(saidOf(await facilityOf(parseSite(await settingsOfKind(title), "a test"))), [], title);
    }
  });
});
