import * as path from "node:path";
import type { DaskGatewayValues } from "#af/components/charts/dask-gateway";
import type { JupyterHubValues } from "#af/components/charts/jupyterhub";
import { partsOf } from "#af/stacks/site/parts";
import { parseSite } from "#af/stacks/site/parse";
import type { Site } from "#af/stacks/site/schema";
import { siteConfig, SITES, spoilt } from "../../support/site-config";
import { KINDS, settingsOfKind } from "../../support/site-kinds";

/** A site whose hub the real programs are shown. */
export interface Subject {
  readonly name: string;
  readonly site: Site;
  readonly hub: JupyterHubValues;
  readonly gateway: DaskGatewayValues | undefined;
}

/** Folder of the Python files that ask the real programs. */
export const PYTHON = path.join(__dirname, "python");

/** A site whose users' schedulers have names of their own. */
export const SNI_SITE = SITES.find((site) => JSON.stringify(siteConfig(site)).includes('"sni"')) ?? "";

export function subjectOf(name: string, config: Record<string, unknown>): Subject {
  const site = parseSite(config, name);
  const { hub, gateway } = partsOf(site).hub;
  return {
    name,
    site,
    hub: withKeys(hub.releases["chart"]?.values as JupyterHubValues),
    gateway: gateway?.releases["chart"]?.values as DaskGatewayValues | undefined,
  };
}

/** A device that a test's site has. */
export const DEVICE = "nvidia.com/gpu";

/** A site whose pool of four hosts has a device each, and whose second profile asks for one, so often at once. */
export function withDevices(atOnce: number): Record<string, unknown> {
  const hosts = spoilt(siteConfig(SNI_SITE), ["nodes", "supermicro-4u", "capacity", "devices"], { [DEVICE]: 1 });
  const asked = spoilt(hosts, ["hub", "profiles", 1, "devices"], { [DEVICE]: 1 });
  return spoilt(asked, ["hub", "profiles", 1, "atOnce"], atOnce);
}

/** A site with a Dask worker in a second container beside each notebook; its second profile has images of its own. */
export function withPodWorker(): Record<string, unknown> {
  const site = spoilt(siteConfig(SNI_SITE), ["hub", "dask", "podWorker"], { cpu: 2, memory: "7Gi" });
  return spoilt(site, ["hub", "profiles", 1, "workerImage"], "registry.example.edu/worker:2.0");
}

/** A site whose second profile is for members of one group, and whose students run one server, or two small ones, at once. */
export function withLimits(): Record<string, unknown> {
  const site = spoilt(siteConfig(SNI_SITE), ["hub", "profiles", 1, "groups"], ["/cms/experts"]);
  const ceilings = [
    { group: "/cms/students", servers: 1 },
    { group: "/cms/guests", memory: "20Gi" },
  ];
  return spoilt(site, ["hub", "ceilings"], ceilings);
}

/** What no union decides, and no site has: each is read as a site of its own. */
export const FURTHER: Readonly<Record<string, () => Record<string, unknown>>> = {
  "with devices": () => withDevices(2),
  "with a worker beside the notebook": withPodWorker,
  "with limits of groups": withLimits,
};

/** All sites, and one of every kind of every union of the settings. */
export async function everySubject(): Promise<readonly Subject[]> {
  const kinds = Object.keys(KINDS).map(async (title) => subjectOf(title, await settingsOfKind(title)));
  const further = Object.entries(FURTHER).map(([name, config]) => subjectOf(name, config()));
  return [...SITES.map((name) => subjectOf(name, siteConfig(name))), ...(await Promise.all(kinds)), ...further];
}

/** Keys that the component generates and the hub does not start without. */
function withKeys(values: JupyterHubValues): JupyterHubValues {
  const { config, services = {} } = values.hub;
  const keys = {
    JupyterHub: { ...config["JupyterHub"], cookie_secret: "ab".repeat(32) },
    CryptKeeper: { keys: ["cd".repeat(32)] },
    ConfigurableHTTPProxy: { auth_token: "ef".repeat(32) },
  };
  const tokens = Object.fromEntries(Object.entries(services).map(([name, service]) => [name, { ...service, apiToken: "01".repeat(32) }]));
  return { ...values, hub: { ...values.hub, config: { ...config, ...keys }, services: tokens } };
}
