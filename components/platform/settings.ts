import { z } from "zod";
import type { Capability, Need } from "../contract";
import { cidr, contains, dnsName, ipv4, none, overlap, podCount, port } from "../fields";
import { certificates } from "./certificate-settings";

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

/** Largest number of seconds of a timeout: a day. The chart writes numbers from a million up as 1e+06, which Traefik cannot read. */
const DAY = 24 * 3600;

const seconds = z
  .int("allowed: a whole number of seconds")
  .min(0, "allowed: 0, for no end, to 86400")
  .max(DAY, "allowed: 0, for no end, to 86400");

const timeouts = z
  .strictObject({
    read: seconds.default(3600).meta({
      description: "Time in which a client must have sent its whole request: an upload that takes longer is cut",
      unit: "seconds",
      examples: [7200],
    }),
    idle: seconds
      .default(180)
      .meta({ description: "Time after which a connection without requests is closed", unit: "seconds", examples: [300] }),
  })
  .prefault({});

const ingress = z.discriminatedUnion("kind", [
  z
    .strictObject({
      kind: z.literal("traefik"),
      address: ipv4.optional().describe("An address of the load balancer; if left out, the load balancer chooses one"),
      replicas: podCount.default(2).describe("Number of Traefik pods"),
      ports: ports.describe("Public port of each entry point"),
      timeouts: timeouts.describe("How long Traefik waits for clients of https"),
    })
    .describe("The facility's own Traefik: https, and Dask's TLS passed through by SNI"),
  z
    .strictObject({
      kind: z.literal("routes"),
      router: dnsName.describe("Name of the router to which the DNS entries of all hosts point"),
      timeout: seconds
        .min(1, "allowed: 1 to 86400")
        .default(600)
        .meta({
          description: "Time in which a service must answer, or go on answering; the router's own 30 seconds cut slow answers",
          unit: "seconds",
          examples: [900],
        }),
    })
    .describe("Routes of the cluster's own router, which serves https only"),
]);

/** TCP port on which an authority asks for a challenge of http-01 (https://datatracker.ietf.org/doc/html/rfc8555#section-8.3). */
const ACME_PORT = 80;

/**
 * Settings of what every service depends on. docs/sources.md, Replicas, says why Traefik has two pods. The ports of Dask are those of its
 * command line (https://docs.dask.org/en/stable/deploying-cli.html). 180 seconds is Traefik's own `idleTimeout`; we chose an hour for a request,
 * because Traefik's own 60 seconds cut uploads (https://doc.traefik.io/traefik/reference/install-configuration/entrypoints/).
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
    if (challenged && entrance.kind !== "traefik")
      context.addIssue({
        code: "custom",
        path: ["certificates", "solver", "kind"],
        message: "challenges of http01 are answered through Traefik, which this site has not; prove names by the solver rfc2136",
      });
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
