import { choose } from "../choose";
import type { Manifest } from "../manifest";
import { part, type Part } from "../parts";
import type { Flow } from "../tenancy/flows";
import type { Role } from "../tenancy/roles";
import { certificateManifest, certificateSecret } from "./certificate";
import { INTERNAL_ISSUER, PUBLIC_ISSUER } from "./issuers";
import { ENTRY_POINTS, HTTPS_PORT, ROUTER_PORT } from "./ports";
import type { Ingress, Platform } from "./settings";

/** How a public name reaches the facility: the site's ingress, and who signs the name's certificate. */
export interface PublicIngress {
  readonly ingress: Ingress;
  /** ClusterIssuer of public names; undefined where the ingress brings its own certificate. */
  readonly issuer: string | undefined;
}

/** The way that public names take at a site. */
export function publicIngressOf({ ingress, certificates }: Platform): PublicIngress {
  const issuer = choose(certificates, { acme: () => PUBLIC_ISSUER, internal: () => INTERNAL_ISSUER, provided: () => undefined });
  return { ingress, issuer };
}

/** The port on which public names answer https. */
export function publicPort({ ingress }: PublicIngress): number {
  return choose(ingress, { traefik: ({ ports }) => ports.https, routes: () => ROUTER_PORT });
}

/** The address of a public name as a browser shows it: without the port where that is https' own. */
export function publicUrl(host: string, port: number): string {
  return port === HTTPS_PORT ? `https://${host}` : `https://${host}:${port}`;
}

/** One public host name that leads to one Service; TLS ends at the ingress. */
export interface HostRouteSettings {
  /** Name of the objects in the namespace. */
  readonly name: string;
  readonly role: Role;
  readonly namespace: string;
  /** Public host name. */
  readonly host: string;
  /** What answers there, for people. */
  readonly title: string;
  readonly service: string;
  /** Port of the Service that speaks plain HTTP: its number, and its name where the router asks for that. */
  readonly port: { readonly number: number; readonly name: string };
  /** Port of the pods behind the Service. */
  readonly containerPort: number;
}

/** What a public host name takes: a route, its certificate where somebody signs one, and the flow from the ingress to the pods. */
export function hostRoutePart(settings: HostRouteSettings, { ingress, issuer }: PublicIngress): Part {
  const { name, role, namespace, host, title, containerPort } = settings;
  const flow = (from: Flow["from"]): Flow => ({ from, to: role, ports: [containerPort] });
  return part(
    role,
    choose(ingress, {
      traefik: () => ({
        objects: {
          ...(issuer !== undefined && { certificate: certificateManifest({ issuer, name, namespace, dnsNames: [host] }) }),
          route: ingressRoute(settings, issuer),
        },
        flows: [flow("traefik")],
        probes: [{ service: title, host, port: publicPort({ ingress, issuer }), scheme: "https" as const }],
      }),
      routes: ({ router }) => ({
        objects: { route: clusterRoute(settings, router) },
        flows: [flow("router")],
        probes: [{ service: title, host, port: publicPort({ ingress, issuer }), scheme: "https" as const }],
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
      // Without an issuer Traefik answers with its own default certificate.
      tls: issuer === undefined ? {} : { secretName: certificateSecret(name) },
    },
  };
}

function clusterRoute({ name, namespace, host, service, port }: HostRouteSettings, router: string): Manifest {
  return {
    apiVersion: "route.openshift.io/v1",
    kind: "Route",
    metadata: { name, namespace, annotations: { ...NOTHING_TO_AWAIT, "analysis-facility/router": router } },
    spec: {
      host,
      to: { kind: "Service", name: service, weight: 100 },
      port: { targetPort: port.name },
      tls: { termination: "edge", insecureEdgeTerminationPolicy: "Redirect" },
      wildcardPolicy: "None",
    },
  };
}

/** Routes have no status that says when they work. */
const NOTHING_TO_AWAIT = { "pulumi.com/skipAwait": "true" };
