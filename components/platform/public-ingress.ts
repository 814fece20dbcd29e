import { choose } from "../choose";
import type { Manifest } from "../manifest";
import { ownHost } from "../own-routes";
import { part, type Part, type Probe } from "../parts";
import type { Flow, PodKind } from "../tenancy/flows";
import type { Role } from "../tenancy/roles";
import { certificateManifest, certificateSecret } from "./certificate";
import { INTERNAL_ISSUER, PUBLIC_ISSUER } from "./issuers";
import { TRAEFIK } from "./pods";
import { ENTRY_POINTS, HTTPS_PORT, ROUTER_PORT, TRAEFIK_PORTS } from "./ports";
import type { Ingress, PlatformSettings } from "./settings";

/** The way from a public name into the facility: the site's ingress, and the issuer of the name's certificate. */
export interface PublicIngress {
  readonly ingress: Ingress;
  /** Name of the ClusterIssuer of public names; undefined if the ingress has a certificate of its own. */
  readonly issuer: string | undefined;
}

/** The way that public names take into the facility at a site. */
export function publicIngressOf({ ingress, certificates }: PlatformSettings): PublicIngress {
  const issuer = choose(certificates, { acme: () => PUBLIC_ISSUER, internal: () => INTERNAL_ISSUER, provided: () => undefined });
  return { ingress, issuer };
}

/** TCP port on which public names answer https. */
export function publicPort({ ingress }: PublicIngress): number {
  return choose(ingress, { traefik: ({ ports }) => ports.https, routes: () => ROUTER_PORT });
}

/**
 * Flows of pods that use a public name of the facility. Inside the cluster the address of a load balancer leads straight to the pods behind it,
 * so policies see these.
 */
export function toPublicNames(from: Flow["from"], ingress: PublicIngress): Flow {
  const { to, port } = publicEntrance(ingress);
  return { from, to, ports: [port] };
}

/** Where a connection of a pod to a public name ends, and the port there. */
function publicEntrance({ ingress }: Pick<PublicIngress, "ingress">): NonNullable<Probe["at"]> {
  return choose(ingress, {
    traefik: () => ({ to: TRAEFIK, port: TRAEFIK_PORTS.websecure }),
    routes: () => ({ to: "router" as const, port: ROUTER_PORT }),
  });
}

/**
 * How a public name with a certificate of an issuer is asked. Only what a public authority signs is trusted everywhere; nothing is known of a
 * certificate that the ingress brings.
 */
export function schemeOf(issuer: string | undefined): Probe["scheme"] {
  return issuer === PUBLIC_ISSUER ? "https" : "https-any-authority";
}

/** URL of a public name as a browser shows it: without the port if that is 443. */
export function publicUrl(host: string, port: number): string {
  return port === HTTPS_PORT ? `https://${host}` : `https://${host}:${port}`;
}

/** One public host name that leads to one Service; TLS ends at the ingress. */
export interface HostRouteSettings {
  /** Name of the route and of its certificate in the namespace. */
  readonly name: string;
  readonly role: Role;
  readonly namespace: string;
  /** Public host name. */
  readonly host: string;
  /** Name of the service that answers there, for people. */
  readonly title: string;
  /** Name of the Service. */
  readonly service: string;
  /** Port of the Service that speaks plain HTTP: its number, which Traefik uses, and its name, which the cluster's router uses. */
  readonly port: { readonly number: number; readonly name: string };
  /** The pods behind the Service. */
  readonly pods: PodKind;
  /** Port of these pods. */
  readonly containerPort: number;
}

/** The part of a public host name: a route, its certificate if the site has an issuer, and the flow from the ingress to the pods. */
export function hostRoutePart(settings: HostRouteSettings, { ingress, issuer }: PublicIngress): Part {
  const { name, role, namespace, host, title, pods, containerPort } = settings;
  const flow = (from: Flow["from"]): Flow => ({ from, to: pods, ports: [containerPort] });
  const { to, port } = publicEntrance({ ingress });
  const scheme = schemeOf(issuer);
  const probes = [{ service: title, host, port: publicPort({ ingress, issuer }), scheme, at: { to, port } }];
  return part(
    role,
    choose(ingress, {
      traefik: () => ({
        objects: {
          ...(issuer !== undefined && { certificate: certificateManifest({ issuer, name, namespace, dnsNames: [host] }) }),
          route: ingressRoute(settings, issuer),
        },
        flows: [flow(TRAEFIK)],
        probes,
        routes: [ownHost(host)],
      }),
      routes: (routes) => ({
        objects: { route: clusterRoute(settings, routes) },
        flows: [flow("router")],
        probes,
        routes: [ownHost(host)],
      }),
    }),
  );
}

function ingressRoute({ name, namespace, host, service, port }: HostRouteSettings, issuer: string | undefined): Manifest {
  return {
    apiVersion: "traefik.io/v1alpha1",
    kind: "IngressRoute",
    metadata: { name, namespace, annotations: NOTHING_TO_AWAIT },
    spec: {
      entryPoints: [ENTRY_POINTS.https],
      routes: [{ kind: "Rule", match: `Host(\`${host}\`)`, services: [{ name: service, port: port.number }] }],
      // Without an issuer Traefik shows its default certificate.
      tls: issuer === undefined ? {} : { secretName: certificateSecret(name) },
    },
  };
}

function clusterRoute(
  { name, namespace, host, service, port }: HostRouteSettings,
  { router, timeout }: Extract<Ingress, { kind: "routes" }>,
): Manifest {
  return {
    apiVersion: "route.openshift.io/v1",
    kind: "Route",
    metadata: {
      name,
      namespace,
      annotations: { ...NOTHING_TO_AWAIT, "analysis-facility/router": router, [ROUTER_TIMEOUT]: `${timeout}s` },
    },
    spec: {
      host,
      // 100 is the weight that the API server fills in.
      to: { kind: "Service", name: service, weight: 100 },
      port: { targetPort: port.name },
      tls: { termination: "edge", insecureEdgeTerminationPolicy: "Redirect" },
      wildcardPolicy: "None",
    },
  };
}

/**
 * Annotation with the time in which a service must answer
 * (https://docs.okd.io/latest/networking/ingress_load_balancing/routes/route-configuration.html).
 */
const ROUTER_TIMEOUT = "haproxy.router.openshift.io/timeout";

/** A route has no status that says when it works, so Pulumi has nothing to wait for. */
const NOTHING_TO_AWAIT = { "pulumi.com/skipAwait": "true" };
