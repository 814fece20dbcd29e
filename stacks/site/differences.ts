import { z } from "zod";

/** Key of the site file that explains what is different here on purpose. */
export const DIFFERENCES_KEY = "differences";

/**
 * Why a site is not like the others, by path. What differs by nature (names, hosts, addresses, sizes) is marked `perSite` in the settings and
 * needs no reason; every other difference has one here, in the file of one of the two sites. No service reads it.
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
export type Differences = z.output<typeof Differences>;
