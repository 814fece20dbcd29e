import type { PortRange } from "../tenancy/flows";

/**
 * TCP port on which the hub's proxy serves http in its pod
 * (https://github.com/jupyterhub/zero-to-jupyterhub-k8s/blob/4.4.0/jupyterhub/templates/proxy/deployment.yaml).
 */
export const PROXY_HTTP_PORT = 8000;

/**
 * TCP port on which the hub's proxy serves https in its pod, if it ends TLS itself
 * (https://github.com/jupyterhub/zero-to-jupyterhub-k8s/blob/4.4.0/jupyterhub/templates/proxy/deployment.yaml).
 */
export const PROXY_HTTPS_PORT = 8443;

/**
 * TCP port of the proxy's Service inside the cluster
 * (https://github.com/jupyterhub/zero-to-jupyterhub-k8s/blob/4.4.0/jupyterhub/templates/proxy/service.yaml).
 */
export const PROXY_SERVICE_PORT = 80;

/**
 * TCP port of the proxy's Service for https, at an address of its own
 * (https://github.com/jupyterhub/zero-to-jupyterhub-k8s/blob/4.4.0/jupyterhub/templates/proxy/service.yaml).
 */
export const PROXY_PUBLIC_PORT = 443;

/**
 * TCP ports in a user's pod: Dask's default for a scheduler (https://docs.dask.org/en/stable/deploying-cli.html), and that of the worker
 * beside it.
 */
export const DASK_PORTS = [8786, 8788] as const;

/**
 * Public TCP port of Dask Gateway's own proxy. We chose that of https, which firewalls of sites let in
 * (https://www.iana.org/assignments/service-names-port-numbers/).
 */
export const GATEWAY_PUBLIC_PORT = 443;

/**
 * TCP port of that proxy in its pod
 * (https://github.com/dask/dask-gateway/blob/main/resources/helm/dask-gateway/templates/traefik/deployment.yaml).
 */
export const GATEWAY_CONTAINER_PORT = 8000;

/**
 * TCP port on which the hub serves its API, in its pod and by its Service
 * (https://github.com/jupyterhub/zero-to-jupyterhub-k8s/blob/4.4.0/jupyterhub/templates/hub/service.yaml).
 */
export const HUB_API_PORT = 8081;

/**
 * TCP port on which the hub's proxy takes orders in its pod
 * (https://github.com/jupyterhub/zero-to-jupyterhub-k8s/blob/4.4.0/jupyterhub/templates/proxy/deployment.yaml).
 */
export const PROXY_API_PORT = 8001;

/** TCP port on which a user's server listens (https://github.com/jupyterhub/kubespawner/blob/7.0.0/kubespawner/spawner.py, port). */
export const SERVER_PORT = 8888;

/** TCP port of Traefik's own page in the proxy of Dask Gateway (https://github.com/dask/dask-gateway/tree/2026.3.0/resources/helm/dask-gateway). */
export const GATEWAY_PAGE_PORT = 9000;

/**
 * TCP ports of a scheduler that Dask Gateway starts in the cluster
 * (https://github.com/dask/dask-gateway/blob/2026.3.0/dask-gateway-server/dask_gateway_server/backends/kubernetes/controller.py).
 */
export const CLUSTER_PORTS = { scheduler: 8786, dashboard: 8787, api: 8788 } as const;

/** TCP ports among which Dask's schedulers and workers choose: those that need no privilege (https://www.rfc-editor.org/rfc/rfc6335#section-6). */
export const CHOSEN_PORTS: PortRange = [1024, 65535];
