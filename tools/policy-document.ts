import { z } from "zod";
import { comparisonSchema, exceptionSchema, findingSchema, rulesSchema, waiverSchema } from "./findings";

/** What `policy --json` prints. */
export const PolicyDocument = z
  .strictObject({
    objects: z.int().describe("Objects that were judged, those that charts and operators make among them"),
    findings: z.array(findingSchema).readonly(),
    exceptions: z.array(exceptionSchema).readonly().describe("Standing exceptions that were used"),
    waivers: z.array(waiverSchema).readonly().describe("Waivers of the site file that were used"),
    rules: rulesSchema,
    comparisons: z
      .array(comparisonSchema)
      .readonly()
      .describe("Every need that a rule compared with what there is, those that fit too; the tightest first"),
    passes: z.boolean(),
  })
  .describe("Kubernetes objects, judged by both policy packs");
/** What `policy --json` prints, as a value. */
export type PolicyDocument = z.output<typeof PolicyDocument>;
