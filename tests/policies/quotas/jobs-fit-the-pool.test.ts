import { jobsFitThePool } from "#af/policies/quotas/jobs-fit-the-pool";
import { type Data } from "../manifests";
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
