import { choose } from "../choose";
import { toApiServer } from "../platform/parts";
import { HTTPS_PORT, TRAEFIK_PORTS } from "../platform/ports";
import type { PublicIngress } from "../platform/public-ingress";
import { USER_SERVERS, type Flow } from "../tenancy/flows";
import { portOf } from "../url";
import { DASK_PORTS, GATEWAY_PUBLIC_PORT, PROXY_HTTP_PORT, PROXY_HTTPS_PORT } from "./ports";
import type { HubSettings } from "./settings";

/** The flows of a hub and of its user servers. */
export function hubFlows(hub: HubSettings, { ingress }: PublicIngress): readonly Flow[] {
  return [
    toApiServer("hub"),
    { from: "anywhere", to: "hub", ports: [PROXY_HTTP_PORT, PROXY_HTTPS_PORT] },
    { from: "hub", to: "anywhere", ports: loginPorts(hub) },
    { from: USER_SERVERS, to: "anywhere", ports: [HTTPS_PORT] },
    ...choose(ingress, {
      // Pods reach services of the facility by their public names too. Traefik passes Dask's TLS through to the pods.
      traefik: ({ ports }): readonly Flow[] => [
        { from: "traefik", to: "hub", ports: [PROXY_HTTP_PORT, ...DASK_PORTS] },
        { from: "hub", to: "traefik", ports: [TRAEFIK_PORTS.websecure, TRAEFIK_PORTS.dask, TRAEFIK_PORTS.daskworker] },
        { from: USER_SERVERS, to: "anywhere", ports: [ports.https] },
        ...choose(hub.dask, {
          sni: (): readonly Flow[] => [
            { from: "traefik", to: USER_SERVERS, ports: DASK_PORTS },
            { from: USER_SERVERS, to: "anywhere", ports: [ports.dask, ports.daskWorker] },
          ],
          gateway: () => [],
          none: () => [],
        }),
      ],
      routes: (): readonly Flow[] => [{ from: "router", to: "hub", ports: [PROXY_HTTP_PORT] }],
    }),
    ...choose(hub.dask, {
      gateway: (): readonly Flow[] => [{ from: USER_SERVERS, to: "anywhere", ports: [GATEWAY_PUBLIC_PORT] }],
      sni: () => [],
      none: () => [],
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
