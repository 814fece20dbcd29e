import { is } from "../model/objects";
import type { SiteRule } from "../model/rules";

/** A limit in the configuration of a schedd, such as `MAX_JOBS_RUNNING = 2000`. */
const SETTING = /^\s*(MAX_JOBS_RUNNING|MAX_JOBS_PER_OWNER)\s*=\s*(\d+)\s*$/gim;

export const jobsFitThePool: SiteRule = {
  name: "jobs-fit-the-pool",
  pack: "quotas",
  title: "The schedd runs no more jobs at once than the batch pool has cores, and no owner may queue more than that.",
  why: "Each running job costs the schedd a process, which `MAX_JOBS_RUNNING` bounds, and no more jobs run than the pool has cores.",
  sources: ["https://htcondor.readthedocs.io/en/latest/admin-manual/configuration-macros.html"],
  severity: "medium",
  enforcement: "advisory",
  remedy: "Lower af:batch.schedd.limits: every running job costs the schedd a shadow, and none runs without a core.",
  frameworks: ["facility:Q-22"],
  scope: "site",
  check: (objects, { batch }, on) => {
    if (batch.kind === "none") return;
    for (const object of objects.filter((each) => is(each, "v1", "ConfigMap"))) {
      const judgement = on(object);
      judgement.attempt(() => {
        for (const [, field] of object.root.at("data").entries())
          for (const [, name = "", value = "0"] of (field.text() ?? "").matchAll(SETTING))
            judgement.compared(field, {
              subject: name.toUpperCase(),
              resource: `cores of ${batch.pool.name}`,
              unit: "count",
              need: BigInt(value),
              have: BigInt(batch.pool.cores),
            });
      });
    }
  },
};
