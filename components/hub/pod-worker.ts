import type { V1Container } from "@kubernetes/client-node";
import { bytes, millicores } from "../../capacity/quantity";
import { RESTRICTED } from "../workloads/kit";
import { DASK_PORTS } from "./ports";
import type { HubSettings } from "./settings";

/**
 * Name of the ConfigMap in the hub's namespace whose entries are environment variables for clients of the site's data. Every
 * container of a user's pod takes them all.
 */
export const CLIENTS_CONFIG = "data-clients";

/** The variables of that ConfigMap in a container. */
export const CLIENTS = [{ configMapRef: { name: CLIENTS_CONFIG } }];

/** Name of the container beside the notebook; the hook in the hub gives the container of this name the notebook's environment. */
export const POD_WORKER = "dask-worker";

/** Name by which a scheduler knows that worker. */
export const BESIDE = "beside-the-notebook";

/** What the worker beside each notebook asks for; undefined where the site has none. */
export type PodWorkerSettings = NonNullable<Extract<HubSettings["dask"], { kind: "sni" }>["podWorker"]>;

/** The worker beside each notebook that a site wants; undefined for none. */
export function podWorkerOf({ dask }: Pick<HubSettings, "dask">): PodWorkerSettings | undefined {
  return dask.kind === "sni" ? dask.podWorker : undefined;
}

/**
 * The container with a Dask worker beside a notebook. It calls the scheduler of its own pod, which may start at any time and anew, so the worker starts again
 * whenever it has ended. Workers in the batch pool call it by the name in WORKER_IP. It takes no braces, which KubeSpawner would expand
 * (https://github.com/jupyterhub/kubespawner/blob/7.0.0/kubespawner/spawner.py, _expand_all).
 * @param scratch request and limit of files outside of the home, as the notebook has them.
 */
export function podWorker(
  { cpu, memory }: PodWorkerSettings,
  { identity }: Pick<HubSettings, "identity">,
  image: string,
  scratch: { readonly guarantees: Readonly<Record<string, string>>; readonly limits: Readonly<Record<string, string>> },
): V1Container {
  const [scheduler, worker] = DASK_PORTS;
  const threads = Math.max(1, Math.floor(Number(millicores(cpu)) / 1000));
  const command = [
    `python3 -m distributed.cli.dask_worker tls://localhost:${scheduler}`,
    `--listen-address tls://0.0.0.0:${worker} --contact-address "tls://$WORKER_IP:${worker}"`,
    `--name ${BESIDE} --nthreads ${threads} --memory-limit ${bytes(memory)} --no-dashboard --local-directory /tmp`,
  ].join(" ");
  return {
    name: POD_WORKER,
    image,
    envFrom: CLIENTS,
    command: ["sh", "-c", `while true; do ${command}; sleep 1; done`],
    resources: { requests: { cpu, memory, ...scratch.guarantees }, limits: { memory, ...scratch.limits } },
    // Users may have installed packages into the image's own folders.
    securityContext: { ...RESTRICTED, readOnlyRootFilesystem: false, ...(identity.kind === "fixed" && { runAsUser: identity.uid }) },
  };
}
