import { bytes, millicores } from "../../capacity/quantity";
import type { DaskGatewayValues } from "../charts/dask-gateway";
import { resources, type Resources } from "../workloads/kit";
import { splitImage } from "../image";
import { addressAnnotation, type LoadBalancer } from "../platform/settings";
import { GATEWAY_PUBLIC_PORT } from "./ports";
import type { DaskGatewaySettings } from "./settings";

/** Name of the Helm release and of the hub's service, which users reach at /services/dask-gateway. */
export const GATEWAY_SERVICE = "dask-gateway";

const PREFIX = `/services/${GATEWAY_SERVICE}`;

/** CPU and memory of a scheduler. It holds a task graph and no data; we chose half a core and 1 GiB, some 100 000 tasks at 10 KiB each. */
const SCHEDULER = { cpu: "500m", memory: "1Gi" } as const;

/** URL to which the hub's proxy forwards requests for the gateway. */
export const GATEWAY_URL = `http://traefik-${GATEWAY_SERVICE}:${GATEWAY_PUBLIC_PORT}`;

/**
 * Environment variables that dask-gateway's client in a notebook reads.
 * @param hubUrl URL of the hub.
 */
export function gatewayEnvironment({ host, workers }: DaskGatewaySettings, hubUrl: string): Record<string, string> {
  const address = `${hubUrl}${PREFIX}/`;
  return {
    DASK_GATEWAY__ADDRESS: address,
    DASK_GATEWAY__PUBLIC_ADDRESS: address,
    DASK_GATEWAY__PROXY_ADDRESS: `gateway://${host}:${GATEWAY_PUBLIC_PORT}`,
    DASK_GATEWAY__AUTH__TYPE: "jupyterhub",
    DASK_GATEWAY__CLUSTER__OPTIONS__IMAGE: workers.image,
  };
}

/** What the values take from the rest of the site. */
export interface GatewayFacts {
  /** URL of the hub. */
  readonly url: string;
  readonly loadBalancer: LoadBalancer;
  /** Environment variables that tell HTCondor's libraries about the batch pool. */
  readonly condorEnvironment: Readonly<Record<string, string>>;
}

/** Values of Dask Gateway's chart. docs/sources.md, Resources of charts and Replicas, says how the figures were chosen. */
export function gatewayValues(settings: DaskGatewaySettings, { url, loadBalancer, condorEnvironment }: GatewayFacts): DaskGatewayValues {
  const { address, backend, clusters, workers } = settings;
  return {
    gateway: {
      replicas: 1,
      prefix: PREFIX,
      resources: resources("200m", "256Mi", "512Mi"),
      ...(backend.kind === "htcondor" && { image: splitImage(backend.image) }),
      auth: { type: "jupyterhub", jupyterhub: { apiUrl: `${url}/hub/api` } },
      backend: {
        image: splitImage(workers.image),
        scheduler: bounds(SCHEDULER.cpu, SCHEDULER.memory),
        worker: bounds(workers.cpu, workers.memory),
      },
      extraConfig: {
        "10-limits": [`c.ClusterConfig.cluster_max_workers = ${workers.max}`, `c.UserLimits.max_clusters = ${clusters.perUser}`].join("\n"),
        // The chart has no key for the environment of its pod, so this Python code sets it. A JSON object of texts is also a Python dict.
        ...(backend.kind === "htcondor" && {
          "20-backend": [
            "import os",
            `os.environ.update(${JSON.stringify(condorEnvironment)})`,
            `c.DaskGateway.backend_class = "${backend.class}"`,
          ].join("\n"),
        }),
      },
    },
    controller: { resources: resources("100m", "256Mi", "512Mi") },
    traefik: {
      replicas: 2,
      resources: resources("250m", "256Mi", "512Mi"),
      service: {
        type: "LoadBalancer",
        annotations: addressAnnotation(loadBalancer, address),
        ports: { web: { port: GATEWAY_PUBLIC_PORT }, tcp: { port: "web" } },
      },
    },
  };
}

/** Pods of all Dask clusters at full scale: the schedulers, and the workers unless these are jobs of a batch pool. */
export function clusterPods({
  clusters,
  workers,
  backend,
}: DaskGatewaySettings): readonly { readonly resources: Resources; readonly count: number }[] {
  return [
    { resources: resources(SCHEDULER.cpu, SCHEDULER.memory), count: clusters.atOnce },
    ...(backend.kind === "kubernetes" ? [{ resources: resources(workers.cpu, workers.memory), count: clusters.atOnce * workers.max }] : []),
  ];
}

/** Bounds of a pod in cores and bytes. Request and limit are equal, because a throttled or evicted pod stalls its whole cluster. */
function bounds(cpu: string, memory: string) {
  const cores = Number(millicores(cpu)) / 1000;
  const ram = Number(bytes(memory));
  return { cores: { request: cores, limit: cores }, memory: { request: ram, limit: ram } };
}
