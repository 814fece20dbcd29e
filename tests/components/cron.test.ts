import assert from "node:assert/strict";
import { cron } from "#af/components/cron";
import { MISREAD_SCHEDULES, REFUSED_SCHEDULES, SCHEDULES } from "./schedules";

describe("a schedule of cron", () => {
  it("is taken in five fields of digits", () => {
    for (const schedule of SCHEDULES) assert.equal(cron.safeParse(schedule).success, true, schedule);
  });

  it("is refused by the field that is wrong, with what it may hold", () => {
    for (const [schedule, message] of [...REFUSED_SCHEDULES, ...MISREAD_SCHEDULES]) {
      const { error } = cron.safeParse(schedule);
      assert.match(error?.issues.map((issue) => issue.message).join("\n") ?? "taken", message, schedule);
    }
  });
});
