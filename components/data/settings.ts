import { z } from "zod";
import type { Capability, Need } from "../contract";
import { XCACHE_PORT } from "./ports";
import { absolutePath, cpu, dnsName, image, ipv4, label, memory, none, port, prose, rate, size } from "../fields";
import { Analysis } from "./analysis";
import { CheckSettings } from "./check-settings";
import { CacheMonitoring } from "./monitoring-settings";
import { DoorSettings, xrootdEndpointsOf, type DoorEndpoint } from "./door-settings";

const store = z
  .strictObject({
    kind: z.enum(["hdfs", "dcache", "eos", "ceph"]).describe("System that holds the data, outside the facility, which never manages it"),
    capacity: size.describe("Size of the store"),
    status: prose.describe("How certain these statements are, for people"),
    doors: DoorSettings.describe("Servers through which clients read the store"),
  })
  .describe("One store");
/** Settings of one store. */
export type Store = z.infer<typeof store>;

const cache = z.discriminatedUnion("kind", [
  z
    .strictObject({
      kind: z.literal("xcache"),
      host: dnsName.describe("Host name in the cache's certificate, to which clients connect"),
      origin: z
        .strictObject({
          host: dnsName.describe("Host name of the redirector"),
          port: port.default(1094).describe("Port of the redirector"),
        })
        .describe("Redirector from which the cache fetches files"),
      local: label.optional().meta({
        description:
          "Store of the site whose doors the cache asks first, through their redirector; files that they do not have, and all files while they do not answer, come from the federation",
        perSite: true,
      }),
      servers: z
        .array(
          z.strictObject({
            host: dnsName.meta({ description: "Name of one cache, to which the redirector sends clients", perSite: true }),
            address: ipv4.meta({
              description: "An address of the load balancer, to which the DNS entry of the name points",
              perSite: true,
            }),
          }),
        )
        .min(2, "allowed: one for each cache host, where there are several")
        .optional()
        .meta({
          description: "The caches behind the cache's redirector, one for each cache host; only where there are several hosts",
          perSite: true,
        }),
      image: image.describe("Image of XCache"),
      disks: z
        .array(
          z.strictObject({
            path: absolutePath.meta({ description: "Folder on which the host mounts the disk", perSite: true }),
            size: size.describe("Size of the volume on the disk"),
          }),
        )
        .min(1, "allowed: at least one disk")
        .describe("Disks of every host of the pools that run `cache`; a lost disk loses only copies of files"),
      // Both figures were chosen by us: two cores for TLS on a link of 10 Gb/s, and 4 GiB, half of the memory, for blocks in flight.
      cpu: cpu.default("2").describe("CPU of each cache pod"),
      memory: memory.default("8Gi").describe("Memory of each cache pod, half of it for blocks in flight"),
      address: ipv4
        .optional()
        .describe("An address of the load balancer, to which the DNS entry of the host name points; without it only pods reach the cache"),
      signpost: z
        .strictObject({
          domain: dnsName.meta({
            description:
              "Domain below which the DNS has the name xcache with this address; in a job it is the one domain that completes a name without dots",
            perSite: true,
          }),
          address: ipv4.meta({ description: "An address of the load balancer, at which nothing else listens on port 1094", perSite: true }),
        })
        .optional()
        .describe(
          "Where jobs of the pool find the name xcache; without it only pods read root://xcache//..., and jobs need XRootD's plug-in or the cache's own name",
        ),
      certificate: z
        .enum(["public", "internal"])
        .default("public")
        .describe(
          "Authority of the cache's certificate: the public one of af:platform.certificates, or the facility's own, which no image trusts",
        ),
      resource: z
        .string()
        .regex(/^[A-Za-z0-9._-]+$/, "allowed: letters, digits, dots, underscores and hyphens")
        .meta({ description: "Name of the cache in the federation's monitoring, as it is registered", perSite: true }),
      tokens: z
        .strictObject({
          audiences: z
            .array(z.string().regex(/^[^\s,]+$/, "allowed: an audience without blanks and commas"))
            .min(1, "allowed: at least one audience")
            .optional()
            .meta({ description: "Audiences that a token may name; https:// and the cache's host name if left out", perSite: true }),
          issuers: z
            .array(
              z.strictObject({
                url: z.url("allowed: the URL of the token issuer").meta({ description: "Issuer that signs the tokens", perSite: true }),
                basePath: absolutePath.default("/").describe("Path to which the paths in the scopes of the issuer's tokens are relative"),
                paths: z
                  .array(absolutePath)
                  .min(1, "allowed: at least one path")
                  .describe("Paths, as scopes spell them, to which the issuer's tokens may give access"),
              }),
            )
            .min(1, "allowed: at least one issuer")
            .describe("Issuers of the tokens that users present"),
        })
        .describe("Tokens with which clients may read"),
      proxies: z
        .strictObject({
          groups: z
            .array(z.string().regex(/^(\/[A-Za-z0-9_.-]+)+$/, "allowed: a group of VOMS such as /cms"))
            .min(1, "allowed: at least one group")
            .meta({ description: "Groups of VOMS whose members may read", examples: [["/cms"]], perSite: true }),
          paths: z.array(absolutePath).min(1, "allowed: at least one path").describe("Paths that they may read"),
        })
        .optional()
        .meta({ description: "X.509 proxies with which clients may read, besides tokens; ServiceX has nothing else", perSite: true }),
      monitoring: CacheMonitoring.optional().meta({
        description: "Collectors of the federation's monitoring, to which the cache reports over UDP; without them it reports nothing",
        perSite: true,
      }),
    })
    .describe("The facility's own XCache, one on each cache host"),
  z
    .strictObject({
      kind: z.literal("external"),
      host: dnsName.describe("Host name of the cache"),
      port: port.default(1094).describe("Port of the cache"),
      rate: rate
        .optional()
        .describe("What it serves to the facility")
        .meta({ readBy: ["data rate of the plan"] }),
    })
    .describe("Somebody else's cache"),
  none.describe("No cache: clients read from the doors"),
]);

