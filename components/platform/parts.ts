import { certManager } from "../charts/cert-manager";
import { flux2 } from "../charts/flux2";
import { metallb } from "../charts/metallb";
import { traefik } from "../charts/traefik";
import { choose } from "../choose";
import type { Delivery } from "../delivery/settings";
import type { Manifest } from "../manifest";
import { part, type ConcernParts, type Part } from "../parts";
import type { Flow } from "../tenancy/flows";
import { API_SERVER_PORTS } from "../tenancy/ports";
import type { Role } from "../tenancy/roles";
import { portOf } from "../url";
import { clusterIssuers } from "./cluster-issuers";
import { CERT_MANAGER_WEBHOOK_PORT, DNS_PORT, HTTP_PORT, HTTPS_PORT, METALLB_WEBHOOK_PORT, TRAEFIK_PORTS } from "./ports";
import { PRIORITIES } from "./priority-classes";
import type { LoadBalancer, PlatformSettings, TraefikSettings } from "./settings";
import { certManagerValues, fluxValues, metallbValues, traefikValues } from "./values";

/** The parts on which every service depends; a part is undefined if the cluster or the site brings its own. */
export interface PlatformParts extends ConcernParts {
  readonly priorities: Part;
  readonly flux?: Part;
  readonly certificates?: Part;
  readonly metallb?: Part;
  readonly traefik?: Part;
}

/**
 * The parts of the platform that a site has.
 * @param namespaceOf gives the name of a role's namespace.
 */
export function platformParts(settings: PlatformSettings, delivery: Delivery, namespaceOf: (role: Role) => string): PlatformParts {
  const { certificates, ingress, loadBalancer } = settings;
  return {
    priorities: prioritiesPart(),
    ...choose(delivery, { flux: (flux) => ({ flux: fluxPart(flux) }), helm: () => ({}) }),
    ...choose(certificates, {
      acme: (chosen) => ({ certificates: certificatesPart(chosen) }),
      internal: (chosen) => ({ certificates: certificatesPart(chosen) }),
      provided: () => ({}),
    }),
    ...choose(loadBalancer, {
      metallb: ({ pools }) => ({ metallb: metallbPart(pools, namespaceOf("metallb")) }),
      provided: () => ({}),
      none: () => ({}),
    }),
    ...choose(ingress, { traefik: (chosen) => ({ traefik: traefikPart(chosen, loadBalancer) }), routes: () => ({}) }),
  };
}

/** A flow to the API server, for a role whose pods watch or write objects. */
export function toApiServer(from: Role): Flow {
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
    flows: [toApiServer("flux"), { from: "flux", to: "anywhere", ports: [HTTPS_PORT, ...(mirror === undefined ? [] : [portOf(mirror)])] }],
  });
}

/** cert-manager with its issuers. It connects to the authority, checks each name over http as the authority will, and updates the DNS. */
function certificatesPart(settings: Exclude<PlatformSettings["certificates"], { kind: "provided" }>): Part {
  const authority = choose(settings, { acme: ({ server }) => [portOf(server)], internal: () => [] });
  return part("cert-manager", {
    releases: { chart: { chart: certManager, release: "cert-manager", values: certManagerValues(settings) } },
    objects: clusterIssuers(settings),
    flows: [
      toApiServer("cert-manager"),
      { from: "api-server", to: "cert-manager", ports: [CERT_MANAGER_WEBHOOK_PORT] },
      { from: "cert-manager", to: "anywhere", ports: [DNS_PORT, HTTP_PORT, HTTPS_PORT, ...authority] },
    ],
  });
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
    flows: [toApiServer("metallb"), { from: "api-server", to: "metallb", ports: [METALLB_WEBHOOK_PORT] }],
  });
}

/** Traefik, whose entry points are open to every address. It passes Dask's TLS through to the pods. */
function traefikPart(settings: TraefikSettings, loadBalancer: LoadBalancer): Part {
  return part("traefik", {
    releases: { chart: { chart: traefik, release: "traefik", values: traefikValues(settings, loadBalancer) } },
    flows: [toApiServer("traefik"), { from: "anywhere", to: "traefik", ports: Object.values(TRAEFIK_PORTS) }],
  });
}
