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
 * TCP port of the hub's Service, on which services ask the hub who a user is
 * (https://github.com/jupyterhub/zero-to-jupyterhub-k8s/blob/4.4.0/jupyterhub/templates/hub/service.yaml).
 */
export const HUB_API_PORT = 8081;

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
