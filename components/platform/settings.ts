import { z } from "zod";
import type { Capability, Need } from "../contract";
import { cidr, contains, count, dnsName, httpsUrl, ipv4, none, overlap, port } from "../fields";

const metallb = z
  .strictObject({
    kind: z.literal("metallb"),
    pools: z
      .record(z.string().regex(/^[a-z0-9-]+$/, "allowed: a DNS label"), z.array(cidr).min(1).describe("Networks of one pool"))
      .describe("Networks that MetalLB may announce, by pool; MetalLB gives an address only to a Service that asks for that address"),
  })
  .describe("The facility's own MetalLB, on layer 2");

const provided = z
  .strictObject({
    kind: z.literal("provided"),
    addresses: z.array(cidr).min(1).describe("Networks from which the site's load balancer gives addresses"),
    annotation: z
      .string()
      .regex(/^[a-z0-9.-]+\/[A-Za-z0-9._-]+$/, "allowed: an annotation such as metallb.io/loadBalancerIPs")
      .default("metallb.io/loadBalancerIPs")
      .describe("Key of the annotation with which a Service asks for one of these addresses"),
  })
  .describe("A load balancer that the cluster came with");

const loadBalancer = z
  .discriminatedUnion("kind", [metallb, provided, none.describe("No public addresses except the router's")])
  .superRefine((settings, context) => {
    const networks = networksOf(settings);
    networks.forEach(({ network, path }, position) => {
      const clash = networks.slice(0, position).find((other) => overlap(network, other.network));
      if (clash) {
        const message = `${network} overlaps ${clash.network} of ${clash.path.join(".")}; an address belongs to one pool`;
        context.addIssue({ code: "custom", path: [...path], message });
      }
    });
  });

const solver = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("http01") }).describe("Port 80 of each host leads to Traefik"),
  z
    .strictObject({
      kind: z.literal("rfc2136"),
      nameserver: ipv4.describe("DNS server that accepts the updates"),
      tsigKeyName: z.string().min(1).meta({ description: "Name of the TSIG key that signs the updates", perSite: true }),
    })
    .describe("Dynamic updates of the DNS, signed with the secret `dnsTsigSecret`"),
]);

const certificates = z.discriminatedUnion("kind", [
  z
    .strictObject({
      kind: z.literal("acme"),
      server: httpsUrl.default("https://acme-v02.api.letsencrypt.org/directory").describe("URL of the authority's ACME directory"),
      email: z.email("allowed: an e-mail address that is read").meta({ description: "Where the authority writes to", perSite: true }),
      solver: solver.describe("How the facility proves to the authority that it controls a name"),
    })
    .describe("A public authority by ACME for public names, and the facility's own authority for names inside"),
  z
    .strictObject({ kind: z.literal("internal") })
    .describe("The facility's own authority for all names; browsers must be taught to trust it"),
  z
    .strictObject({ kind: z.literal("provided") })
    .describe("The ingress ends TLS with a certificate of its own; no cert-manager is installed"),
]);

const ports = z
  .strictObject({
    http: port.default(80).describe("Port that redirects to https"),
    https: port.default(443).describe("Port of hub, S3 and ServiceX"),
    dask: port.default(8786).describe("Port of the Dask schedulers, told apart by SNI"),
    daskWorker: port.default(8788).describe("Port of the Dask workers, told apart by SNI"),
  })
  .prefault({})
  .superRefine((given, context) => {
    const entries = Object.entries(given);
    for (const [name, value] of entries) {
      const first = entries.find(([, other]) => other === value)?.[0];
      if (first !== name)
        context.addIssue({
          code: "custom",
          path: [name],
          message: `${value} is already the port of ${first}; each entry point needs its own`,
        });
    }
  });

const ingress = z.discriminatedUnion("kind", [
  z
    .strictObject({
      kind: z.literal("traefik"),
      address: ipv4.optional().describe("An address of the load balancer; if left out, the load balancer chooses one"),
      replicas: count.default(2).describe("Number of Traefik pods"),
      ports: ports.describe("Public port of each entry point"),
    })
    .describe("The facility's own Traefik: https, and Dask's TLS passed through by SNI"),
  z
    .strictObject({ kind: z.literal("routes"), router: dnsName.describe("Name of the router to which the DNS entries of all hosts point") })
    .describe("Routes of the cluster's own router, which serves https only"),
]);

/** TCP port on which an authority asks for a challenge of http-01 (https://datatracker.ietf.org/doc/html/rfc8555#section-8.3). */
const ACME_PORT = 80;

