import { z } from "zod";
import { chartRepository } from "../fields";

const mirror = chartRepository.optional().describe("One mirror that serves all charts in place of their own repositories");

/** Settings of how charts reach the cluster. A site takes one way for all charts: two owners of one object would overwrite each other. */
export const Delivery = z
  .discriminatedUnion("kind", [
    z
      .strictObject({
        kind: z.literal("flux"),
        mirror,
        interval: z
          .string()
          .regex(/^\d+[smh]$/, "allowed: a duration such as 10m")
          // Chosen by us: the interval in Flux's own examples (https://fluxcd.io/flux/components/helm/helmreleases/).
          .default("10m")
          .meta({ description: "How often Flux compares the cluster with the release", unit: "Go duration", examples: ["10m"] }),
      })
      .describe("Pulumi writes HelmReleases, and Flux installs the charts that they name"),
    z.strictObject({ kind: z.literal("helm"), mirror }).describe("Pulumi's own Helm client installs the charts"),
  ])
  .describe("How charts reach the cluster")
  .meta({ readBy: ["every chart"] });
/** Settings of delivery, with defaults filled in. */
export type Delivery = z.infer<typeof Delivery>;
