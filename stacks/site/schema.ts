import { type z } from "zod";
import { batchSecrets } from "../../components/batch/secrets";
import { Batch, batchNeeds, batchOffers } from "../../components/batch/settings";
import { concern } from "../../components/concern";
import { dataSecrets } from "../../components/data/secrets";
import { Data, dataNeeds, dataOffers } from "../../components/data/settings";
import { Delivery } from "../../components/delivery/settings";
import { hubSecrets } from "../../components/hub/secrets";
import { Hub, hubNeeds } from "../../components/hub/settings";
import { Monitoring, monitoringNeeds } from "../../components/monitoring/settings";
import { Nodes } from "../../components/nodes/settings";
import { platformSecrets } from "../../components/platform/secrets";
import { Platform, platformNeeds, platformOffers } from "../../components/platform/settings";
import { servicexSecrets } from "../../components/servicex/secrets";
import { ServiceX, servicexNeeds } from "../../components/servicex/settings";
import { clusterOffers, Identity } from "../../components/site/settings";
import { Skyhook } from "../../components/skyhook/settings";
import { storageSecrets } from "../../components/storage/secrets";
import { Storage, storageNeeds, storageOffers } from "../../components/storage/settings";
import { Tenancy } from "../../components/tenancy/settings";
import { Differences } from "./differences";
import { Expiry } from "./expiry";

/** Every concern of a site, by configuration key: `af:<key>` in the site file. */
export const CONCERNS = {
  site: concern(Identity, { offers: clusterOffers }),
  nodes: concern(Nodes),
  tenancy: concern(Tenancy),
  delivery: concern(Delivery),
  platform: concern(Platform, { needs: platformNeeds, offers: platformOffers, secrets: platformSecrets }),
  storage: concern(Storage, { needs: storageNeeds, offers: storageOffers, secrets: storageSecrets }),
  monitoring: concern(Monitoring, { needs: monitoringNeeds }),
  data: concern(Data, { needs: dataNeeds, offers: dataOffers, secrets: dataSecrets }),
  batch: concern(Batch, { needs: batchNeeds, offers: batchOffers, secrets: batchSecrets }),
  hub: concern(Hub, { needs: hubNeeds, secrets: hubSecrets }),
  servicex: concern(ServiceX.default({ kind: "none" }), { needs: servicexNeeds, secrets: servicexSecrets }),
  skyhook: concern(Skyhook.default({ kind: "none" })),
  differences: concern(Differences.default({})),
  expiry: concern(Expiry.default({})),
} as const;

export type ConcernName = keyof typeof CONCERNS;

/** Configuration keys of all concerns, in the order of the list. */
export const CONCERN_NAMES = Object.keys(CONCERNS) as readonly ConcernName[];

type Schemas = { readonly [Name in ConcernName]: (typeof CONCERNS)[Name]["settings"] };

/** The settings of each concern, by configuration key. */
export const SCHEMAS = Object.fromEntries(CONCERN_NAMES.map((name) => [name, CONCERNS[name].settings])) as Schemas;

/** Everything that one facility is. Deeply plain data: what exists is decided by it, never by an Output. */
export type Site = { readonly [Name in ConcernName]: z.output<Schemas[Name]> };

/** Key beside the concerns: values that only the engine can decrypt. Their names are those of {@link declaredSecrets}. */
export const SECRETS_KEY = "secrets";
