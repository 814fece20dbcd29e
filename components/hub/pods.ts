import { choose } from "../choose";
import { podKind, type PodKind } from "../tenancy/flows";
import {
  CHOSEN_PORTS,
  CLUSTER_PORTS,
  DASK_PORTS,
  GATEWAY_CONTAINER_PORT,
  GATEWAY_PAGE_PORT,
  HUB_API_PORT,
  PROXY_API_PORT,
  PROXY_HTTP_PORT,
  PROXY_HTTPS_PORT,
  SERVER_PORT,
} from "./ports";
import type { HubSettings } from "./settings";

/** Name of the Helm release of the hub. */
export const HUB_RELEASE = "jupyterhub";

/** @param access names of what the chart's own policies let the pods reach. */
const component = (
  name: string,
  label: string,
  listens: Readonly<Record<string, number>> = {},
  access: readonly string[] = [],
): PodKind => ({
  ...podKind("hub", name, { app: "jupyterhub", component: label }, listens),
  further: { release: HUB_RELEASE, ...Object.fromEntries(access.map((to) => [`hub.jupyter.org/network-access-${to}`, "true"])) },
});

/** Pods of Zero to JupyterHub, by the labels of its templates (https://github.com/jupyterhub/zero-to-jupyterhub-k8s/tree/4.4.0/jupyterhub). */
export const HUB_PODS = {
  hub: component("hub", "hub", { http: HUB_API_PORT }, ["proxy-api", "proxy-http", "singleuser"]),
  proxy: component("proxy", "proxy", { http: PROXY_HTTP_PORT, api: PROXY_API_PORT }, ["hub", "singleuser"]),
  scheduler: component("user-scheduler", "user-scheduler"),
  puller: component("continuous-image-puller", "continuous-image-puller"),
} as const;

/**
 * The user servers, which the hub starts in its own namespace
 * (https://github.com/jupyterhub/zero-to-jupyterhub-k8s/blob/4.4.0/jupyterhub/files/hub/jupyterhub_config.py, component_label).
 */
export const USER_SERVERS: PodKind = component("users", "singleuser-server", { "notebook-port": SERVER_PORT }, ["hub"]);

const gatewayComponent = (name: string, label: string, listens: Readonly<Record<string, number>> = {}): PodKind =>
  podKind("hub", name, { "app.kubernetes.io/name": "dask-gateway", "app.kubernetes.io/component": label }, listens);

/** Pods of Dask Gateway (https://github.com/dask/dask-gateway/tree/2026.3.0/resources/helm/dask-gateway/templates). */
export const GATEWAY_PODS = {
  api: gatewayComponent("gateway-api", "gateway", { api: GATEWAY_CONTAINER_PORT }),
  controller: gatewayComponent("gateway-controller", "controller", { api: GATEWAY_CONTAINER_PORT }),
  traefik: gatewayComponent("gateway-traefik", "traefik", { web: GATEWAY_CONTAINER_PORT, traefik: GATEWAY_PAGE_PORT }),
} as const;

/**
 * Pods that Dask Gateway starts with the backend `kubernetes`; a worker listens on a port that it chooses
 * (https://github.com/dask/dask-gateway/blob/2026.3.0/dask-gateway-server/dask_gateway_server/backends/kubernetes/controller.py).
 */
export const CLUSTER_PODS = {
  scheduler: gatewayComponent("dask-scheduler", "dask-scheduler", CLUSTER_PORTS),
  worker: { ...gatewayComponent("dask-worker", "dask-worker"), listens: [{ port: CHOSEN_PORTS }] } as PodKind,
} as const;

/** All kinds of pods that a hub has, with the ports of its settings. */
export function hubPods({ expose, dask }: HubSettings): readonly PodKind[] {
  const { proxy, ...others } = HUB_PODS;
  const https = choose(expose, { address: () => [{ name: "https", port: PROXY_HTTPS_PORT }], ingress: () => [] });
  const ownDask = choose(dask, { sni: () => DASK_PORTS.map((port) => ({ port })), gateway: () => [], none: () => [] });
  return [
    ...Object.values(others),
    { ...proxy, listens: [...proxy.listens, ...https] },
    { ...USER_SERVERS, listens: [...USER_SERVERS.listens, ...ownDask] },
  ];
}
