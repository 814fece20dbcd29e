import type { Hardening } from "#af/components/site/settings";
import type { Site } from "#af/stacks/site/schema";
import { dayFromNow } from "./waiver";

/** What somebody has looked at in a cluster that guards all it should; seen yesterday unless another day is given. */
export function hardened(checked: string = dayFromNow(-1)): Required<Hardening> {
  // Each has an object of its own, so that a change of one is no change of the others.
  const fact = () => ({ holds: true, owner: "operators of the cluster", checked });
  return { secretsEncrypted: fact(), auditLogged: fact(), kubeletsAuthorize: fact() };
}

/** The site, with a cluster that somebody has looked at, for tests that are about something else. */
export function withHardening(site: Site): Site {
  return { ...site, site: { ...site.site, kubernetes: { ...site.site.kubernetes, hardening: hardened() } } };
}
