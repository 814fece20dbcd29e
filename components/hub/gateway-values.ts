import type { V1SecurityContext } from "@kubernetes/client-node";
import { bytes, millicores } from "../../capacity/quantity";
import type { DaskGatewayValues } from "../charts/dask-gateway";
import { choose } from "../choose";
import { RESTRICTED, resources, type Resources } from "../workloads/kit";
import { splitImage } from "../image";
import type { PriorityClassName } from "../platform/priority-classes";
import { addressAnnotation, type LoadBalancer } from "../platform/settings";
import { backendCode, KUBERNETES_BACKEND } from "./gateway-backend";
import { GATEWAY_ACCOUNTS } from "./gateway-rights";
import { GATEWAY_PUBLIC_PORT, HUB_API_PORT } from "./ports";
import type { DaskGatewaySettings } from "./settings";

/** Name of the Helm release and of the hub's service, which users reach at /services/dask-gateway. */
export const GATEWAY_SERVICE = "dask-gateway";

/** Path below which the gateway answers. */
export const GATEWAY_PREFIX = `/services/${GATEWAY_SERVICE}`;

/** CPU and memory of a scheduler. It holds a task graph and no data; we chose half a core and 1 GiB, some 100 000 tasks at 10 KiB each. */
const SCHEDULER = { cpu: "500m", memory: "1Gi" } as const;

/** Users' code runs in these pods, as the user of the image. Workers keep what does not fit their memory in the folder in which they start. */
const UNPRIVILEGED: V1SecurityContext = { ...RESTRICTED, readOnlyRootFilesystem: false };

/** URL inside the hub's namespace to which the hub's proxy forwards requests for the gateway. */
export const GATEWAY_URL = `http://traefik-${GATEWAY_SERVICE}:${GATEWAY_PUBLIC_PORT}`;

/**
 * Environment variables that dask-gateway's client in a notebook reads. The client goes straight to the gateway, because no image trusts a
 * certificate of the facility's own authority, which the hub's public name may have. Links to dashboards are for browsers and have that name.
 * @param hubUrl URL of the hub.
 */
export function gatewayEnvironment({ host }: DaskGatewaySettings, hubUrl: string): Record<string, string> {
  return {
    DASK_GATEWAY__ADDRESS: `${GATEWAY_URL}${GATEWAY_PREFIX}/`,
    DASK_GATEWAY__PUBLIC_ADDRESS: `${hubUrl}${GATEWAY_PREFIX}/`,
    DASK_GATEWAY__PROXY_ADDRESS: `gateway://${host}:${GATEWAY_PUBLIC_PORT}`,
    DASK_GATEWAY__AUTH__TYPE: "jupyterhub",
  };
}

/** What the values take from the rest of the site. */
export interface GatewayFacts {
  /** Namespace of the gateway and of its clusters. */
  readonly namespace: string;
  readonly loadBalancer: LoadBalancer;
  /** Environment variables that tell HTCondor's libraries about the batch pool. */
  readonly condorEnvironment: Readonly<Record<string, string>>;
  /** Environment variables that tell readers of the site's data where it is; a cluster's programs read as a user server does. */
  readonly clientEnvironment: Readonly<Record<string, string>>;
  /** Priority class of clusters. */
  readonly taskPriority: PriorityClassName;
}

/** Values of Dask Gateway's chart. docs/sources.md, Resources of charts and Replicas, says how the figures were chosen. */
export function gatewayValues(
  settings: DaskGatewaySettings,
  { namespace, loadBalancer, condorEnvironment, clientEnvironment, taskPriority }: GatewayFacts,
): DaskGatewayValues {
  const { address, backend, clusters, workers } = settings;
  // A backend class of the site's own decides itself what its pods have.
  const tasks = {
    ...(backend.kind === "kubernetes" && { extraPodConfig: { priorityClassName: taskPriority } }),
    extraContainerConfig: { securityContext: UNPRIVILEGED },
  };
  const account = (serviceAccountName: string) => ({ serviceAccountName });
  return {
    rbac: {
      gateway: account(GATEWAY_ACCOUNTS.api),
      controller: account(GATEWAY_ACCOUNTS.controller),
      traefik: account(GATEWAY_ACCOUNTS.traefik),
    },
    gateway: {
      replicas: 1,
      prefix: GATEWAY_PREFIX,
      resources: resources("200m", "256Mi", "512Mi"),
      ...(backend.kind === "htcondor" && { image: splitImage(backend.image), env: variables(condorEnvironment) }),
      // The hub's own Service: its public name may have a certificate that only browsers of the site trust.
      auth: { type: "jupyterhub", jupyterhub: { apiUrl: `http://hub:${HUB_API_PORT}/hub/api` } },
      backend: {
        image: splitImage(workers.image),
        environment: clientEnvironment,
        scheduler: { ...bounds(SCHEDULER.cpu, SCHEDULER.memory), ...tasks },
        worker: { ...bounds(workers.cpu, workers.memory), ...tasks },
      },
      extraConfig: {
        "10-workers": `c.ClusterConfig.cluster_max_workers = ${workers.max}`,
        // The chart tells it to clusters of its own backend and of those that build on that one, and to no others.
        ...(backend.kind === "htcondor" && { "15-clients": `c.ClusterConfig.environment = ${JSON.stringify(clientEnvironment)}` }),
        "20-backend": backendCode(
          choose(backend, { kubernetes: () => KUBERNETES_BACKEND, htcondor: (pool) => pool.class }),
          clusters.perUser,
        ),
      },
    },
    controller: { resources: resources("100m", "256Mi", "512Mi") },
    traefik: {
      replicas: 2,
      resources: resources("250m", "256Mi", "512Mi"),
      // The chart allows references across namespaces before these; of two words about one switch Traefik takes the last.
      additionalArguments: [
        `--providers.kubernetescrd.namespaces=${namespace}`,
        "--providers.kubernetescrd.allowcrossnamespace=false",
        "--providers.kubernetescrd.disableclusterscoperesources=true",
      ],
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

function variables(environment: Readonly<Record<string, string>>) {
  return Object.entries(environment).map(([name, value]) => ({ name, value }));
}

/** Bounds of a pod in cores and bytes. Request and limit are equal, because a throttled or evicted pod stalls its whole cluster. */
function bounds(cpu: string, memory: string) {
  const cores = Number(millicores(cpu)) / 1000;
  const ram = Number(bytes(memory));
  return { cores: { request: cores, limit: cores }, memory: { request: ram, limit: ram } };
}
