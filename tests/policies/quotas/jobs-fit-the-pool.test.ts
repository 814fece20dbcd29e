import assert from "node:assert/strict";
import { jobsFitThePool } from "#af/policies/quotas/jobs-fit-the-pool";
import { comparedBy, saidBy, SITE } from "../expect";
import { changed, type Data } from "../manifests";
import { describeCases, type RuleCases } from "./cases";

function config(jobs: number): Data {
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "schedd", namespace: "work" },
    data: { "schedd.conf": `MAX_JOBS_RUNNING = ${jobs}` },
  };
}

export const cases: RuleCases = {
  rule: jobsFitThePool,
  passes: [config(2000)],
  refused: [
    {
      of: 0,
      at: ["data", "schedd.conf"],
      value: "MAX_JOBS_RUNNING = 13001",
      path: 'data["schedd.conf"]',
      message: /^MAX_JOBS_RUNNING needs 13001 cores of T2_US_Nebraska and has 13000: 1 too few$/,
    },
  ],
  boundary: { of: 0, at: ["data", "schedd.conf"], resource: /^cores/, side: "need", write: (jobs) => `MAX_JOBS_RUNNING = ${jobs}` },
  unknown: [{ of: 0, at: ["data", "schedd.conf"], wrong: 1 }],
};

describeCases(cases);

describe("jobs-fit-the-pool, by what it reads", () => {
  const compared = (text: string) => comparedBy(jobsFitThePool, [changed(config(1), ["data", "schedd.conf"], text)]);
  const line = (name: string, jobs: number) => `${name} cores of T2_US_Nebraska: ${jobs} of 13000 count`;

  it("reads both limits as HTCondor does: in any case, with any space, each on a line of its own", () => {
    assert.deepEqual(compared("USE_X = 1\n  max_jobs_running=10\nMAX_JOBS_PER_OWNER   =   20  \n"), [
      line("MAX_JOBS_RUNNING", 10),
      line("MAX_JOBS_PER_OWNER", 20),
    ]);
    for (const other of ["# MAX_JOBS_RUNNING = 99999", "X_MAX_JOBS_RUNNING = 99999", "MAX_JOBS_RUNNING = $(OTHER)", "MAX_JOBS = 99999", ""])
      assert.deepEqual(compared(other), [], other);
  });

  it("reads every file of a ConfigMap, and no other object", () => {
    const two = changed(config(3), ["data", "other.conf"], "MAX_JOBS_PER_OWNER = 4");
    assert.deepEqual(comparedBy(jobsFitThePool, [two]), [line("MAX_JOBS_RUNNING", 3), line("MAX_JOBS_PER_OWNER", 4)]);
    assert.deepEqual(comparedBy(jobsFitThePool, [{ ...config(3), kind: "Secret" }, changed(config(3), ["data"], undefined)]), []);
  });

  it("says nothing where there is no pool", () => {
    const without = { ...SITE, batch: { kind: "none" as const } };
    assert.deepEqual([saidBy(jobsFitThePool, [config(99999)], without), comparedBy(jobsFitThePool, [config(99999)], without)], [[], []]);
  });
});
