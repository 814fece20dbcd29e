import { certManager } from "../charts/cert-manager";
import { flux2 } from "../charts/flux2";
import { metallb } from "../charts/metallb";
import { traefik } from "../charts/traefik";
import { choose } from "../choose";
import type { Delivery } from "../delivery/settings";
import type { Manifest } from "../manifest";
import { tolerateUse } from "../nodes/labels";
import type { Nodes } from "../nodes/settings";
import { part, type ConcernParts, type Part } from "../parts";
import { flowsBetween, podKind, type Flow, type PodKind } from "../tenancy/flows";
import { API_SERVER_PORTS } from "../tenancy/ports";
import type { Role } from "../tenancy/roles";
import { portOf } from "../url";
import { clusterIssuers } from "./cluster-issuers";
import { CERT_MANAGER_PODS, FLUX_PODS, METALLB_CONTROLLER, TRAEFIK } from "./pods";
import {
  CERT_MANAGER_WEBHOOK_PORT,
  DNS_PORT,
  FLUX_HTTP_PORT,
  HTTP_PORT,
  HTTPS_PORT,
  METALLB_WEBHOOK_PORT,
  SOLVER_PORT,
  TRAEFIK_PORTS,
} from "./ports";
import { PRIORITIES } from "./priority-classes";
import type { LoadBalancer, PlatformSettings, TraefikSettings } from "./settings";
import { certManagerValues, fluxValues, metallbValues, traefikValues } from "./values";
import { NAMED_ROLES, watchedRoles } from "./watched-roles";

/** The parts on which every service depends; a part is undefined if the cluster or the site brings its own. */
export interface PlatformParts extends ConcernParts {
  readonly priorities: Part;
  readonly flux?: Part;
  readonly certificates?: Part;
  readonly metallb?: Part;
  readonly traefik?: Part;
}

/** What the platform takes from other concerns. */
interface PlatformFacts {
  readonly nodes: Nodes;
  readonly namespaceOf: (role: Role) => string;
  /** The parts of the other concerns, some of which have routes. */
  readonly others: readonly Part[];
}

/**
 * The parts of the platform that a site has.
 * @param facts.namespaceOf gives the name of a role's namespace.
 */
export function platformParts(
  settings: PlatformSettings,
  delivery: Delivery,
  { nodes, namespaceOf, others }: PlatformFacts,
): PlatformParts {
  const { certificates, ingress, loadBalancer } = settings;
  return {
    priorities: prioritiesPart(),
    ...choose(delivery, { flux: (flux) => ({ flux: fluxPart(flux) }), helm: () => ({}) }),
    ...choose(certificates, {
      acme: (chosen) => ({ certificates: certificatesPart(chosen, nodes) }),
      internal: (chosen) => ({ certificates: certificatesPart(chosen, nodes) }),
      provided: () => ({}),
    }),
    ...choose(loadBalancer, {
      metallb: ({ pools }) => ({ metallb: metallbPart(pools, namespaceOf("metallb")) }),
      provided: () => ({}),
      none: () => ({}),
    }),
    ...choose(ingress, {
      traefik: (chosen) => ({ traefik: traefikPart(chosen, loadBalancer, watchedRoles(others).map(namespaceOf)) }),
      routes: () => ({}),
    }),
  };
}

/** A flow to the API server, for pods that watch or write objects. */
export function toApiServer(from: Role | PodKind): Flow {
  return { from, to: "api-server", ports: API_SERVER_PORTS };
}

function prioritiesPart(): Part {
  return part(undefined, {
    objects: Object.fromEntries(
      Object.entries(PRIORITIES).map(([name, { value, preemptionPolicy, description }]) => [
        name,
        {
          apiVersion: "scheduling.k8s.io/v1",
          kind: "PriorityClass",
          metadata: { name },
          value,
          preemptionPolicy,
          description,
        },
      ]),
    ),
  });
}

