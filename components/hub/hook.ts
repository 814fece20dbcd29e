import * as fs from "node:fs";
import * as path from "node:path";
import { nearestFolder } from "../nearest-folder";
import { ENTRY_POINTS } from "../platform/ports";
import { DASK_PORTS } from "./ports";
import type { HubSettings } from "./settings";

/** One of the two programs of Dask in a user's pod that others reach from outside. */
interface Listener {
  /** Domain below which each server has a name for this program. */
  readonly domain: string;
  /** TCP port in the pod. */
  readonly port: number;
  /** Name of Traefik's entry point that leads to it. */
  readonly entryPoint: string;
}

/** What the hook in the hub gets, as the values' key `custom.af`; `hook/dask_ingress/settings.py` refuses everything else. */
export interface HookSettings {
  readonly dask: {
    readonly scheduler: Listener;
    readonly worker: Listener;
    readonly certificates: { readonly mountPath: string; readonly rootDays: number; readonly leafDays: number };
  };
  readonly tokens: {
    readonly mountPath: string;
    /** Left out where the site has no access point of its own. */
    readonly accessPoint?: AccessPoint & { readonly keyFile: string };
  };
}

/** What tells an access point who the holder of a token is; it has the names by which the access point knows them. */
export interface AccessPoint {
  /** Name of the key that signs. */
  readonly keyId: string;
  readonly trustDomain: string;
  readonly uidDomain: string;
  /** Hours that a token lives. */
  readonly hours: number;
}

/** A file that the chart puts into the hub's container, by a Secret. */
export interface HubFile {
  readonly mountPath: string;
  readonly stringData: string;
}

/**
 * Folder at which the images of CMS look for the certificates of Dask
 * (https://github.com/CoffeaTeam/coffea-casa/blob/master/docker/dask/dask_tls.yaml).
 */
const CERTIFICATES = "/etc/cmsaf-secrets";

/**
 * Folder in which programs of the images look for tokens, in files that belong to the user
 * (https://github.com/CoffeaTeam/coffea-casa/blob/master/coffea_casa/coffea_casa.py).
 */
const TOKENS = "/etc/cmsaf-secrets-chown";

/** Name of the Secret in the hub's namespace with the keys of users' tokens for the access point. Only the hub mounts it. */
export const SIGNING_KEY_SECRET = "hub-condor-key";

/** The volume of the hub with those keys. The hub reads the file whenever it signs, so that new bytes of a key need no new pod. */
const SIGNING_KEY = { name: "condor-key", mountPath: "/etc/condor-key" } as const;

/**
 * Days that the root of a user lives. We chose five years: clients on other machines hold a copy of it. The hook makes a new one at the first
 * start of a server in the last fifth.
 */
const ROOT_DAYS = 5 * 365;

/**
 * Days that a certificate of a user's Dask lives. A program reads its certificate once, when it starts, and the hook renews the file at half
 * of the time; so a scheduler of any age has two weeks, as long as users expect an idle server to live
 * (https://github.com/CoffeaTeam/coffea-casa/issues/422).
 */
const LEAF_DAYS = 28;

/** Name of the Python package of the hook, and of its folder. */
const PACKAGE = "dask_ingress";

/**
 * Folder of the hub's configuration, in which its Python finds modules
 * (https://github.com/jupyterhub/zero-to-jupyterhub-k8s/blob/4.4.0/jupyterhub/files/hub/jupyterhub_config.py).
 */
export const CONFIGURATION_FOLDER = "/usr/local/etc/jupyterhub";

/** What the hook is told about a site whose users' schedulers have names of their own. */
export function hookSettings(
  { domain, workerDomain }: Extract<HubSettings["dask"], { kind: "sni" }>,
  accessPoint: AccessPoint | undefined,
): HookSettings {
  const [scheduler, worker] = DASK_PORTS;
  return {
    dask: {
      scheduler: { domain, port: scheduler, entryPoint: ENTRY_POINTS.dask },
      worker: { domain: workerDomain, port: worker, entryPoint: ENTRY_POINTS.daskWorker },
      certificates: { mountPath: CERTIFICATES, rootDays: ROOT_DAYS, leafDays: LEAF_DAYS },
    },
    tokens: {
      mountPath: TOKENS,
      ...(accessPoint && {
        accessPoint: { ...accessPoint, keyFile: path.posix.join(SIGNING_KEY.mountPath, accessPoint.keyId) },
      }),
    },
  };
}

/** The volume of the hub's pod with the keys, and where its container has it. */
export const SIGNING_KEY_VOLUME = {
  extraVolumes: [{ name: SIGNING_KEY.name, secret: { secretName: SIGNING_KEY_SECRET, defaultMode: 0o400 } }],
  extraVolumeMounts: [{ ...SIGNING_KEY, readOnly: true }],
} as const;

/** Python code that loads the hook. The chart's own module reads the values (https://z2jh.jupyter.org/en/stable/administrator/advanced.html). */
export const HOOK_CODE = `import ${PACKAGE}\nfrom z2jh import get_config\n\n${PACKAGE}.install(c, get_config("custom.af"))`;

/** The files of the hook, by their names in the chart's Secret. */
export function hookFiles(): Readonly<Record<string, HubFile>> {
  return packageFiles(PACKAGE);
}

/** The files of a Python package that the hub loads, by their names in the chart's Secret. */
export function packageFiles(name: string): Readonly<Record<string, HubFile>> {
  const folder = path.join(hookFolder(), name);
  const files = fs.readdirSync(folder).filter((file) => /\.(py|sh)$/.test(file));
  return Object.fromEntries(
    files
      .sort()
      .map((file) => [
        `${name}.${file}`,
        { mountPath: `${CONFIGURATION_FOLDER}/${name}/${file}`, stringData: fs.readFileSync(path.join(folder, file), "utf8") },
      ]),
  );
}

/**
 * Folder of the hook's sources.
 * @throws {Error} if there is none.
 */
export function hookFolder(): string {
  const below = path.join("components", "hub", "hook");
  return path.join(nearestFolder(__dirname, below), below);
}
