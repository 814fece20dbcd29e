import { DATABASE_COPIES_PODS, databaseCopies } from "./database-copies";
import { daskGateway } from "../charts/dask-gateway";
import { jupyterhub } from "../charts/jupyterhub";
import { choose } from "../choose";
import { ownGatewayRoutes, ownHost, ownNamesBelow } from "../own-routes";
import { part, type ConcernParts, type OnRequest, type Part } from "../parts";
import { certificateManifest, certificateSecret } from "../platform/certificate";
import { hostRoutePart, publicPort, publicUrl, schemeOf, type PublicIngress } from "../platform/public-ingress";
import { hubCheckPart } from "./check-part";
import type { HubFacts } from "./facts";
import { gatewayFlows, hubFlows } from "./flows";
import { gatewayRights } from "./gateway-rights";
import { clusterPods, GATEWAY_PREFIX, GATEWAY_SERVICE, gatewayValues, type GatewayFacts } from "./gateway-values";
import { CLUSTER_PODS, GATEWAY_PODS, HUB_PODS, HUB_RELEASE, hubPods } from "./pods";
import {
  GATEWAY_CONTAINER_PORT,
  GATEWAY_PUBLIC_PORT,
  PROXY_HTTP_PORT,
  PROXY_HTTPS_PORT,
  PROXY_PUBLIC_PORT,
  PROXY_SERVICE_PORT,
} from "./ports";
import { PLACEHOLDER_PODS, placeholders, taskPriority } from "./placeholders";
import { CLIENTS_CONFIG } from "./pod-worker";
import { hubRights } from "./rights";
import { servicexClientObject } from "./servicex-client";
import type { DaskGatewaySettings, HubSettings } from "./settings";
import { keptSecrets, serverResources, serversAtOnce } from "./users";
import { hubValues } from "./values";

/** The parts of the hub. */
export interface HubParts extends ConcernParts {
  readonly hub: Part;
  /** The public host name; undefined if the hub has an address of its own. */
  readonly route?: Part;
  readonly gateway?: Part;
  /** The job that does what a user does. */
  readonly check?: Part;
}

/** Name of the hub's certificate and route. */
const HUB = "hub";

/** Name of the Secret with the hub's client id and client secret at the login provider. */
export const LOGIN_SECRET = "hub-login";

/** The parts of the hub that a site has. */
export function hubParts(hub: HubSettings, facts: HubFacts): HubParts {
  const url = hubUrl(hub, facts.ingress);
  return {
    hub: hubPart(hub, url, facts),
    ...choose(hub.expose, { address: () => ({}), ingress: () => ({ route: routePart(hub, facts) }) }),
    ...choose(hub.dask, {
      gateway: (settings) => ({
        gateway: gatewayPart(settings, { ...facts, namespace: facts.namespaceOf("hub"), taskPriority: taskPriority(hub) }),
      }),
      sni: () => ({}),
      none: () => ({}),
    }),
    ...(hub.check && { check: hubCheckPart(hub.check, hub, url, facts) }),
  };
}

/** URL that users open. */
export function hubUrl({ host, expose }: Pick<HubSettings, "host" | "expose">, ingress: PublicIngress): string {
  return publicUrl(host, choose(expose, { address: () => PROXY_PUBLIC_PORT, ingress: () => publicPort(ingress) }));
}

/**
 * JupyterHub as Zero to JupyterHub installs it: login, homes, user servers. The images of user servers have several gigabytes, and Helm may wait until
 * every host has them (https://helm.sh/docs/helm/helm_install/, wait); so we chose 20 minutes for the release.
 */
