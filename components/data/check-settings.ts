import { z } from "zod";
import { absolutePath, image, label } from "../fields";

/** Seconds of the units that `interval` takes. */
const SECONDS: Readonly<Record<string, number>> = { m: 60, h: 3600 };

/** Most seconds between two runs, a week. We chose it. */
const LONGEST = 7 * 24 * 3600;

/** Settings of the check that reads a known file of each store now and then. */
export const CheckSettings = z
  .strictObject({
    image: image.describe("Image with xrdcp and the authorities that signed the doors' certificates, such as the cache's"),
    interval: z
      .string()
      .regex(/^[1-9]\d*[mh]$/, { error: "allowed: a Prometheus duration in minutes or hours, such as 30m or 6h", abort: true })
      .refine((value) => secondsOf(value) <= LONGEST, "allowed: 1m to 168h (a week); what is read less often tells nobody in time")
      .default("1h")
      .meta({ description: "How long it waits between two runs", unit: "Prometheus duration", examples: ["1h"], perSite: true }),
    files: z
      .record(label, absolutePath)
      .refine((files) => Object.keys(files).length > 0, "allowed: at least one file")
      .meta({
        description: "A file of each store that is read, by the store's name: small, because every hop has two minutes for it",
        perSite: true,
      }),
  })
  .describe("A check that reads known files through doors, cache and origin with a token of its own, times each, and tells Prometheus")
  .meta({ readBy: ["data check"] });
/** Settings of the check that reads known files, with defaults filled in. */
export type CheckSettings = z.infer<typeof CheckSettings>;

/** Seconds between two runs of the check. */
export function checkPause({ interval }: Pick<CheckSettings, "interval">): number {
  return secondsOf(interval);
}

function secondsOf(duration: string): number {
  return parseInt(duration, 10) * (SECONDS[duration.slice(-1)] ?? NaN);
}
