import { batchNeeds, batchOffers } from "../../components/batch/settings";
import { CAPABILITIES, type Capability, type Need } from "../../components/contract";
import { dataNeeds, dataOffers } from "../../components/data/settings";
import { hubNeeds } from "../../components/hub/settings";
import { monitoringNeeds } from "../../components/monitoring/settings";
import { platformNeeds, platformOffers } from "../../components/platform/settings";
import { servicexNeeds } from "../../components/servicex/settings";
import { clusterOffers } from "../../components/site/settings";
import { storageNeeds, storageOffers } from "../../components/storage/settings";
import type { Problem } from "./problems";
import type { Site } from "./schema";

/** What a site offers to its services. */
export function offersOf({ site, platform, storage, data, batch }: Site): ReadonlySet<Capability> {
  return new Set([
    ...clusterOffers(site),
    ...platformOffers(platform),
    ...storageOffers(storage),
    ...dataOffers(data),
    ...batchOffers(batch),
  ]);
}

/** What the services of a site need. */
export function needsOf({ platform, storage, monitoring, data, batch, hub, servicex }: Site): readonly Need[] {
  return [
    ...platformNeeds(platform),
    ...storageNeeds(storage),
    ...monitoringNeeds(monitoring),
    ...dataNeeds(data),
    ...batchNeeds(batch),
    ...hubNeeds(hub),
    ...servicexNeeds(servicex),
  ];
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
