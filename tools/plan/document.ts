import { PACKING_VERDICTS } from "../../capacity/packing/prove";
import { z } from "zod";
import { comparisonSchema, exceptionSchema, findingSchema, rulesSchema, waiverSchema } from "../findings";
import { CHANGES, CAPACITY_QUESTIONS, type CapacityProof } from "./capacity";
import { hostUse, RESOURCES } from "./host-use";
import { ratesSchema } from "./rates";

const resource = z.strictObject({
  urn: z.string(),
  type: z.string().describe("Pulumi's type token"),
  name: z.string(),
  parent: z.string().optional().describe("URN of the parent"),
  component: z.boolean(),
  inputs: z.record(z.string(), z.unknown()).describe("Secrets read [secret], values that are not known before up read [unknown]"),
  options: z.strictObject({
    protect: z.boolean(),
    retainOnDelete: z.boolean(),
    dependsOn: z.array(z.string()).readonly(),
    deletedWith: z.string().optional(),
    timeouts: z.strictObject({ create: z.string(), update: z.string(), delete: z.string() }),
    additionalSecretOutputs: z.array(z.string()).readonly(),
  }),
});

const answer = z.strictObject({
  question: z.enum(CAPACITY_QUESTIONS),
  about: z.string().describe("What it is about, for people"),
  verdict: z
    .enum(PACKING_VERDICTS)
    .describe(
      "fits: whatever the scheduler does; at risk: there is a placement, some orders of placing may leave a pod waiting; not settled: the search ended before it found a placement or excluded all, or nothing says how many there are; does not fit: there is none",
    ),
  unit: z.enum(["pods", "servers", "hosts", "workloads"]).describe("What need, have and margin count"),
  need: z.int(),
  have: z.int().describe("In the best placement that is known"),
  margin: z.int().describe("have - need; negative if it does not fit"),
  note: z.string().describe("What else there is to know, for people"),
  waits: z
    .array(
      z.strictObject({
        workload: z.string().describe("namespace/name"),
        verdict: z.enum(["at risk", "not settled", "does not fit"]),
        waiting: z
          .int()
          .describe("Pods that wait: in the best placement where not all have a place, else in a bad order; 0 if that is not settled"),
        of: z.int(),
        reasons: z
          .array(z.strictObject({ reason: z.string().describe("In the scheduler's words"), hosts: z.array(z.string()).readonly() }))
          .readonly(),
      }),
    )
    .readonly()
    .describe("Workloads that find no place, or may not, and which hosts refuse them for what"),
  changes: z
    .array(z.string())
    .readonly()
    .describe("Changes of the site that help, the smallest first, each with the keys of the site file that say it"),
});

const amount = z.strictObject({ used: z.string().describe("Millicores, bytes, pods; as text"), of: z.string() });

const capacity = z
  .strictObject({
    answers: z.array(answer).readonly(),
    hosts: z
      .array(
        z.strictObject({
          host: z.string(),
          pool: z.string(),
          tightest: z.enum(RESOURCES).describe("The resource of which least is left"),
          cpu: amount,
          memory: amount,
          pods: amount,
        }),
      )
      .readonly()
      .describe("Hosts with everything placed, the tightest first"),
    uncounted: z.array(z.string()).readonly().describe("What is not counted, because it cannot be read"),
  })
  .describe("Whether it fits on the site's hosts, one by one");

/** What `plan --json` prints for a site. */
export const PlanDocument = z
  .strictObject({
    site: z.strictObject({ name: z.string(), title: z.string() }),
    resources: z.array(resource).readonly(),
    findings: z.array(findingSchema).readonly(),
    exceptions: z.array(exceptionSchema).readonly().describe("Standing exceptions that were used"),
    waivers: z.array(waiverSchema).readonly().describe("Waivers of the site file that were used"),
    rules: rulesSchema,
    comparisons: z
      .array(comparisonSchema)
      .readonly()
      .describe("Every need that a rule compared with what there is, those that fit too; the tightest first"),
    capacity,
    rates: ratesSchema.optional(),
    flows: z
      .array(
        z.strictObject({
          from: z.string().describe("role/pods, every pod, hosts, a group of addresses, or anywhere"),
          to: z.string().describe("The same, or outside: every address that is neither the cluster's nor a host's"),
          ports: z.string().describe("Protocol and ports, such as TCP 443, 8000-8010"),
        }),
      )
      .readonly()
      .describe(
        "Who reaches whom by all network policies together; everything else is shut, where the network plugin enforces them (the rule network-policies-are-enforced). Empty if a policy cannot be read",
      ),
    summary: z.strictObject({
      passes: z.boolean(),
      resources: z.int().describe("Without components"),
      components: z.int(),
      protected: z.int(),
      pods: z.int().describe("At full scale, without those of a rollout"),
      mandatory: z.int(),
      advisory: z.int(),
    }),
    checks: z.strictObject({
      crds: z.string().describe("checked: ..., or not done: and why"),
      charts: z.string().describe("checked: ..., or not done: and why"),
    }),
  })
  .describe("A facility as it would be built, judged by both policy packs");
/** What `plan --json` prints for a site, as a value. */
export type PlanDocument = z.output<typeof PlanDocument>;

const plan = PlanDocument.meta({ id: "Plan" });

/** What `plan --json` prints. */
export const PlansDocument = z
  .union([plan, z.array(plan).min(2).readonly()])
  .describe("The plan of a site, or those of several in the order in which they were asked for");

/** The capacity proof as the document shows it. */
export function capacityEntry({ facility, answers, uncounted }: CapacityProof): PlanDocument["capacity"] {
  return {
    answers: answers.map((each) => ({ ...each, changes: each.changes(CHANGES), margin: each.have - each.need })),
    hosts: (facility ? hostUse(facility) : []).map(({ host, pool, tightest, used, of }) => {
      const amountOf = (resource: (typeof RESOURCES)[number]) => ({ used: String(used[resource]), of: String(of[resource]) });
      return { host, pool, tightest, cpu: amountOf("cpu"), memory: amountOf("memory"), pods: amountOf("pods") };
    }),
    uncounted,
  };
}
