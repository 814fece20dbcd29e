import { z } from "zod";
import type { Need } from "../contract";
import { bytes, isQuantity } from "../../capacity/quantity";
import { HubCheckSettings } from "./check-settings";
import { database } from "./database-settings";
import { event } from "./event-settings";
import { login } from "./login-settings";
import { absolutePath, count, cpu, devices, dnsName, httpsUrl, image, ipv4, label, memory, none, podCount, prose, size } from "../fields";

const fills = z.strictObject({
  pool: label.describe("Name of a pool that runs `users`"),
  servers: podCount.describe("Number of such servers that fill one host of the pool, beside the DaemonSets"),
});

const profile = z
  .strictObject({
    name: prose.describe("Name of the size, from which users choose"),
    cpu: cpu
      .default("0")
      .describe("CPU guaranteed to each server, which may use twice as much while the host has it to spare; left out with `fills`"),
    memory: memory.default("0Gi").describe("Memory guaranteed to each server, which is also its limit; left out with `fills`"),
    fills: fills.optional().describe("In place of cpu and memory: an equal share of a host, so that nothing of the host stays unused"),
    devices: devices
      .default({})
      .describe(
        "GPUs and other devices of each server; hosts of a pool that runs `users` have to have as many (af:nodes, capacity.devices)",
      ),
    image: image.optional().describe("Image of these servers, if it is not the hub's"),
    workerImage: image
      .optional()
      .describe("Image of these servers' Dask workers in the batch pool, if it is neither `image` nor the hub's"),
    groups: z
      .array(z.string().min(1))
      .min(1, "allowed: at least one group; leave the key out for everybody")
      .optional()
      .meta({ description: "Groups of the login to whose members alone the size is offered; left out for everybody", perSite: true }),
    atOnce: count.optional().describe("Number of concurrent servers of this size; the first profile takes what the others leave"),
  })
  .superRefine(({ fills: share, ...given }, context) => {
    for (const key of ["cpu", "memory"] as const) {
      // The type of the field has already refused a text that is no quantity.
      if (!isQuantity(given[key])) continue;
      const leftOut = bytes(given[key]) === 0n;
      if (share === undefined && leftOut)
        context.addIssue({ code: "custom", path: [key], message: `missing; give a server its ${key}, or say what it fills` });
      if (share !== undefined && !leftOut)
        context.addIssue({ code: "custom", path: [key], message: "fills already decides it; remove one of the two" });
    }
  });

const ceiling = z
  .strictObject({
    group: z
      .string()
      .min(1)
      .meta({ description: "A group of the login", examples: ["/cms/students"], perSite: true }),
    servers: podCount.optional().describe("Number of servers that the group's members run at once"),
    memory: size.optional().describe("Memory that the servers of the group's members have at once"),
  })
  .refine(({ servers, memory }) => servers !== undefined || memory !== undefined, "allowed: servers, memory or both");

/** So many people that no facility has more: with far more the amounts of their pods could not be added exactly. */
const people = count.max(1_000_000, "allowed: 1 to 1000000");

const loginPage = z
  .strictObject({
    whoMayEnter: prose.optional().describe("Who may log in, in words; the groups of the login if left out"),
    help: httpsUrl.optional().describe("Page with help for users"),
    news: prose.optional().describe("What users have to know before they log in, such as a maintenance"),
  })
  .prefault({})
  .describe("Words of the page on which users log in, under the facility's title");

const expose = z.discriminatedUnion("kind", [
  z
    .strictObject({ kind: z.literal("address"), address: ipv4.describe("An address of the load balancer") })
    .describe("An address of its own"),
  z.strictObject({ kind: z.literal("ingress") }).describe("A host name of the site's ingress"),
]);

const home = {
  size: size.describe("Size of each home"),
  mountPath: absolutePath.default("/home/jovyan").describe("Path on which user servers mount the home"),
};

const homes = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("block"), ...home }).describe("Each server has a block volume, which one server at a time mounts"),
  z
    .strictObject({ kind: z.literal("shared"), ...home })
    .describe("Each user has a volume on the shared file system, which any number of servers mount"),
]);

const identity = z.discriminatedUnion("kind", [
  z
    .strictObject({
      kind: z.literal("fixed"),
      uid: count.describe("User id, which must fit the images and the existing homes"),
      gid: count.describe("Id of the group that owns the home"),
    })
    .describe("The same user and group in every user server"),
  z.strictObject({ kind: z.literal("assigned") }).describe("A user and a group from the range that the cluster gives the namespace"),
]);

