import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { readSite } from "#af/stacks/site/read";
import { UsageError } from "#af/terminal/failure";
import { Planners } from "#af/tools/plan/planners";

const wanted = { json: false, kinds: true, flows: false };
const task = () => ({ site: readSite("fnal"), wanted });

describe("processes that make plans", () => {
  it("keep the order of the tasks, tell each that is ready, and do no more than they are given", async () => {
    const ready: string[] = [];
    using planners = new Planners(2);
    const tasks = [task(), { ...task(), wanted: { ...wanted, kinds: false, flows: true } }];
    const reports = await planners.reports(tasks, ({ site }) => ready.push(site));
    assert.deepEqual(
      reports.map(({ told, passes }) => [typeof told, passes]),
      [
        ["object", true],
        ["string", true],
      ],
    );
    assert.deepEqual(ready, ["fnal", "fnal"]);
    assert.deepEqual(await planners.reports([], () => assert.fail()), []);
  });

  it("say a mistake of whoever called as one", async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "af-planners-"));
    try {
      fs.writeFileSync(path.join(folder, "thesis.tex"), "");
      using planners = new Planners(1);
      await assert.rejects(
        planners.reports([{ ...task(), folder }], () => assert.fail()),
        (error) => error instanceof UsageError && error.message.includes("holds other files"),
      );
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  });

  it("say which plan is missing when one of them ends", async () => {
    const planners = new Planners(1);
    const missing = assert.rejects(
      planners.reports([task()], () => assert.fail()),
      /the plan of fnal was cut off: its process ended with SIGTERM/,
    );
    planners[Symbol.dispose]();
    await missing;
  });

  it("say a defect of the program with its place", async () => {
    const { site } = task();
    using planners = new Planners(1);
    await assert.rejects(
      planners.reports([{ wanted, site: { ...site, hub: undefined } as unknown as typeof site }], () => assert.fail()),
      (error) => error instanceof Error && !(error instanceof UsageError) && /TypeError.*\n\s+at /.test(error.message),
    );
  });
});
