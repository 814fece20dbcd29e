import { z } from "zod";
import { day, label, podCount, prose } from "../fields";

/** Settings of an event, for which places are kept on the hosts. */
export const event = z.strictObject({
  name: label.describe("Name of the event; the Deployments of its placeholders are named after it"),
  until: day.describe("Last day of the event, after which the entry has to go"),
  servers: z
    .array(
      z.strictObject({
        profile: prose.describe("Name of a profile"),
        count: podCount.describe("Number of servers for which places stay free beyond those that run"),
      }),
    )
    .min(1, "allowed: at least one profile")
    .describe("How many servers start at once when the event begins, by profile"),
});

/** An event, for which places are kept on the hosts. */
export type HubEvent = z.infer<typeof event>;
