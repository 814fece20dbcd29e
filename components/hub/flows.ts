import { choose } from "../choose";
import { toApiServer } from "../platform/parts";
import { TRAEFIK } from "../platform/pods";
import { HTTPS_PORT, TRAEFIK_PORTS } from "../platform/ports";
import { toPublicNames, type PublicIngress } from "../platform/public-ingress";
import { flowsBetween, type Flow } from "../tenancy/flows";
import { portOf } from "../url";
import { CLUSTER_PODS, GATEWAY_PODS, HUB_PODS, USER_SERVERS } from "./pods";
import {
  CHOSEN_PORTS,
  CLUSTER_PORTS,
  DASK_PORTS,
  GATEWAY_CONTAINER_PORT,
  HUB_API_PORT,
  PROXY_API_PORT,
  PROXY_HTTP_PORT,
  PROXY_HTTPS_PORT,
  SERVER_PORT,
} from "./ports";
import type { DaskGatewaySettings, HubSettings } from "./settings";

/** The flows of a hub and of its user servers. No user server reaches another one, the API server or the orders of the proxy. */
export function hubFlows(hub: HubSettings, ingress: PublicIngress): readonly Flow[] {
  const { hub: api, proxy, scheduler } = HUB_PODS;
  return [
    ...[api, scheduler].map(toApiServer),
    { from: api, to: proxy, ports: [PROXY_API_PORT] },
    ...flowsBetween([api, proxy], [USER_SERVERS], [SERVER_PORT]),
    ...flowsBetween([proxy, USER_SERVERS], [api], [HUB_API_PORT]),
    { from: USER_SERVERS, to: proxy, ports: [PROXY_HTTP_PORT] },
    { from: api, to: "outside", ports: loginPorts(hub) },
    { from: USER_SERVERS, to: "outside", ports: [HTTPS_PORT] },
    // User servers use the facility by its public names too.
    toPublicNames(USER_SERVERS, ingress),
    ...choose(hub.expose, {
      address: (): readonly Flow[] => [
        { from: "anywhere", to: proxy, ports: [PROXY_HTTP_PORT, PROXY_HTTPS_PORT] },
        { from: USER_SERVERS, to: proxy, ports: [PROXY_HTTPS_PORT] },
      ],
      ingress: () => [],
    }),
    ...choose(hub.dask, {
      // Traefik passes Dask's TLS through to the pods.
      sni: (): readonly Flow[] => [
        { from: TRAEFIK, to: USER_SERVERS, ports: DASK_PORTS },
        { from: USER_SERVERS, to: TRAEFIK, ports: [TRAEFIK_PORTS.dask, TRAEFIK_PORTS.daskworker] },
      ],
      gateway: () => [],
      none: () => [],
    }),
  ];
}

/** The flows of Dask Gateway and of the pods that it starts. */
export function gatewayFlows({ backend }: DaskGatewaySettings): readonly Flow[] {
  const { api, controller, traefik } = GATEWAY_PODS;
  const { scheduler, worker } = CLUSTER_PODS;
  return [
    ...[api, controller, traefik].map(toApiServer),
    { from: "anywhere", to: traefik, ports: [GATEWAY_CONTAINER_PORT] },
    // The hub's proxy forwards the gateway's path, and clients in a server reach schedulers by the gateway's public name.
    ...flowsBetween([HUB_PODS.proxy, USER_SERVERS], [traefik], [GATEWAY_CONTAINER_PORT]),
    { from: traefik, to: api, ports: [GATEWAY_CONTAINER_PORT] },
    { from: api, to: HUB_PODS.hub, ports: [HUB_API_PORT] },
    ...choose(backend, {
      // Clusters of all users have the same labels, so policies cannot tell them apart; each cluster has a certificate of its own.
      kubernetes: (): readonly Flow[] => [
        ...flowsBetween([traefik, api, controller, worker], [scheduler], Object.values(CLUSTER_PORTS)),
        ...flowsBetween([scheduler, worker], [worker], [CHOSEN_PORTS]),
        ...flowsBetween([scheduler, worker], [api], [GATEWAY_CONTAINER_PORT]),
        { from: worker, to: "outside", ports: [HTTPS_PORT] },
      ],
      // Schedulers and workers are jobs of the pool. They listen on ports that they choose.
      htcondor: (): readonly Flow[] => [{ from: traefik, to: "outside", ports: [CHOSEN_PORTS] }],
    }),
  ];
}

/** TCP ports of the login provider, which the hub asks who a user is. */
function loginPorts({ login }: HubSettings): readonly number[] {
  return choose(login, {
    cilogon: () => [HTTPS_PORT],
    oidc: ({ authorizeUrl, tokenUrl, userinfoUrl }) => [authorizeUrl, tokenUrl, userinfoUrl].map(portOf),
  });
}
