import assert from "node:assert/strict";
import * as fs from "node:fs";
import { readSite } from "#af/stacks/site/read";
import { progressOf } from "#af/terminal/progress";
import { makePlan } from "#af/tools/plan/plan";
import { judgementsIn, judgementsOf } from "./judgements";
void (async () => {
  const planned = judgementsOf((await makePlan(readSite(process.argv[2] as string), progressOf("plan"))).verdict.findings);
  const got = judgementsIn(fs.readFileSync(process.argv[3] as string, "utf8"));
  console.log("PLANNED", planned.length, "RUNS", got.map((g) => g.length));
  for (const each of got) assert.deepEqual(each, planned);
  console.log("EQUAL", process.argv[2]);
})();
