import { choose } from "../choose";
import { toApiServer } from "../platform/parts";
import { HTTPS_PORT, TRAEFIK_PORTS } from "../platform/ports";
import type { PublicIngress } from "../platform/public-ingress";
import { USERS, type Flow } from "../tenancy/flows";
import { portOf } from "../url";
import { DASK_PORTS, GATEWAY_PUBLIC_PORT, PROXY_HTTP_PORT, PROXY_HTTPS_PORT, WEB_PORT } from "./ports";
import type { Hub } from "./settings";

/** Who talks to whom because there is a hub with its users. */
export function hubFlows(hub: Hub, { ingress }: PublicIngress): readonly Flow[] {
  return [
    toApiServer("hub"),
    { from: "anywhere", to: "hub", ports: [PROXY_HTTP_PORT, PROXY_HTTPS_PORT] },
    { from: "hub", to: "anywhere", ports: loginPorts(hub) },
    { from: USERS, to: "anywhere", ports: [WEB_PORT] },
    ...choose(ingress, {
      // Services of the facility are reached by their public names from within too; Dask comes in through Traefik with its TLS unbroken.
      traefik: ({ ports }): readonly Flow[] => [
        { from: "traefik", to: "hub", ports: [PROXY_HTTP_PORT, ...DASK_PORTS] },
        { from: "hub", to: "traefik", ports: [TRAEFIK_PORTS.websecure, TRAEFIK_PORTS.dask, TRAEFIK_PORTS.daskworker] },
        { from: USERS, to: "anywhere", ports: [ports.https] },
        ...choose(hub.dask, {
          sni: (): readonly Flow[] => [
            { from: "traefik", to: USERS, ports: DASK_PORTS },
            { from: USERS, to: "anywhere", ports: [ports.dask, ports.daskWorker] },
          ],
          gateway: () => [],
          none: () => [],
        }),
      ],
      routes: (): readonly Flow[] => [{ from: "router", to: "hub", ports: [PROXY_HTTP_PORT] }],
    }),
    ...choose(hub.dask, {
      gateway: (): readonly Flow[] => [{ from: USERS, to: "anywhere", ports: [GATEWAY_PUBLIC_PORT] }],
      sni: () => [],
      none: () => [],
    }),
  ];
}

/** Where the hub asks who somebody is. */
function loginPorts({ login }: Hub): readonly number[] {
  return choose(login, {
    cilogon: () => [HTTPS_PORT],
    oidc: ({ authorizeUrl, tokenUrl, userinfoUrl }) => [authorizeUrl, tokenUrl, userinfoUrl].map(portOf),
  });
}