/** Flux, which fetches charts from their repositories or from the site's mirror. */
function fluxPart({ mirror }: Extract<Delivery, { kind: "flux" }>): Part {
  return part("flux", {
    releases: { chart: { chart: flux2, release: "flux2", values: fluxValues() } },
    flows: [
      toApiServer("flux"),
      { from: FLUX_PODS.source, to: "outside", ports: [HTTPS_PORT, ...(mirror === undefined ? [] : [portOf(mirror)])] },
      ...flowsBetween([FLUX_PODS.helm, FLUX_PODS.kustomize], [FLUX_PODS.source], [FLUX_HTTP_PORT]),
      ...flowsBetween([FLUX_PODS.source, FLUX_PODS.helm, FLUX_PODS.kustomize], [FLUX_PODS.notification], [FLUX_HTTP_PORT]),
    ],
    pods: Object.values(FLUX_PODS),
  });
}

/** cert-manager with its issuers. It connects to the authority, checks each name over http as the authority will, and updates the DNS. */
function certificatesPart(settings: Exclude<PlatformSettings["certificates"], { kind: "provided" }>, nodes: Nodes): Part {
  const authority = choose(settings, { acme: ({ server }) => [portOf(server)], internal: () => [] });
  const solved = choose(settings, {
    acme: ({ solver }) => choose(solver, { http01: () => NAMED_ROLES.map(solverPods), rfc2136: () => [] }),
    internal: () => [],
  });
  return part("cert-manager", {
    releases: { chart: { chart: certManager, release: "cert-manager", values: certManagerValues(settings) } },
    objects: clusterIssuers(settings, tolerateUse(nodes, "services")),
    flows: [
      toApiServer("cert-manager"),
      { from: "api-server", to: CERT_MANAGER_PODS.webhook, ports: [CERT_MANAGER_WEBHOOK_PORT] },
      { from: CERT_MANAGER_PODS.controller, to: "outside", ports: [DNS_PORT, HTTP_PORT, HTTPS_PORT, ...authority] },
      // Queries and updates of the DNS go over UDP unless the solver says otherwise.
      { from: CERT_MANAGER_PODS.controller, to: "outside", ports: [DNS_PORT], protocol: "UDP" },
      ...flowsBetween([TRAEFIK], solved, [SOLVER_PORT]),
      ...(solved.length > 0 ? [{ from: CERT_MANAGER_PODS.controller, to: TRAEFIK, ports: [TRAEFIK_PORTS.web] }] : []),
    ],
    pods: [...Object.values(CERT_MANAGER_PODS), ...solved],
  });
}

/** Pods that answer a challenge of http-01, in the namespace of the certificate (https://cert-manager.io/docs/configuration/acme/http01/). */
function solverPods(role: Role): PodKind {
  return podKind(role, "acme-solver", { "acme.cert-manager.io/http01-solver": "true" }, { http: SOLVER_PORT });
}

/** MetalLB on layer 2 with the site's address pools, which have no status that Pulumi could wait for. */
function metallbPart(pools: Readonly<Record<string, readonly string[]>>, namespace: string): Part {
  const object = (kind: string, name: string, spec: object): Manifest => ({
    apiVersion: "metallb.io/v1beta1",
    kind,
    metadata: { name, namespace, annotations: { "pulumi.com/skipAwait": "true" } },
    spec,
  });
  return part("metallb", {
    releases: { chart: { chart: metallb, release: "metallb", values: metallbValues() } },
    objects: {
      ...Object.fromEntries(
        // A Service gets a public address only if it asks for that address.
        Object.entries(pools).map(([pool, addresses]) => [
          pool,
          object("IPAddressPool", pool, { addresses: [...addresses], autoAssign: false }),
        ]),
      ),
      advertisement: object("L2Advertisement", "facility", { ipAddressPools: Object.keys(pools) }),
    },
    flows: [toApiServer("metallb"), { from: "api-server", to: METALLB_CONTROLLER, ports: [METALLB_WEBHOOK_PORT] }],
    pods: [METALLB_CONTROLLER],
  });
}

/** Traefik, whose entry points are open to every address. It passes Dask's TLS through to the pods. */
function traefikPart(settings: TraefikSettings, loadBalancer: LoadBalancer, namespaces: readonly string[]): Part {
  return part("traefik", {
    releases: { chart: { chart: traefik, release: "traefik", values: traefikValues(settings, loadBalancer, namespaces) } },
    flows: [toApiServer("traefik"), { from: "anywhere", to: TRAEFIK, ports: Object.values(TRAEFIK_PORTS) }],
    pods: [TRAEFIK],
  });
}
