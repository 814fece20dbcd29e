import { z } from "zod";
import { comparisonSchema, exceptionSchema, findingSchema, rulesSchema } from "../findings";

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

/** What `plan --json` prints. */
export const PlanDocument = z
  .strictObject({
    site: z.strictObject({ name: z.string(), title: z.string() }),
    resources: z.array(resource).readonly(),
    findings: z.array(findingSchema).readonly(),
    exceptions: z.array(exceptionSchema).readonly().describe("Standing exceptions that were used"),
    rules: rulesSchema,
    comparisons: z
      .array(comparisonSchema)
      .readonly()
      .describe("Every need that a rule compared with what there is, those that fit too; the tightest first"),
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
export type PlanDocument = z.output<typeof PlanDocument>;
