import * as fs from "node:fs";
import * as path from "node:path";
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
const CONFIGURATION = "/usr/local/etc/jupyterhub";

/** What the hook is told about a site whose users' schedulers have names of their own. */
export function hookSettings({ domain, workerDomain }: Extract<HubSettings["dask"], { kind: "sni" }>): HookSettings {
  const [scheduler, worker] = DASK_PORTS;
  return {
    dask: {
      scheduler: { domain, port: scheduler, entryPoint: ENTRY_POINTS.dask },
      worker: { domain: workerDomain, port: worker, entryPoint: ENTRY_POINTS.daskWorker },
      certificates: { mountPath: CERTIFICATES, rootDays: ROOT_DAYS, leafDays: LEAF_DAYS },
    },
  };
}

/** Python code that loads the hook. The chart's own module reads the values (https://z2jh.jupyter.org/en/stable/administrator/advanced.html). */
export const HOOK_CODE = `import ${PACKAGE}\nfrom z2jh import get_config\n\n${PACKAGE}.install(c, get_config("custom.af"))`;

/** The files of the hook, by their names in the chart's Secret. */
export function hookFiles(): Readonly<Record<string, HubFile>> {
  const folder = path.join(hookFolder(), PACKAGE);
  const files = fs.readdirSync(folder).filter((file) => file.endsWith(".py"));
  return Object.fromEntries(
    files
      .sort()
      .map((file) => [
        `${PACKAGE}.${file}`,
        { mountPath: `${CONFIGURATION}/${PACKAGE}/${file}`, stringData: fs.readFileSync(path.join(folder, file), "utf8") },
      ]),
  );
}

/**
 * Folder of the hook's sources. The compiler copies no Python, so it is looked for from this file, or from its compiled copy, upwards.
 * @throws {Error} if there is none.
 */
export function hookFolder(): string {
  for (let folder = __dirname; ; folder = path.dirname(folder)) {
    const found = path.join(folder, "components", "hub", "hook");
    if (fs.existsSync(found)) return found;
    if (folder === path.dirname(folder)) throw new Error(`no components/hub/hook above ${__dirname}`);
  }
}
