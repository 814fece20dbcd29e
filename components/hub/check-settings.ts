import { z } from "zod";
import { cron } from "../cron";
import { absolutePath } from "../fields";

/**
 * Settings of the job that does what a user does. We chose six times a day: each run takes a server, a home and two workers for some minutes,
 * and a facility that breaks at night is known to be broken before its users come.
 */
export const HubCheckSettings = z
  .strictObject({
    schedule: cron
      .default("41 */4 * * *")
      .meta({ description: "When it runs, in UTC", unit: "cron", examples: ["41 */4 * * *"], perSite: true }),
    file: absolutePath.meta({
      description:
        "A small file that a server reads at the address of the data which all servers are given: that of the cache, where the site has one",
      examples: ["/store/test/known"],
      perSite: true,
    }),
  })
  .describe(
    "A job that does what a user does: it logs in as a service, starts a server, reads a file, scales Dask to two workers, fills a histogram, and stops the server; the server is one of users.concurrent",
  )
  .meta({ readBy: ["hub check"] });
/** Settings of the job that does what a user does, with defaults filled in. */
export type HubCheckSettings = z.infer<typeof HubCheckSettings>;
