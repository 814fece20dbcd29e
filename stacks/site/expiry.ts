import { z } from "zod";

/** When credentials end, by the secret's name: in plain, so that the end is known without a key. */
export const Expiry = z
  .record(
    z.string().min(1),
    z.iso
      .date("allowed: a date such as 2027-06-30")
      .meta({ description: "Last day on which it is good", unit: "date", examples: ["2027-06-30"], perSite: true }),
  )
  .describe("When secrets that end do so, by the name below af:secrets")
  .meta({ readBy: ["site validate", "plan"], perSite: true });
export type Expiry = z.output<typeof Expiry>;
