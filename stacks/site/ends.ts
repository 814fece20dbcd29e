import { credentialsOf } from "./credentials";
import { daysUntil, NOTICE_DAYS } from "./days";
import type { Site } from "./schema";
import { commandFor } from "./secrets";

/** Something in a site file that holds until a day. */
export interface End {
  /** Where the day is written, such as `af:waivers[0].until`. */
  readonly path: string;
  /** What ends, for people. */
  readonly what: string;
  /** The name of what ends: that of a secret, a key or an event, or the object of a waiver or an approval. */
  readonly name: string;
  /** Its last day, as `YYYY-MM-DD`. */
  readonly until: string;
  /** Days from today to the last day: 0 on that day, negative after it. */
  readonly daysLeft: number;
  /** What to do about it. */
  readonly mend: string;
}

/**
 * Everything in a site file that ends, the nearest end first: credentials, the overlap of signing keys, events, waivers and approvals.
 * @param today counts as a day of UTC.
 */
export function endsOf(site: Site, today: Date): readonly End[] {
  const credentials = credentialsOf(site, today).map((credential) => ({
    path: `af:expiry.${credential.name}`,
    what: `${credential.name} (${credential.purpose})`,
    name: credential.name,
    until: credential.until,
    daysLeft: credential.daysLeft,
    mend: `get a new one, set it: ${commandFor(credential, site.site.name)}, and write its end here`,
  }));
  const keys = overlapsOf(site).map(({ id, until }) => ({
    path: "af:batch.schedd.signingKey.previous.until",
    what: `the time in which the access point accepts tokens of the signing key ${id}`,
    name: id,
    until,
    daysLeft: daysUntil(until, today),
    mend: "take previous out, and run `up`, so that the access point forgets the key",
  }));
  const events = site.hub.events.map(({ name, until }, index) => ({
    path: `af:hub.events[${index}].until`,
    what: `the event ${name}`,
    name,
    until,
    daysLeft: daysUntil(until, today),
    mend: "take the entry out, and run `up`, so that others get the places that are kept for it",
  }));
  const waivers = site.waivers.map(({ rule, object, owner, until }, index) => ({
    path: `af:waivers[${index}].until`,
    what: `the waiver of ${rule} for ${object}`,
    name: `${rule} for ${object}`,
    until,
    daysLeft: daysUntil(until, today),
    mend: `mend the object and remove the waiver, or have ${owner} agree to it anew and write its new end here`,
  }));
  const approvals = site.approvals.map(({ change, object, owner, until }, index) => ({
    path: `af:approvals[${index}].until`,
    what: `the approval to ${change} ${object}`,
    name: `${change} ${object}`,
    until,
    daysLeft: daysUntil(until, today),
    mend: `remove the approval, or have ${owner} agree to it anew and write its new end here`,
  }));
  return [...credentials, ...keys, ...events, ...waivers, ...approvals].sort((a, b) => a.daysLeft - b.daysLeft);
}

/** The signing key of before whose tokens are still accepted; none while no key changes. */
function overlapsOf({ batch }: Site): readonly { readonly id: string; readonly until: string }[] {
  if (batch.kind === "none" || batch.schedd.kind === "external") return [];
  const { previous } = batch.schedd.signingKey;
  return previous ? [previous] : [];
}

/** What has ended or ends within {@link NOTICE_DAYS}, the nearest end first. */
export function endingSoon(site: Site, today: Date): readonly End[] {
  return endsOf(site, today).filter(({ daysLeft }) => daysLeft <= NOTICE_DAYS);
}