/**
 * Settings of what every service depends on. docs/sources.md, Replicas, says why Traefik has two pods. The ports of Dask are those of its
 * command line (https://docs.dask.org/en/stable/deploying-cli.html).
 */
export const PlatformSettings = z
  .strictObject({
    loadBalancer: loadBalancer
      .describe("Who gives Services their public addresses")
      .meta({ readBy: ["MetalLB", "Traefik", "hub", "schedd", "Dask Gateway"] }),
    certificates: certificates.describe("Who signs the certificates of public names").meta({ readBy: ["cert-manager"] }),
    ingress: ingress.describe("How https reaches a service by its host name").meta({ readBy: ["Traefik", "the cluster's router"] }),
  })
  .superRefine(({ certificates: { kind, ...chosen }, ingress: entrance }, context) => {
    const challenged = kind === "acme" && "solver" in chosen && chosen.solver.kind === "http01";
    if (challenged && entrance.kind === "traefik" && entrance.ports.http !== ACME_PORT)
      context.addIssue({
        code: "custom",
        path: ["ingress", "ports", "http"],
        message: `an authority asks for its challenge on port ${ACME_PORT} and on no other; set ${ACME_PORT}, or prove names by the solver rfc2136`,
      });
  })
  .describe("What every service depends on: addresses, certificates, ingress");
/** Settings of the platform, with defaults filled in. */
export type PlatformSettings = z.infer<typeof PlatformSettings>;
/** Settings of who gives public addresses to Services. */
export type LoadBalancer = PlatformSettings["loadBalancer"];
/** Settings of how https reaches a service. */
export type Ingress = PlatformSettings["ingress"];
/** Settings of the facility's own Traefik. */
export type TraefikSettings = Extract<Ingress, { kind: "traefik" }>;

/** Networks of public addresses, each with its path below `af:platform.loadBalancer`. */
export function networksOf(settings: LoadBalancer): readonly { readonly network: string; readonly path: readonly (string | number)[] }[] {
  switch (settings.kind) {
    case "metallb":
      return Object.entries(settings.pools).flatMap(([pool, list]) =>
        list.map((network, index) => ({ network, path: ["pools", pool, index] })),
      );
    case "provided":
      return settings.addresses.map((network, index) => ({ network, path: ["addresses", index] }));
    case "none":
      return [];
  }
}

/** True if the load balancer may give this address to a Service. */
export function gives(settings: LoadBalancer, address: string): boolean {
  return networksOf(settings).some(({ network }) => contains(network, address));
}

/**
 * Annotations with which a Service asks for one fixed address; empty without an address. The field `spec.loadBalancerIP` is deprecated
 * (https://kubernetes.io/docs/concepts/services-networking/service/#loadbalancer).
 */
export function addressAnnotation(settings: LoadBalancer, address: string | undefined): Record<string, string> {
  if (address === undefined) return {};
  switch (settings.kind) {
    case "metallb":
      return { "metallb.io/loadBalancerIPs": address };
    case "provided":
      return { [settings.annotation]: address };
    case "none":
      return {};
  }
}

/** What the platform of a site offers to its services. */
export function platformOffers({
  loadBalancer: balancer,
  certificates: authority,
  ingress: entrance,
}: PlatformSettings): readonly Capability[] {
  return [
    ...(balancer.kind === "none" ? [] : (["addresses"] as const)),
    ...(authority.kind === "provided" ? [] : (["issuer"] as const)),
    ...(entrance.kind === "traefik" ? (["passthrough"] as const) : []),
  ];
}

/** What the platform needs of the site. */
export function platformNeeds({ loadBalancer: balancer, ingress: entrance }: PlatformSettings): readonly Need[] {
  const metallbNeeds: Need = {
    capability: "hostNetwork",
    path: "af:platform.loadBalancer",
    service: "MetalLB",
    otherwise: "set af:platform.loadBalancer to { kind: provided, ... } or { kind: none }",
  };
  const ingressNeeds: Readonly<Record<Ingress["kind"], Need>> = {
    traefik: {
      capability: "addresses",
      path: "af:platform.ingress",
      service: "Traefik",
      otherwise: "set af:platform.ingress to { kind: routes, ... }",
    },
    routes: {
      capability: "routes",
      path: "af:platform.ingress",
      service: "an ingress by routes",
      otherwise: "set af:platform.ingress to { kind: traefik }",
    },
  };
  return [...(balancer.kind === "metallb" ? [metallbNeeds] : []), ingressNeeds[entrance.kind]];
}
