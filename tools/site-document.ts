import { z } from "zod";

/** What `site validate --json` prints. */
export const SitesDocument = z
  .strictObject({
    sites: z
      .array(
        z.strictObject({
          name: z.string(),
          problems: z
            .array(z.strictObject({ path: z.string().describe("Where, e.g. af:nodes.workers.hosts[2]"), message: z.string() }))
            .readonly()
            .describe("Everything that is wrong; empty for a site that is right"),
        }),
      )
      .readonly(),
  })
  .describe("Site files, validated");
export type SitesDocument = z.output<typeof SitesDocument>;
