import { z } from "zod";
import type { Need } from "../contract";
import { bytes, isQuantity } from "../../capacity/quantity";
import { absolutePath, count, cpu, dnsName, httpsUrl, image, ipv4, label, none, prose, size } from "../fields";

const groups = z
  .array(z.string().min(1))
  .min(1, "allowed: at least one group; a hub that admits everybody is not offered")
  .meta({ description: "Groups whose members get in", examples: [["/cms"]], perSite: true });
const adminGroups = z.array(z.string().min(1)).default([]).meta({ description: "Groups whose members administer the hub", perSite: true });

const login = z.discriminatedUnion("kind", [
  z
    .strictObject({
      kind: z.literal("cilogon"),
      identityProviders: z
        .array(httpsUrl)
        .min(1, "allowed: at least one identity provider")
        .describe("Identity providers that may vouch for users, as CILogon names them"),
      allowedGroups: groups,
      adminGroups,
    })
    .describe("CILogon"),
  z
    .strictObject({
      kind: z.literal("oidc"),
      service: prose.describe("Name on the login button"),
      authorizeUrl: httpsUrl.describe("The provider's authorization endpoint"),
      tokenUrl: httpsUrl.describe("Its token endpoint"),
      userinfoUrl: httpsUrl.describe("Its userinfo endpoint"),
      usernameClaim: z.string().default("preferred_username").meta({ description: "Claim that names the user", perSite: true }),
      groupsClaim: z.string().default("groups").meta({ description: "Claim that lists the user's groups", perSite: true }),
      allowedGroups: groups,
      adminGroups,
    })
    .describe("Any OpenID Connect provider: the laboratory's own, CMS IAM"),
]);

const fills = z.strictObject({
  pool: label.describe("Pool that runs `users`"),
  servers: count.describe("How many such servers fill one of its hosts, once what runs on every host is taken off"),
});

const profile = z
  .strictObject({
    name: prose.describe("What users choose"),
    cpu: cpu
      .default("0")
      .describe("Guaranteed to each server; twice as much may be used while nobody else wants it. Left out where `fills` says it"),
    memory: size.default("0Gi").describe("Guaranteed to each server, and its limit. Left out where `fills` says it"),
    fills: fills.optional().describe("In place of cpu and memory: a share of a host, so that none of it is stranded"),
    image: image.optional().describe("Another image than the hub's"),
    atOnce: count.optional().describe("How many of the concurrent servers may be of this size; the first profile takes what is left"),
  })
  .superRefine(({ fills: share, ...given }, context) => {
    for (const key of ["cpu", "memory"] as const) {
      // What is no quantity has been refused already.
      if (!isQuantity(given[key])) continue;
      const leftOut = bytes(given[key]) === 0n;
      if (share === undefined && leftOut)
        context.addIssue({ code: "custom", path: [key], message: `missing; give a server its ${key}, or say what it fills` });
      if (share !== undefined && !leftOut)
        context.addIssue({ code: "custom", path: [key], message: "fills says it already; remove one of the two" });
    }
  });

const expose = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("address"), address: ipv4.describe("Out of the load balancer's") }).describe("An address of its own"),
  z.strictObject({ kind: z.literal("ingress") }).describe("By its host name, through the site's ingress"),
]);

const home = {
  size: size.describe("Size of each home"),
  mountPath: absolutePath.default("/home/jovyan").describe("Where user servers see it"),
};

const homes = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("block"), ...home }).describe("A block volume each: one server at a time mounts it"),
  z
    .strictObject({ kind: z.literal("shared"), ...home })
    .describe("A volume each on the shared file system: any number of servers mount it"),
]);

const identity = z.discriminatedUnion("kind", [
  z
    .strictObject({
      kind: z.literal("fixed"),
      uid: count.describe("User; images and existing homes decide it"),
      gid: count.describe("Group that owns the home"),
    })
    .describe("The same user and group in every user server"),
  z.strictObject({ kind: z.literal("assigned") }).describe("Out of the range that the cluster gives the namespace"),
]);

const daskWorkers = z.strictObject({
  image: image.describe("Schedulers and workers; its Dask must be the notebook's"),
  cpu: cpu.default("1").describe("CPU of each worker"),
  memory: size.default("4Gi").describe("Memory of each worker"),
  max: count.describe("Most workers of one cluster"),
});

