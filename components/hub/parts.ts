import { daskGateway } from "../charts/dask-gateway";
import { jupyterhub } from "../charts/jupyterhub";
import { choose } from "../choose";
import type { Cvmfs } from "../data/settings";
import { part, type ConcernParts, type OnRequest, type Part } from "../parts";
import { certificateManifest, certificateSecret } from "../platform/certificate";
import { hostRoutePart, publicPort, publicUrl, type PublicIngress } from "../platform/public-ingress";
import type { LoadBalancer } from "../platform/settings";
import type { Flow } from "../tenancy/flows";
import type { Role } from "../tenancy/roles";
import { resources } from "../workloads/kit";
import { hubFlows } from "./flows";
import { clusterPods, GATEWAY_SERVICE, gatewayValues } from "./gateway-values";
import { GATEWAY_CONTAINER_PORT, GATEWAY_PUBLIC_PORT, PROXY_HTTP_PORT, PROXY_PUBLIC_PORT, PROXY_SERVICE_PORT } from "./ports";
import type { DaskGatewaySettings, Hub } from "./settings";
import { serversAtOnce } from "./users";
import { hubValues } from "./values";

export interface HubParts extends ConcernParts {
  readonly hub: Part;
  /** The public name, where the hub has no address of its own. */
  readonly route?: Part;
  readonly gateway?: Part;
}

/** What the hub takes from other concerns. */
export interface HubFacts {
  readonly namespaceOf: (role: Role) => string;
  /** Class of block volumes. */
  readonly blockClass: string;
  /** Class of homes of the kind `shared`; undefined where the site has none. */
  readonly sharedClass: string | undefined;
  readonly cvmfs: Cvmfs;
  readonly loadBalancer: LoadBalancer;
  readonly ingress: PublicIngress;
  /** What every user server has to know of the site's data, by environment variable. */
  readonly environment: Readonly<Record<string, string>>;
  /** What a user server of an image has to know of the batch pool, by environment variable. */
  readonly submitEnvironment: (notebookImage: string) => Readonly<Record<string, string>>;
  /** The batch pool for HTCondor's libraries, by environment variable. */
  readonly condorEnvironment: Readonly<Record<string, string>>;
  /** Flows that other concerns tell: those of user servers become values of the hub's chart. */
  readonly flows: readonly Flow[];
}

/** Name of the hub's certificate and route. */
const HUB = "hub";

/** Secret with the hub's client at the login provider. */
export const LOGIN_SECRET = "hub-login";

export function hubParts(hub: Hub, facts: HubFacts): HubParts {
  const url = hubUrl(hub, facts.ingress);
  return {
    hub: hubPart(hub, url, facts),
    ...choose(hub.expose, { address: () => ({}), ingress: () => ({ route: routePart(hub, facts) }) }),
    ...choose(hub.dask, { gateway: (settings) => ({ gateway: gatewayPart(settings, url, facts) }), sni: () => ({}), none: () => ({}) }),
  };
}

/** Where users go. */
export function hubUrl({ host, expose }: Pick<Hub, "host" | "expose">, ingress: PublicIngress): string {
  return publicUrl(host, choose(expose, { address: () => PROXY_PUBLIC_PORT, ingress: () => publicPort(ingress) }));
}

/** JupyterHub, by Zero to JupyterHub: login, homes, user servers. */
function hubPart(hub: Hub, url: string, facts: HubFacts): Part {
  const { host, expose } = hub;
  const namespace = facts.namespaceOf("hub");
  const { issuer } = facts.ingress;
  const flows = hubFlows(hub, facts.ingress);
  const values = hubValues(hub, {
    ...facts,
    url,
    certificateSecret: certificateSecret(HUB),
    loginSecret: LOGIN_SECRET,
    flows: [...facts.flows, ...flows],
  });
  return part("hub", {
    releases: { chart: { chart: jupyterhub, release: "jupyterhub", values, timeoutMinutes: 20 } },
    // At an address of its own the hub ends TLS itself.
    objects: {
      ...(expose.kind === "address" &&
        issuer !== undefined && { certificate: certificateManifest({ issuer, name: HUB, namespace, dnsNames: [host] }) }),
    },
    onRequest: requestedByUsers(hub, facts),
    flows,
    probes: choose(expose, {
      address: () => [{ service: "JupyterHub", host, port: PROXY_PUBLIC_PORT, scheme: "https" as const }],
      ingress: () => [],
    }),
  });
}

/** Servers that run at once, by profile, and a home for everybody who is registered. */
function requestedByUsers(hub: Hub, { blockClass, sharedClass }: HubFacts): OnRequest {
  const { homes, users } = hub;
  return {
    pods: serversAtOnce(hub).map(({ profile: { cpu, memory }, count }) => ({ resources: resources(cpu, memory), count })),
    claims: [
      {
        storageClass: choose(homes, { shared: () => sharedClass, block: () => blockClass }),
        size: homes.size,
        count: users.registered,
      },
    ],
  };
}

function routePart({ host }: Hub, { namespaceOf, ingress }: HubFacts): Part {
  return hostRoutePart(
    {
      name: HUB,
      role: "hub",
      namespace: namespaceOf("hub"),
      host,
      title: "JupyterHub",
      service: "proxy-public",
      port: { number: PROXY_SERVICE_PORT, name: "http" },
      containerPort: PROXY_HTTP_PORT,
    },
    ingress,
  );
}

/** Dask Gateway beside the hub: clusters on demand, each user told apart by the hub's own token. */
function gatewayPart(settings: DaskGatewaySettings, url: string, facts: HubFacts): Part {
  return part("hub", {
    releases: { chart: { chart: daskGateway, release: GATEWAY_SERVICE, values: gatewayValues(settings, { url, ...facts }) } },
    onRequest: { pods: clusterPods(settings), claims: [] },
    flows: [{ from: "anywhere", to: "hub", ports: [GATEWAY_CONTAINER_PORT] }],
    probes: [{ service: "Dask Gateway", host: settings.host, port: GATEWAY_PUBLIC_PORT, scheme: "tls" }],
  });
}
