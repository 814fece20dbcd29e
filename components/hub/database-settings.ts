import { z } from "zod";
import { cron } from "../cron";
import { count, size } from "../fields";

/** Settings of the hub's own database. */
export const database = z
  .strictObject({
    size: size.default("1Gi").describe("Size of the database's volume"),
    copies: z
      .strictObject({
        // Chosen by us: two weeks of nights, in which somebody notices what is missing.
        keep: count.default(14).describe("Number of copies that are kept; the oldest goes when a new one has been checked"),
        schedule: cron
          .default("23 3 * * *")
          .meta({ description: "When a copy is made, in UTC", unit: "cron", examples: ["23 3 * * *"], perSite: true }),
      })
      .optional()
      .describe("Copies on a volume of their own, made while the hub runs; without them nothing is left of a database that breaks"),
  })
  .prefault({})
  .describe("The hub's own database: users, their servers, and the state of their logins");

/** Settings of the copies of the hub's database. */
export type DatabaseCopies = NonNullable<z.infer<typeof database>["copies"]>;
