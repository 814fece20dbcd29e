import { bytes, millicores } from "../../capacity/quantity";
import type { DaskGatewayValues } from "../charts/dask-gateway";
import { resources, type Resources } from "../workloads/kit";
import { splitImage } from "../image";
import { addressAnnotation, type LoadBalancer } from "../platform/settings";
import { GATEWAY_PUBLIC_PORT } from "./ports";
import type { DaskGatewaySettings } from "./settings";

/** Name of the release, and of the hub's service: users reach it at /services/dask-gateway. */
export const GATEWAY_SERVICE = "dask-gateway";

const PREFIX = `/services/${GATEWAY_SERVICE}`;

/** A scheduler holds a task graph, not data. */
const SCHEDULER = { cpu: "500m", memory: "1Gi" } as const;

/** Where the hub's proxy passes requests for the gateway on to. */
export const GATEWAY_URL = `http://traefik-${GATEWAY_SERVICE}:${GATEWAY_PUBLIC_PORT}`;

/** What dask-gateway's client in a notebook reads. */
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

/** What the gateway takes from the rest of the site. */
export interface GatewayFacts {
  /** Where users go. */
  readonly url: string;
  readonly loadBalancer: LoadBalancer;
  /** The batch pool for HTCondor's libraries, by environment variable. */
  readonly condorEnvironment: Readonly<Record<string, string>>;
}

/** Values of Dask Gateway's chart. */
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
        // The chart has no key for the pod's environment. A JSON object of texts is a Python dict too.
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

/** Pods of the clusters that are reckoned with: schedulers, and workers unless they are somebody else's jobs. */
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

/** Limit and request are one: a pod that is throttled or evicted stalls its whole cluster. */
function bounds(cpu: string, memory: string) {
  const cores = Number(millicores(cpu)) / 1000;
  const ram = Number(bytes(memory));
  return { cores: { request: cores, limit: cores }, memory: { request: ram, limit: ram } };
}
