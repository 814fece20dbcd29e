import { z } from "zod";

/** Key of the site file that explains intended differences from other sites. */
export const DIFFERENCES_KEY = "differences";

/**
 * Settings that say why a site differs from others, by path. Values that differ by nature (names, hosts, addresses, sizes) are marked
 * `perSite` in their schemas and need no reason. Every other difference has a reason here, in the file of one of the two sites. No service
 * reads it.
 */
export const Differences = z
  .record(
    z.string().regex(/^[^.[\]:]+(\.[^.[\]:]+|\[\d+\])*$/, 'allowed: a path without its "af:", such as platform.ingress.replicas'),
    z
      .string("allowed: the reason, as text")
      .min(1, "allowed: the reason, as text")
      .describe("Why it differs")
      .meta({ examples: ["the campus routes a single address"] }),
  )
  .describe("Why this site differs from others, by path; a path also covers what lies below it")
  .meta({ readBy: ["site parity"], perSite: true });
/** Reasons of differences, by path. */
export type Differences = z.output<typeof Differences>;
