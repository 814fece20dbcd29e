import { daysUntil } from "./days";
import type { Problem } from "./problems";
import { declaredSecrets } from "./secrets";
import type { Site } from "./schema";

/** A credential whose last day the site file states. */
export interface Credential {
  readonly name: string;
  readonly purpose: string;
  /** Last day on which it is valid, as `YYYY-MM-DD`. */
  readonly until: string;
  /** Days from today to its last day: 0 on that day, negative after it. */
  readonly daysLeft: number;
}

/**
 * The site's credentials with a known end, in the order of their ends.
 * @param today counts as a day of UTC.
 */
export function credentialsOf(site: Site, today: Date): readonly Credential[] {
  return declaredSecrets(site)
    .flatMap(({ name, purpose }) => {
      const until = site.expiry[name];
      return until === undefined ? [] : [{ name, purpose, until, daysLeft: daysUntil(until, today) }];
    })
    .sort((a, b) => a.daysLeft - b.daysLeft);
}

/** Problems of entries in `af:expiry` for secrets that the site does not have or that do not end. */
export function strayEnds(site: Site): readonly Problem[] {
  const ending = declaredSecrets(site)
    .filter(({ ends }) => ends)
    .map(({ name }) => name);
  return Object.keys(site.expiry)
    .filter((name) => !ending.includes(name))
    .map((name) => ({
      path: `af:expiry.${name}`,
      message: `the site has no such secret, or the secret does not expire; allowed: ${ending.join(", ") || "none, because no secret of this site expires"}`,
    }));
}
