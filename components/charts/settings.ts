import { z } from "zod";
import { httpsUrl } from "../fields";

/** How charts reach the cluster: by Flux (Pulumi writes HelmReleases) or by Pulumi's own Helm client. Never both for one object. */
export const Delivery = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("flux"),
    /** One mirror for all charts, in place of their own repositories. */
    mirror: httpsUrl.optional(),
    /** How often Flux compares the cluster with the release, as a Go duration. */
    interval: z
      .string()
      .regex(/^\d+[smh]$/, "allowed: a duration such as 10m")
      .default("10m"),
  }),
  z.strictObject({ kind: z.literal("helm"), mirror: httpsUrl.optional() }),
]);
export type Delivery = z.infer<typeof Delivery>;
