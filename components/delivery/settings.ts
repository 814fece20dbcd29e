import { z } from "zod";
import { httpsUrl } from "../fields";

const mirror = httpsUrl.optional().describe("One mirror for all charts, in place of their own repositories");

/** How charts reach the cluster. Never both ways for one object. */
export const Delivery = z
  .discriminatedUnion("kind", [
    z
      .strictObject({
        kind: z.literal("flux"),
        mirror,
        interval: z
          .string()
          .regex(/^\d+[smh]$/, "allowed: a duration such as 10m")
          .default("10m")
          .meta({ description: "How often Flux compares the cluster with the release", unit: "Go duration", examples: ["10m"] }),
      })
      .describe("Pulumi writes HelmReleases, and Flux delivers what they name"),
    z.strictObject({ kind: z.literal("helm"), mirror }).describe("Pulumi's own Helm client delivers"),
  ])
  .describe("How charts reach the cluster")
  .meta({ readBy: ["every chart"] });
export type Delivery = z.infer<typeof Delivery>;
