import { CAPABILITIES, type Capability, type Need } from "../../components/contract";
import type { Problem } from "./problems";
import { CONCERN_NAMES, CONCERNS, type Site } from "./schema";

/** What a site offers to its services. */
export function offersOf(site: Site): ReadonlySet<Capability> {
  return new Set(CONCERN_NAMES.flatMap((name) => CONCERNS[name].offers?.(site[name] as never) ?? []));
}

/** What the services of a site need. */
export function needsOf(site: Site): readonly Need[] {
  return CONCERN_NAMES.flatMap((name) => CONCERNS[name].needs?.(site[name] as never) ?? []);
}

/** Needs that meet no offer, with the two ways out of each. */
export function unmetNeeds(site: Site): readonly Problem[] {
  const offers = offersOf(site);
  return needsOf(site)
    .filter(({ capability }) => !offers.has(capability))
    .map(({ capability, path, service, otherwise }) => {
      const { what, offer } = CAPABILITIES[capability];
      return { path, message: `${service} needs ${what}, which the site does not offer: ${offer}, or ${otherwise}` };
    });
}
