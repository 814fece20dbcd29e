import { z } from "zod";
import { day } from "../../components/fields";

/**
 * Settings that state the last day of credentials, by the secret's name. They are not encrypted, so that tools need no key to read them.
 */
export const Expiry = z
  .record(z.string().min(1), day.describe("Last day on which the secret is valid"))
  .describe("Last days of secrets that expire, by their names below af:secrets")
  .meta({ readBy: ["site validate", "plan"], perSite: true });
/** Last days of credentials, by the secret's name. */
export type Expiry = z.output<typeof Expiry>;