const dask = z.discriminatedUnion("kind", [
  z
    .strictObject({
      kind: z.literal("sni"),
      domain: dnsName.describe("Every user's scheduler is a name below this; a wildcard entry leads to Traefik"),
      workerDomain: dnsName.describe("The same for what workers serve"),
    })
    .describe("A scheduler in each user's own pod, reached by name: Traefik passes its TLS through by SNI"),
  z
    .strictObject({
      kind: z.literal("gateway"),
      address: ipv4.describe(
        "Where workers outside the cluster reach schedulers, through the gateway's own proxy; out of the load balancer's",
      ),
      host: dnsName.describe("Name of that address"),
      clusters: z
        .strictObject({
          perUser: count.default(1).describe("Most clusters of one user"),
          atOnce: count.describe("Clusters to be reckoned with"),
        })
        .describe("How many clusters there are at once"),
      workers: daskWorkers.describe("What a cluster is made of"),
      backend: z
        .discriminatedUnion("kind", [
          z.strictObject({ kind: z.literal("kubernetes") }).describe("Workers are pods of the facility"),
          z
            .strictObject({
              kind: z.literal("htcondor"),
              class: z
                .string()
                .regex(/^[a-z_][\w.]*\.[A-Z]\w*$/, "allowed: a Python class with its module, e.g. site_gateway.HTCondorBackend")
                .meta({ description: "Backend class in the gateway's image", examples: ["site_gateway.HTCondorBackend"], perSite: true }),
              image: image.describe("The gateway's image, with that class and HTCondor's client"),
            })
            .describe("Workers are jobs of the batch pool; schedulers are pods"),
        ])
        .describe("Where workers run"),
    })
    .describe("Dask Gateway: clusters on demand, apart from the notebook"),
  none.describe("No Dask but what a notebook starts within itself"),
]);

export const Hub = z
  .strictObject({
    host: dnsName.describe("Where users go"),
    expose: expose.describe("How they get there"),
    login: login.describe("Who lets users in"),
    image: image.describe("User servers"),
    users: z
      .strictObject({ registered: count.describe("Everybody with a home"), concurrent: count.describe("Servers at once") })
      .describe("How many users there are"),
    profiles: z
      .array(profile)
      .min(1, "allowed: at least one profile")
      .describe("Server sizes to choose from; the first one is the default"),
    homes: homes.describe("Where users keep their files"),
    database: z
      .strictObject({ size: size.default("1Gi").describe("Its volume") })
      .prefault({})
      .describe("The hub's own database"),
    identity: identity.describe("User and group of user servers"),
    dask: dask.describe("How users get Dask clusters").meta({ readBy: ["user servers", "Traefik", "Dask Gateway"] }),
    cull: z
      .strictObject({
        idleHours: z
          .number()
          .positive()
          .default(24)
          .meta({ description: "A server idle for as long is stopped", unit: "hours", perSite: true }),
      })
      .prefault({})
      .describe("When servers are stopped"),
  })
  .describe("JupyterHub: where users work")
  .meta({ readBy: ["JupyterHub"] });
export type Hub = z.infer<typeof Hub>;
export type DaskGatewaySettings = Extract<Hub["dask"], { kind: "gateway" }>;

export function hubNeeds({ expose: way, homes: { kind: home }, identity: user, dask: clusters }: Hub): readonly Need[] {
  const need = (wanted: boolean, need: Need): readonly Need[] => (wanted ? [need] : []);
  const ownAddress = { path: "af:hub.expose", service: "a hub with its own address", otherwise: "set af:hub.expose to { kind: ingress }" };
  const gateway = { path: "af:hub.dask", service: "Dask Gateway", otherwise: "set af:hub.dask to { kind: none }" };
  return [
    ...need(way.kind === "address", { capability: "addresses", ...ownAddress }),
    ...need(way.kind === "address", { capability: "issuer", ...ownAddress }),
    ...need(home === "shared", {
      capability: "sharedVolumes",
      path: "af:hub.homes",
      service: "a shared home",
      otherwise: "set af:hub.homes.kind to block",
    }),
    ...need(user.kind === "fixed", {
      capability: "fixedUsers",
      path: "af:hub.identity",
      service: "a user server with a fixed user",
      otherwise: "set af:hub.identity to { kind: assigned }",
    }),
    ...need(clusters.kind === "sni", {
      capability: "passthrough",
      path: "af:hub.dask",
      service: "Dask by SNI",
      otherwise: "set af:hub.dask to { kind: gateway, ... } or { kind: none }",
    }),
    ...need(clusters.kind === "gateway", { capability: "addresses", ...gateway }),
    ...need(clusters.kind === "gateway" && clusters.backend.kind === "htcondor", {
      capability: "batchPool",
      path: "af:hub.dask.backend",
      service: "a gateway with workers in the pool",
      otherwise: "set af:hub.dask.backend to { kind: kubernetes }",
    }),
  ];
}