const cvmfs = z.discriminatedUnion("kind", [
  z
    .strictObject({ kind: z.literal("csi"), storageClass: label.describe("StorageClass of the CVMFS driver") })
    .describe("The cluster's CVMFS CSI driver"),
  z
    .strictObject({ kind: z.literal("hostPath"), path: absolutePath.default("/cvmfs").describe("Folder on which the hosts mount CVMFS") })
    .describe("The site mounts CVMFS on every host"),
  none.describe("No CVMFS in user servers"),
]);

/** Settings of the site's data: storage outside Kubernetes, the cache in front of it, and software. XRootD's default port is 1094. */
export const Data = z
  .strictObject({
    stores: z
      .record(label, store)
      .refine((stores) => Object.keys(stores).length > 0, "allowed: at least one store")
      .describe("Storage outside Kubernetes, by name")
      .meta({ perSite: true, readBy: ["user servers", "XCache"] }),
    cache: cache.describe("Cache in front of the stores").meta({ readBy: ["XCache", "user servers", "ServiceX"] }),
    cvmfs: cvmfs.describe("The experiment's software, in every user server below /cvmfs").meta({ readBy: ["user servers"] }),
    analysis: Analysis.optional(),
    check: CheckSettings.optional(),
  })
  .superRefine(({ stores, cache: settings, check }, context) => {
    if (settings.kind === "xcache" && settings.signpost !== undefined && settings.address === undefined) {
      const message =
        "jobs are sent on to the cache, which only pods reach without af:data.cache.address; tell that address, or leave this key out";
      context.addIssue({ code: "custom", path: ["cache", "signpost"], message });
    }
    if (settings.kind === "xcache" && settings.local !== undefined) {
      const message = whyNotFirst(stores, settings.local);
      if (message !== undefined) context.addIssue({ code: "custom", path: ["cache", "local"], message });
    }
    for (const [name, file] of Object.entries(check?.files ?? {})) {
      const refuse = (message: string) => context.addIssue({ code: "custom", path: ["check", "files", name], message });
      const doors = stores[name]?.doors;
      if (doors === undefined) refuse(`no such store; allowed: ${Object.keys(stores).join(", ")}`);
      else if (!xrootdEndpointsOf(doors).some(({ auth }) => auth.some((way) => way !== "gsi")))
        refuse(
          "the check speaks XRootD and has a token; list root or roots among the store's protocols, with none or tokens, or leave the store out",
        );
      else if (!doors.exports.some((path) => file.startsWith(path.endsWith("/") ? path : `${path}/`)))
        refuse(`${file} is below no path that the doors export; allowed: a file below ${doors.exports.join(", ")}`);
    }
  })
  .describe("Storage outside Kubernetes, the cache in front of it, and software");
