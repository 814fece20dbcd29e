import { type z } from "zod";
import { batchSecrets } from "../../components/batch/secrets";
import { Batch, batchNeeds, batchOffers } from "../../components/batch/settings";
import { concern } from "../../components/concern";
import { dataSecrets } from "../../components/data/secrets";
import { Data, dataNeeds, dataOffers } from "../../components/data/settings";
import { Delivery } from "../../components/delivery/settings";
import { hubSecrets } from "../../components/hub/secrets";
import { HubSettings, hubNeeds } from "../../components/hub/settings";
import { MonitoringSettings, monitoringNeeds } from "../../components/monitoring/settings";
import { Nodes } from "../../components/nodes/settings";
import { platformSecrets } from "../../components/platform/secrets";
import { PlatformSettings, platformNeeds, platformOffers } from "../../components/platform/settings";
import { servicexSecrets } from "../../components/servicex/secrets";
import { ServiceXSettings, servicexNeeds } from "../../components/servicex/settings";
import { clusterOffers, Identity } from "../../components/site/settings";
import { Skyhook } from "../../components/skyhook/settings";
import { storageSecrets } from "../../components/storage/secrets";
import { StorageSettings, storageNeeds, storageOffers } from "../../components/storage/settings";
import { Tenancy } from "../../components/tenancy/settings";
import { Differences } from "./differences";
import { Expiry } from "./expiry";
import { Freeze } from "./freeze";
import { Approvals, Waivers } from "./waivers";

/** All concerns of a site, by their keys: the site file writes a key as `af:<key>`. */
export const CONCERNS = {
  site: concern(Identity, { offers: clusterOffers }),
  nodes: concern(Nodes),
  tenancy: concern(Tenancy),
  delivery: concern(Delivery),
  platform: concern(PlatformSettings, { needs: platformNeeds, offers: platformOffers, secrets: platformSecrets }),
  storage: concern(StorageSettings, { needs: storageNeeds, offers: storageOffers, secrets: storageSecrets }),
  monitoring: concern(MonitoringSettings, { needs: monitoringNeeds }),
  data: concern(Data, { needs: dataNeeds, offers: dataOffers, secrets: dataSecrets }),
  batch: concern(Batch, { needs: batchNeeds, offers: batchOffers, secrets: batchSecrets }),
  hub: concern(HubSettings, { needs: hubNeeds, secrets: hubSecrets }),
  servicex: concern(ServiceXSettings.default({ kind: "none" }), { needs: servicexNeeds, secrets: servicexSecrets }),
  skyhook: concern(Skyhook.default({ kind: "none" })),
  differences: concern(Differences.default({})),
  expiry: concern(Expiry.default({})),
  waivers: concern(Waivers.default([])),
  approvals: concern(Approvals.default([])),
  freeze: concern(Freeze.default([])),
} as const;

/** Key of a concern. */
export type ConcernName = keyof typeof CONCERNS;

/** Keys of all concerns, in the order of {@link CONCERNS}. */
export const CONCERN_NAMES = Object.keys(CONCERNS) as readonly ConcernName[];

type Schemas = { readonly [Name in ConcernName]: (typeof CONCERNS)[Name]["settings"] };

/** Schemas of all concerns, by key. */
export const SCHEMAS = Object.fromEntries(CONCERN_NAMES.map((name) => [name, CONCERNS[name].settings])) as Schemas;

/** All settings of one facility. They are plain data, so no Output ever decides which resources exist. */
export type Site = { readonly [Name in ConcernName]: z.output<Schemas[Name]> };

/** Key of the secrets, beside the concerns. Only the engine can decrypt their values; each concern declares their names. */
export const SECRETS_KEY = "secrets";
