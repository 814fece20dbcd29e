/** Port of the hub's proxy for http, in its pod (https://github.com/jupyterhub/zero-to-jupyterhub-k8s/blob/4.4.0/jupyterhub/templates/proxy/deployment.yaml). */
export const PROXY_HTTP_PORT = 8000;

/** Port of the hub's proxy for https, where it ends TLS itself (https://github.com/jupyterhub/zero-to-jupyterhub-k8s/blob/4.4.0/jupyterhub/templates/proxy/deployment.yaml). */
export const PROXY_HTTPS_PORT = 8443;

/** Port of the Service before the proxy, inside of the cluster (https://github.com/jupyterhub/zero-to-jupyterhub-k8s/blob/4.4.0/jupyterhub/templates/proxy/service.yaml). */
export const PROXY_SERVICE_PORT = 80;

/** Port of the same Service for https, at an address of its own (https://github.com/jupyterhub/zero-to-jupyterhub-k8s/blob/4.4.0/jupyterhub/templates/proxy/service.yaml). */
export const PROXY_PUBLIC_PORT = 443;

/** What user servers may fetch from anywhere: https (https://www.iana.org/assignments/service-names-port-numbers/). */
export const WEB_PORT = 443;

/** Ports in a user's pod: the scheduler, and what serves a worker (https://docs.dask.org/en/stable/deploying-cli.html). */
export const DASK_PORTS = [8786, 8788] as const;

/** Public port of Dask Gateway's own proxy, the one port that sites let in: https (https://www.iana.org/assignments/service-names-port-numbers/). */
export const GATEWAY_PUBLIC_PORT = 443;

/** Port in that proxy's pod (https://github.com/dask/dask-gateway/blob/main/resources/helm/dask-gateway/templates/traefik/deployment.yaml). */
export const GATEWAY_CONTAINER_PORT = 8000;