const daskWorkers = z.strictObject({
  image: image.describe("Image of schedulers and workers, whose version of Dask must be the notebook's"),
  cpu: cpu.default("1").describe("CPU of each worker"),
  memory: memory.default("4Gi").describe("Memory of each worker"),
  max: podCount.describe("Largest number of workers of one cluster"),
});

const dask = z.discriminatedUnion("kind", [
  z
    .strictObject({
      kind: z.literal("sni"),
      domain: dnsName.describe("Domain below which each user's scheduler has a name; its wildcard DNS entry must point to Traefik"),
      workerDomain: dnsName.describe("The same for the worker in each user's pod, to which workers outside connect"),
      podWorker: z
        .strictObject({
          cpu: cpu.default("1").describe("CPU of the worker"),
          memory: memory.default("4Gi").describe("Memory of the worker"),
        })
        .optional()
        .describe("A Dask worker in a second container of each user's pod, which works before the batch pool has started the first job"),
    })
    .describe("A scheduler in each user's own pod, with a name of its own; Traefik passes its TLS through by SNI"),
  z
    .strictObject({
      kind: z.literal("gateway"),
      address: ipv4.describe(
        "Address of the gateway's own proxy, through which workers outside the cluster reach schedulers; an address of the load balancer",
      ),
      host: dnsName.describe("Host name of that address"),
      clusters: z
        .strictObject({
          perUser: podCount.default(1).describe("Largest number of clusters of one user"),
          atOnce: podCount.describe("Number of clusters of all users at once, for which the quota has room"),
        })
        .describe("How many clusters there are at once"),
      workers: daskWorkers.describe("Schedulers and workers of a cluster"),
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
    .describe("Dask Gateway: clusters on demand, in pods of their own"),
  none.describe("No Dask, except what a notebook starts in its own pod"),
]);

/**
 * Settings of JupyterHub. Defaults of sizes and times were chosen by us: 1 GiB holds the SQLite database of thousands of users; one core
 * and 4 GiB are the share of a worker on common batch hosts; a server that was idle for a day was left behind.
 */
export const HubSettings = z
  .strictObject({
    host: dnsName.describe("Host name that users open"),
    expose: expose.describe("How the host name reaches the hub"),
    login: login.describe("Login provider, and who may log in"),
    image: image.describe("Image of user servers"),
    workerImage: image
      .optional()
      .describe(
        "Image of Dask workers in the batch pool, with the same Python and Dask; the image of user servers if left out. Two images of one folder of a registry must have the same tag; whether others fit each other cannot be known from their names",
      )
      .meta({ readBy: ["user servers"] }),
    users: z
      .strictObject({
        registered: people.describe("Number of users with a home"),
        concurrent: people.describe("Number of servers that run at once"),
      })
      .describe("How many users there are"),
    profiles: z
      .array(profile)
      .min(1, "allowed: at least one profile")
      .describe("Sizes of servers from which users choose; the first one is the default"),
    ceilings: z
      .array(ceiling)
      .default([])
      .describe("How much the members of a group run at once; every user has one server, and all users together users.concurrent of them"),
    events: z.array(event).default([]).describe("Events for which places are kept on the hosts, so that many servers start at once"),
    loginPage,
    homes: homes.describe("Volumes in which users keep their files"),
    database,
    identity: identity.describe("User and group of user servers"),
    dask: dask.describe("How users get Dask clusters").meta({ readBy: ["user servers", "Traefik", "Dask Gateway"] }),
    cull: z
      .strictObject({
        // We chose both ends: a year is never, and the culler looks every few minutes.
        idleHours: z
          .number()
          .min(0.1, "allowed: 0.1 (6 minutes) to 8760 (a year)")
          .max(8760, "allowed: 0.1 (6 minutes) to 8760 (a year)")
          .default(24)
          .meta({ description: "A server that is idle for so long is stopped", unit: "hours", perSite: true }),
      })
      .prefault({})
      .describe("When servers are stopped"),
    check: HubCheckSettings.optional(),
  })
  .describe("JupyterHub: where users work")
  .meta({ readBy: ["JupyterHub"] });
/** Settings of JupyterHub, with defaults filled in. */
export type HubSettings = z.infer<typeof HubSettings>;
/** Settings of Dask Gateway. */
export type DaskGatewaySettings = Extract<HubSettings["dask"], { kind: "gateway" }>;

/** What the hub needs of the site. */
export function hubNeeds({ expose: way, homes: { kind: home }, identity: user, dask: clusters }: HubSettings): readonly Need[] {
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