function hubPart(hub: HubSettings, url: string, facts: HubFacts): Part {
  const { host, expose } = hub;
  const namespace = facts.namespaceOf("hub");
  const { issuer } = facts.ingress;
  const { copies } = hub.database;
  const values = hubValues(hub, {
    ...facts,
    url,
    certificateSecret: certificateSecret(HUB),
    loginSecret: LOGIN_SECRET,
  });
  return part("hub", {
    releases: { chart: { chart: jupyterhub, release: HUB_RELEASE, values, timeoutMinutes: 20 } },
    objects: {
      ...hubRights(hub, namespace),
      clients: { apiVersion: "v1", kind: "ConfigMap", metadata: { name: CLIENTS_CONFIG, namespace }, data: { ...facts.clientEnvironment } },
      ...placeholders(hub, facts.nodes, namespace),
      ...(copies && databaseCopies(copies, { ...facts, namespace, size: hub.database.size })),
      ...(facts.servicexClient !== undefined && { "servicex-client": servicexClientObject(facts.servicexClient, namespace) }),
      // A hub with an address of its own ends TLS itself.
      ...(expose.kind === "address" &&
        issuer !== undefined && { certificate: certificateManifest({ issuer, name: HUB, namespace, dnsNames: [host] }) }),
    },
    onRequest: requestedByUsers(hub, facts),
    flows: hubFlows(hub, facts.ingress),
    pods: [...hubPods(hub), ...(hub.events.length > 0 ? [PLACEHOLDER_PODS] : []), ...(copies ? [DATABASE_COPIES_PODS] : [])],
    probes: choose(expose, {
      address: () => [
        {
          service: "JupyterHub",
          host,
          port: PROXY_PUBLIC_PORT,
          scheme: schemeOf(issuer),
          at: { to: HUB_PODS.proxy, port: PROXY_HTTPS_PORT },
        },
      ],
      ingress: () => [],
    }),
    routes: [
      // Whoever makes the hub's certificate answers for the name by an Ingress, also where the hub has an address of its own.
      ...(expose.kind === "address" && issuer !== undefined ? [ownHost(host)] : []),
      ...choose(hub.dask, {
        sni: ({ domain, workerDomain }) => [ownNamesBelow(domain), ownNamesBelow(workerDomain)],
        gateway: () => [],
        none: () => [],
      }),
    ],
  });
}

/** All servers that run at once, and a home for every registered user and for that of the check. */
function requestedByUsers(hub: HubSettings, { blockClass, sharedClass }: HubFacts): OnRequest {
  const { homes, users, check } = hub;
  return {
    pods: serversAtOnce(hub).map(({ profile, count }) => ({ resources: serverResources(hub, profile), count })),
    claims: [
      {
        storageClass: choose(homes, { shared: () => sharedClass, block: () => blockClass }),
        size: homes.size,
        count: users.registered + (check === undefined ? 0 : 1),
      },
    ],
    secrets: keptSecrets(hub) * users.registered,
  };
}

function routePart({ host }: HubSettings, { namespaceOf, ingress }: HubFacts): Part {
  return hostRoutePart(
    {
      name: HUB,
      role: "hub",
      namespace: namespaceOf("hub"),
      host,
      title: "JupyterHub",
      service: "proxy-public",
      port: { number: PROXY_SERVICE_PORT, name: "http" },
      pods: HUB_PODS.proxy,
      containerPort: PROXY_HTTP_PORT,
    },
    ingress,
  );
}

/** Dask Gateway, which starts clusters on demand and asks the hub who a user is. */
function gatewayPart(settings: DaskGatewaySettings, facts: GatewayFacts): Part {
  return part("hub", {
    releases: { chart: { chart: daskGateway, release: GATEWAY_SERVICE, values: gatewayValues(settings, facts) } },
    objects: gatewayRights(facts.namespace),
    onRequest: { pods: clusterPods(settings), claims: [] },
    flows: gatewayFlows(settings),
    pods: [
      ...Object.values(GATEWAY_PODS),
      ...choose(settings.backend, { kubernetes: () => Object.values(CLUSTER_PODS), htcondor: () => [] }),
    ],
    probes: [
      {
        service: "Dask Gateway",
        host: settings.host,
        port: GATEWAY_PUBLIC_PORT,
        scheme: "tcp",
        at: { to: GATEWAY_PODS.traefik, port: GATEWAY_CONTAINER_PORT },
      },
    ],
    routes: ownGatewayRoutes(GATEWAY_PREFIX, facts.namespace),
  });
}
