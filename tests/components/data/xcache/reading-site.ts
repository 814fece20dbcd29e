import type { DaskGatewayValues } from "#af/components/charts/dask-gateway";
import type { JupyterHubValues } from "#af/components/charts/jupyterhub";
import type { Manifest } from "#af/components/manifest";
import { partsOf } from "#af/stacks/site/parts";
import { parseSite } from "#af/stacks/site/parse";
import { asRecord } from "../../../stacks/written";
import { KINDS, settingsOfKind } from "../../../support/site-kinds";
import { spoilt } from "../../../support/site-config";
import type { RenderedCache } from "./running-cache";

/** Variables by name. */
export type Environment = Readonly<Record<string, string>>;

/** What a whole site renders for those who read through its cache. */
export interface ReadingSite {
  readonly cache: RenderedCache;
  /** Objects of what answers to the name `xcache`, by key. */
  readonly signpost: Readonly<Record<string, Manifest>>;
  /** Variables of the readers that are pods, by what they are. */
  readonly pods: Readonly<Record<string, Environment>>;
  /** Variables of a user server, by which its clusters of Dask make jobs for hosts outside of the cluster. */
  readonly notebook: Environment;
}

/** Renders a site with Dask Gateway and a cache of its own. @param cache settings over those that every such site needs. */
export async function readingSite(cache: unknown): Promise<ReadingSite> {
  const changes = [...(KINDS["data.cache: xcache"] ?? []), [["data", "cache"], cache] as const];
  const config = changes.reduce((tree, [at, value]) => spoilt(tree, at, value), await settingsOfKind("hub.dask: gateway"));
  const site = parseSite(config, "a test");
  const { data } = site;
  if (data.cache.kind !== "xcache") throw new Error("the site has no cache of its own");
  const { hub, data: parts } = partsOf(site);
  const values = hub.hub.releases["chart"]?.values as JupyterHubValues;
  const clusters = (hub.gateway?.releases["chart"]?.values as DaskGatewayValues).gateway.backend.environment;
  const clients = asRecord(hub.hub.objects["clients"]?.["data"]) as Environment;
  return {
    cache: { data, settings: data.cache, hosts: ["cache1"], objects: parts.xcache?.objects ?? {} },
    signpost: parts.signpost?.objects ?? {},
    pods: {
      "user server": { ...clients, ...values.singleuser.extraEnv },
      "second container of its pod": clients,
      "worker of Dask Gateway": clusters,
    },
    notebook: values.singleuser.extraEnv,
  };
}
