import { UsageError } from "../../terminal/failure";
import { makePlan } from "./plan";
import type { PlanAnswer, PlanTask } from "./planners";
import { reportOf } from "./report";

// A process of Planners: it makes the plans that it is sent, one after the other.
process.on("message", ({ site, wanted, folder }: PlanTask) => {
  void makePlan(site, { step: () => undefined })
    .then((plan): PlanAnswer => ({ report: reportOf(plan, wanted, folder) }))
    .catch((error: unknown): PlanAnswer => {
      const isUsage = error instanceof UsageError;
      return { isUsage, failure: isUsage ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error) };
    })
    .then((answer) => process.send?.(answer));
});
// Whoever asked is gone.
process.on("disconnect", () => process.exit());
