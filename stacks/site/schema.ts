import { type z } from "zod";
import { Batch } from "../../components/batch/settings";
import { Delivery } from "../../components/delivery/settings";
import { Data } from "../../components/data/settings";
import { Hub } from "../../components/hub/settings";
import { Monitoring } from "../../components/monitoring/settings";
import { Nodes } from "../../components/nodes/settings";
import { Platform } from "../../components/platform/settings";
import { ServiceX } from "../../components/servicex/settings";
import { Identity } from "../../components/site/settings";
import { Skyhook } from "../../components/skyhook/settings";
import { Storage } from "../../components/storage/settings";
import { Tenancy } from "../../components/tenancy/settings";
import { Differences } from "./differences";
import { Expiry } from "./expiry";

/** The settings of each concern, by configuration key: `af:<key>` in the site file. */
export const CONCERNS = {
  site: Identity,
  nodes: Nodes,
  tenancy: Tenancy,
  delivery: Delivery,
  platform: Platform,
  storage: Storage,
  monitoring: Monitoring,
  data: Data,
  batch: Batch,
  hub: Hub,
  servicex: ServiceX.default({ kind: "none" }),
  skyhook: Skyhook.default({ kind: "none" }),
  differences: Differences.default({}),
  expiry: Expiry.default({}),
} as const;

export type Concern = keyof typeof CONCERNS;

/** Everything that one facility is. Deeply plain data: what exists is decided by it, never by an Output. */
export type Site = { readonly [C in Concern]: z.output<(typeof CONCERNS)[C]> };

/** Key beside the concerns: values that only the engine can decrypt. Their shape is in {@link declaredSecrets}. */
export const SECRETS_KEY = "secrets";