/** Settings of data, with defaults filled in. */
export type Data = z.infer<typeof Data>;
/** Settings of the facility's own XCache. */
export type XCacheSettings = Extract<Data["cache"], { kind: "xcache" }>;
/** Settings of the experiment's software. */
export type CvmfsSettings = Data["cvmfs"];

/** Host and TCP port that clients of the cache use; undefined if the site has no cache. */
export function cacheEndpoint({ cache: settings }: Data): { readonly host: string; readonly port: number } | undefined {
  switch (settings.kind) {
    case "xcache":
      return { host: settings.host, port: XCACHE_PORT };
    case "external":
      return { host: settings.host, port: settings.port };
    case "none":
      return undefined;
  }
}

/** Name of the cache in the URLs of analyses: `root://xcache//store/...`. */
export const URL_NAME = "xcache";

/** The full name of the cache's signpost in the public DNS, at which jobs ask; undefined where only pods reach it. */
export function publicSignpost({ cache: settings }: Pick<Data, "cache">): string | undefined {
  return settings.kind === "xcache" && settings.signpost ? `${URL_NAME}.${settings.signpost.domain}` : undefined;
}

/** Paths that the doors of all stores export, each once. */
export function exportsOf({ stores }: Data): readonly string[] {
  return [...new Set(Object.values(stores).flatMap(({ doors }) => doors.exports))];
}

/**
 * Origins that clients of the cache may name in a URL: the federation's redirector, and every redirector and door of the stores that speaks XRootD, each as
 * `host` and `host:port`, because the client leaves the default port out.
 */
export function knownOrigins({ stores }: Data, { origin }: XCacheSettings): readonly string[] {
  const native = Object.values(stores).flatMap(({ doors }) =>
    xrootdEndpointsOf(doors).map(({ name, port: at }) => ({ host: name, port: at })),
  );
  return [origin, ...native].flatMap(({ host, port: at }) => (at === XCACHE_PORT ? [host, `${host}:${at}`] : [`${host}:${at}`]));
}

/** The one place at which the doors of a store answer the cache, which has a token: their redirector, or a door that is alone. */
export function localDoor({ stores }: Pick<Data, "stores">, store: string): DoorEndpoint | undefined {
  const doors = stores[store]?.doors;
  const endpoints = doors === undefined ? [] : xrootdEndpointsOf(doors);
  const [first] = endpoints;
  return first !== undefined && (first.what === "redirector" || endpoints.length === 1) ? first : undefined;
}

function whyNotFirst(stores: Data["stores"], store: string): string | undefined {
  const door = localDoor({ stores }, store);
  if (stores[store] === undefined) return `no such store; allowed: ${Object.keys(stores).join(", ")}`;
  if (door === undefined)
    return `the doors of ${store} answer under no one name of XRootD; set af:data.stores.${store}.doors.redirector to their redirector or to an alias that is in the certificate of each, or leave this key out`;
  if (!door.auth.some((way) => way !== "gsi"))
    return `the cache has a token, and the doors of ${store} take gsi alone; list none or tokens among their ways, or leave this key out`;
  return undefined;
}

/** What the data of a site offers to its services. */
export function dataOffers({ cvmfs: software }: Data): readonly Capability[] {
  return software.kind === "none" ? [] : ["cvmfs"];
}

/** What data needs of the site. */
export function dataNeeds({ cache: settings }: Data): readonly Need[] {
  if (settings.kind !== "xcache") return [];
  return [
    {
      capability: "issuer",
      path: "af:data.cache",
      service: "XCache",
      otherwise: "set af:data.cache to { kind: external, host: ... } or { kind: none }",
    },
    ...(settings.address === undefined
      ? []
      : [
          {
            capability: "addresses" as const,
            path: "af:data.cache.address",
            service: "XCache",
            otherwise: "leave af:data.cache.address out",
          },
        ]),
  ];
}
