import { z } from "zod";
import { size } from "../fields";

export const Monitoring = z.strictObject({
  /** How long Prometheus keeps samples, e.g. `30d`. */
  retention: z
    .string()
    .regex(/^\d+[hdwy]$/, "allowed: a Prometheus duration such as 30d or 2w")
    .default("15d"),
  /** Volume of Prometheus. */
  volume: size,
  /** Memory of Prometheus: about 8 KiB per active series. */
  memory: size.default("4Gi"),
});
export type Monitoring = z.infer<typeof Monitoring>;
