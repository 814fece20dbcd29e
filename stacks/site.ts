import { type z } from "zod";
import { Batch } from "../components/batch/settings";
import { Delivery } from "../components/charts/settings";
import { Data } from "../components/data/settings";
import { Hub } from "../components/hub/settings";
import { Monitoring } from "../components/monitoring/settings";
import { Nodes } from "../components/nodes/settings";
import { Platform } from "../components/platform/settings";
import { ServiceX } from "../components/servicex/settings";
import { Identity } from "../components/site-settings";
import { Skyhook } from "../components/skyhook/settings";
import { Storage } from "../components/storage/settings";
import { Tenancy } from "../components/tenancy/settings";
import { CHECKS } from "./checks";
import { Differences } from "./differences";
import { Expiry } from "./expiry";
import { nearest, problemsOf, SiteError, type Problem } from "./problems";

/** The settings of each concern, by configuration key: `af:<key>` in the site file. */
export const CONCERNS = {
  site: Identity,
  nodes: Nodes,
  tenancy: Tenancy,
  delivery: Delivery,
  platform: Platform,
  storage: Storage,
  monitoring: Monitoring,
  data: Data,
  batch: Batch,
  hub: Hub,
  servicex: ServiceX.default({ kind: "none" }),
  skyhook: Skyhook.default({ kind: "none" }),
  differences: Differences.default({}),
  expiry: Expiry.default({}),
} as const;

export type Concern = keyof typeof CONCERNS;

/** Everything that one facility is. Deeply plain data: what exists is decided by it, never by an Output. */
export type Site = { readonly [C in Concern]: z.output<(typeof CONCERNS)[C]> };

/** Key beside the concerns: values that only the engine can decrypt. Their shape is in {@link declaredSecrets}. */
export const SECRETS_KEY = "secrets";

/**
 * Reads a site out of its configuration, keys without the `af:` prefix.
 * @param source names the file in messages.
 * @throws {SiteError} with every problem of every concern, and every cross-check whose concerns could be read.
 */
export function parseSite(configuration: Readonly<Record<string, unknown>>, source: string): Site {
  const known = [...Object.keys(CONCERNS), SECRETS_KEY];
  const problems: Problem[] = Object.keys(configuration)
    .filter((key) => !known.includes(key))
    .map((key) => ({
      path: `af:${key}`,
      message: `unknown key${nearest(key, known)}; allowed: ${known.map((one) => `af:${one}`).join(", ")}`,
    }));
  const site: Record<string, unknown> = {};
  for (const [concern, schema] of Object.entries(CONCERNS)) {
    const result = schema.safeParse(configuration[concern]);
    if (result.success) site[concern] = result.data;
    else problems.push(...problemsOf(concern, schema, result.error, configuration[concern]));
  }
  for (const { needs, find } of CHECKS) {
    // A check speaks only when all that it looks at could be read; the rest has been said already.
    if ((needs === "all" ? Object.keys(CONCERNS) : needs).every((concern) => site[concern] !== undefined))
      problems.push(...find(site as unknown as Site));
  }
  if (problems.length > 0) throw new SiteError(source, problems);
  return site as unknown as Site;
}
