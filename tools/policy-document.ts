import { z } from "zod";
import { exceptionSchema, findingSchema, rulesSchema } from "./findings";

/** What `policy --json` prints. */
export const PolicyDocument = z
  .strictObject({
    objects: z.int().describe("Objects that were judged, those that charts and operators make among them"),
    findings: z.array(findingSchema).readonly(),
    exceptions: z.array(exceptionSchema).readonly().describe("Standing exceptions that were used"),
    rules: rulesSchema,
    passes: z.boolean(),
  })
  .describe("Kubernetes objects, judged by both policy packs");
export type PolicyDocument = z.output<typeof PolicyDocument>;
