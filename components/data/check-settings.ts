import { z } from "zod";
import { absolutePath, image, label } from "../fields";

/** Settings of the job that reads a known file of each store now and then. */
export const CheckSettings = z
  .strictObject({
    image: image.describe("Image with xrdcp and the authorities that signed the doors' certificates, such as the cache's"),
    schedule: z
      .string()
      .regex(/^[\d*/,-]+( [\d*/,-]+){4}$/, "allowed: five fields of cron in digits, such as 17 * * * *")
      .default("17 * * * *")
      .meta({ description: "When it reads, in UTC", unit: "cron", examples: ["17 * * * *"], perSite: true }),
    files: z
      .record(label, absolutePath)
      .refine((files) => Object.keys(files).length > 0, "allowed: at least one file")
      .meta({ description: "A small file of each store that is read, by the store's name", perSite: true }),
  })
  .describe("A job that reads known files through doors, cache and origin with a token of its own, and times each")
  .meta({ readBy: ["data check"] });
/** Settings of the job that reads known files, with defaults filled in. */
export type CheckSettings = z.infer<typeof CheckSettings>;
