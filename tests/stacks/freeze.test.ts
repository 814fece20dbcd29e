import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { assertNotFrozen } from "#af/stacks/freeze";
import { frozen } from "#af/stacks/site/freeze";
import { parseSite } from "#af/stacks/site/parse";
import { SiteError } from "#af/stacks/site/problems";
import { runTool } from "../tools/run-tool";
import { siteConfig } from "../support/site-config";
import { writeSettings } from "../tools/site-files";

/** Two hours before a conference, in two zones. */
const WINDOW = { from: "2026-12-18T17:00:00-06:00", until: "2026-12-19T01:00:00+01:00", because: "a conference" };
const site = parseSite({ ...siteConfig("unl"), freeze: [WINDOW] }, "a test");

/** Moments and whether the site is frozen then: from the first moment on, and no longer at the last. */
const MOMENTS: Readonly<Record<string, boolean>> = {
  "2026-12-18T22:59:59Z": false,
  "2026-12-18T23:00:00Z": true,
  "2026-12-18T23:59:59Z": true,
  "2026-12-19T00:00:00Z": false,
};

describe("A window in which nothing may change", function () {
  this.timeout(60_000);

  it("is the same moment in every zone", () => {
    for (const [moment, expected] of Object.entries(MOMENTS)) assert.equal(frozen(site, new Date(moment)) !== undefined, expected, moment);
    assert.match(frozen(site, new Date("2026-12-18T23:00:00Z")) ?? "", /unl is frozen from .* until .*: a conference\. Wait, or take/);
  });

  it("refuses an update, and lets a preview go on", async () => {
    const inside = new Date("2026-12-18T23:30:00Z");
    await pulumi.runtime.setMocks({ newResource: ({ name }) => ({ id: name, state: {} }), call: () => ({}) }, "af", "unl", true);
    assert.doesNotThrow(() => assertNotFrozen(site, inside));
    await pulumi.runtime.setMocks({ newResource: ({ name }) => ({ id: name, state: {} }), call: () => ({}) }, "af", "unl", false);
    assert.throws(
      () => assertNotFrozen(site, inside),
      (error) => error instanceof pulumi.RunError && /a conference/.test(error.message),
    );
    assert.doesNotThrow(() => assertNotFrozen(site, new Date("2026-12-20T00:00:00Z")));
  });

  it("is refused without a zone, and where it ends before it begins", () => {
    const problems = (freeze: unknown): string => {
      try {
        parseSite({ ...siteConfig("unl"), freeze }, "a test");
        return "";
      } catch (error) {
        assert.ok(error instanceof SiteError);
        return error.message;
      }
    };
    assert.match(problems([{ ...WINDOW, from: "2026-12-18T17:00:00" }]), /af:freeze\[0\]\.from: .*allowed: a time with its zone/);
    assert.match(problems([{ ...WINDOW, until: WINDOW.from }]), /af:freeze\[0\]\.until: found .*; allowed: a time after/);
    assert.match(problems([{ from: WINDOW.from, until: WINDOW.until }]), /af:freeze\[0\]\.because/);
  });

  it("ends `site frozen` with 1 while the clock is inside, and with 0 before and after", () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "af-freeze-"));
    try {
      const clock = path.join(folder, "clock.cjs");
      fs.writeFileSync(
        clock,
        `const moved = new Date(process.env.MOVED_CLOCK).getTime() - Date.now();
        const Now = Date; const now = Date.now; Date.now = () => now() + moved;
        globalThis.Date = new Proxy(Now, { construct: (target, args) => (args.length > 0 ? new target(...args) : new target(now() + moved)) });`,
      );
      const file = writeSettings(folder, "unl", { ...siteConfig("unl"), freeze: [WINDOW] });
      const at = (moment: string) =>
        runTool("site", ["frozen", file], { env: { NODE_OPTIONS: `--require ${clock}`, MOVED_CLOCK: moment } });
      const inside = at("2026-12-18T23:30:00Z");
      assert.equal(inside.code, 1, inside.stderr);
      assert.match(inside.stdout, /a conference/);
      for (const moment of ["2026-12-18T22:00:00Z", "2026-12-19T00:30:00Z"]) assert.equal(at(moment).code, 0, moment);
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  });
});
