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
    ofSite: z
      .array(z.string())
      .readonly()
      .describe(
        "Objects of the site that were judged beside them: its classes, and the namespaces in which they are; what these break by themselves is not told",
      ),
    unread: z.array(z.string()).readonly().describe("What could not be read and was not judged: the file, the reason and the way out"),
    skipped: z.array(z.string()).readonly().describe("Files of folders that are neither YAML nor JSON, and links that lead in a circle"),
    passes: z.boolean().describe("False for a violation, and if something could not be read"),
  })
  .describe("Kubernetes objects, judged by both policy packs");
/** What `policy --json` prints, as a value. */
export type PolicyDocument = z.output<typeof PolicyDocument>;
