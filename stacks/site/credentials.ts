import type { Problem } from "./problems";
import { declaredSecrets } from "./secrets";
import type { Site } from "./schema";

/** Days before its end from which a credential is worth a word. */
const NOTICE_DAYS = 30;
const DAY = 24 * 60 * 60 * 1000;

/** A credential whose end is known. */
export interface Credential {
  readonly name: string;
  readonly purpose: string;
  readonly until: string;
  /** Days from today to its last one: 0 on that day, negative after it. */
  readonly daysLeft: number;
}

/** The site's credentials by their end, first things first. */
export function credentialsOf(site: Site, today: Date): readonly Credential[] {
  return declaredSecrets(site)
    .flatMap(({ name, purpose }) => {
      const until = site.expiry[name];
      return until === undefined
        ? []
        : [{ name, purpose, until, daysLeft: (Date.parse(until) - Date.parse(today.toISOString().slice(0, 10))) / DAY }];
    })
    .sort((a, b) => a.daysLeft - b.daysLeft);
}

/** Those that have ended or will do so within 30 days. */
export function endingSoon(site: Site, today: Date): readonly Credential[] {
  return credentialsOf(site, today).filter(({ daysLeft }) => daysLeft <= NOTICE_DAYS);
}

/** Ends of secrets that the site does not have, or that have none. */
export function strayEnds(site: Site): readonly Problem[] {
  const ending = declaredSecrets(site)
    .filter(({ ends }) => ends)
    .map(({ name }) => name);
  return Object.keys(site.expiry)
    .filter((name) => !ending.includes(name))
    .map((name) => ({
      path: `af:expiry.${name}`,
      message: `the site has no such secret, or it does not end; allowed: ${ending.join(", ") || "none, for no secret of this site ends"}`,
    }));
}
