import * as path from "node:path";
import type { V1ConfigMap } from "@kubernetes/client-node";
import { jupyterhub, type JupyterHubValues } from "../../components/charts/jupyterhub";
import { HUB_PODS, USER_SERVERS } from "../../components/hub/pods";
import { projectFolder } from "../../stacks/site/project";
import { partsOf } from "../../stacks/site/parts";
import { releasesOf, type SiteRelease } from "../../stacks/site/releases";
import type { Site } from "../../stacks/site/schema";
import { type ClusterNetwork, dataAddress, providerAddress } from "../cell/network";
import { CommandFailure } from "../../terminal/failure";
import { foldersOf } from "./python";
import { loginPlan } from "./users";

/** Variable of the hub's container with the file by which it trusts the login provider of the sandbox. */
export const AUTHORITY = "SANDBOX_LOGIN_AUTHORITY";

/** Name of that file. */
export const AUTHORITY_FILE = "authority.crt";

/** Variables by which OpenSSL and Node take the user who is not root in an image: a folder that the user can write. */
const HOME = { HOME: "/tmp" };

/** What stands for the images of a hub on this machine. */
export interface LivePrograms {
  /** Folder of the Python environment of the hub. */
  readonly hub: string;
  /** Folder of the Python environment of users' servers. */
  readonly user: string;
  /** Folder that holds the certificate of the authority of the login provider, and nothing secret. */
  readonly authority: string;
}

/** The hub's release of a site. */
export function hubRelease(site: Site): SiteRelease & { readonly values: JupyterHubValues } {
  const found = releasesOf(site).find(({ chart }) => chart.name === jupyterhub.name);
  if (found === undefined) throw new CommandFailure(`site ${site.site.name} installs no hub, so there is nothing to log in to`);
  return found as SiteRelease & { readonly values: JupyterHubValues };
}

/**
 * Where users' servers look for the site's data, by the settings of their clients (components/data/clients.ts).
 * @throws {CommandFailure} if the settings name no port.
 */
export function dataServer(site: Site): { readonly host: string; readonly port: number } {
  const { data = {} } = (partsOf(site).hub.hub.objects["clients"] ?? {}) as V1ConfigMap;
  const { XCACHE_HOST: host = "", XCACHE_PORT: port = "" } = data;
  if (!/^\d+$/.test(port))
    throw new CommandFailure(`site ${site.site.name}: the settings of clients name no port of the data, but ${JSON.stringify(port)}`);
  return { host, port: Number(port) };
}

/** What a profile may say of images. */
interface Override {
  readonly image?: string;
  readonly extra_containers?: readonly { readonly image?: string }[];
}

/** The map of programs for a site's hub: which pods run as processes, and what their images are here. It has the form of the agent's own map. */
export function sitePrograms(site: Site, network: ClusterNetwork, { hub, user, authority }: LivePrograms): object {
  const { namespace, values } = hubRelease(site);
  const { image, storage, profileList, extraContainers = [] } = values.singleuser;
  const { identity } = site.hub;
  const modules = path.join(projectFolder(), "node_modules");
  const node = path.dirname(process.execPath);
  const server = {
    ...{ folders: foldersOf(user), path: [path.join(user, "bin")], env: { HOME: storage.homeMountPath, USER: "cms-jovyan" } },
    workingDir: storage.homeMountPath,
    ...(identity.kind === "fixed" ? { user: identity.uid, group: identity.gid } : { user: 1000, group: 1000 }),
  };
  const overrides = profileList.map((each) => each["kubespawner_override"] as Override | undefined);
  // The worker beside the notebook has an image of its own, which needs the same Python.
  const beside = [extraContainers, ...overrides.map((each) => each?.extra_containers ?? [])].flat();
  const names = new Set([image.name, ...[...overrides, ...beside].flatMap((each) => each?.image ?? [])]);
  const { authorize, token, userinfo } = loginPlan(site.hub);
  const hosts = new Set([authorize, token, userinfo].map(({ hostname }) => hostname));
  return {
    pods: [HUB_PODS.hub, HUB_PODS.proxy, USER_SERVERS].map(({ labels }) => ({ namespace, labels })),
    images: {
      "quay.io/jupyterhub/k8s-hub": {
        ...{ folders: [...foldersOf(hub), authority], path: [path.join(hub, "bin")], user: 1000, group: 1000 },
        env: { ...HOME, [AUTHORITY]: path.join(authority, AUTHORITY_FILE) },
        workingDir: "/srv/jupyterhub",
      },
      "quay.io/jupyterhub/configurable-http-proxy": {
        ...{ folders: [modules, node], path: [path.join(modules, ".bin"), node], env: HOME, user: 65534, group: 65534 },
      },
      ...Object.fromEntries([...names].map((name) => [name, server])),
    },
    hosts: {
      ...Object.fromEntries([...hosts].map((name) => [name, providerAddress(network)])),
      [dataServer(site).host]: dataAddress(network),
    },
  };
}
