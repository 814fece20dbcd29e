import { z } from "zod";
import type { Capability, Need } from "../contract";
import { XCACHE_PORT } from "./ports";
import { absolutePath, cpu, dnsName, image, ipv4, label, none, port, prose, size } from "../fields";

const doors = z.strictObject({
  protocol: z.enum(["xrootd", "webdav"]).default("xrootd").describe("What the doors speak"),
  port: port.default(1094).describe("Port of every door"),
  exports: z.array(absolutePath).min(1, "allowed: at least one path").describe("Paths that clients may ask for"),
  hosts: z
    .array(z.strictObject({ name: dnsName.describe("Name in the door's certificate"), address: ipv4.describe("Address to probe") }))
    .min(1, "allowed: at least one door")
    .describe("The doors"),
});

const store = z
  .strictObject({
    kind: z.enum(["hdfs", "dcache", "eos", "ceph"]).describe("What holds the data; outside, never managed"),
    capacity: size.describe("How much it holds"),
    status: prose.describe("How sure the file is of this"),
    doors: doors.describe("The ways in"),
  })
  .describe("One store");
export type Store = z.infer<typeof store>;

const cache = z.discriminatedUnion("kind", [
  z
    .strictObject({
      kind: z.literal("xcache"),
      host: dnsName.describe("Name in the cache's certificate, and what clients connect to"),
      origin: z
        .strictObject({ host: dnsName.describe("Redirector"), port: port.default(1094).describe("Its port") })
        .describe("Where the cache fetches from when no door of the site has the file"),
      image: image.describe("Image of XCache"),
      disks: z
        .array(
          z.strictObject({
            path: absolutePath.meta({ description: "Mounted folder", perSite: true }),
            size: size.describe("Bound of what is kept there"),
          }),
        )
        .min(1, "allowed: at least one disk")
        .describe("Disks of every host of the pools that run `cache`; losing one loses warmth only"),
      cpu: cpu.default("2").describe("CPU of each cache pod"),
      memory: size.default("8Gi").describe("Memory of each cache pod, half of it for blocks in flight"),
      tokens: z
        .strictObject({
          issuer: z.url("allowed: the URL of the token issuer").meta({ description: "Who signs tokens", perSite: true }),
          basePath: absolutePath.describe("What its tokens give access to"),
        })
        .describe("Who may read what"),
    })
    .describe("The facility's own XCache, one a cache host"),
  z
    .strictObject({
      kind: z.literal("external"),
      host: dnsName.describe("Name of the cache"),
      port: port.default(1094).describe("Its port"),
    })
    .describe("Somebody else's cache"),
  none.describe("Clients read from the doors"),
]);

const cvmfs = z.discriminatedUnion("kind", [
  z
    .strictObject({ kind: z.literal("csi"), storageClass: label.describe("StorageClass of the CVMFS driver") })
    .describe("The cluster's CVMFS CSI driver"),
  z
    .strictObject({ kind: z.literal("hostPath"), path: absolutePath.default("/cvmfs").describe("Where the hosts mount it") })
    .describe("Mounted on every host by the site"),
  none.describe("No CVMFS in user servers"),
]);

/** The site's data: storage that stays outside Kubernetes, the cache in front of it, and software. */
export const Data = z
  .strictObject({
    stores: z
      .record(label, store)
      .refine((stores) => Object.keys(stores).length > 0, "allowed: at least one store")
      .describe("Storage outside Kubernetes, by name; clients get the first one's doors")
      .meta({ perSite: true, readBy: ["user servers", "XCache"] }),
    cache: cache.describe("What stands in front of the stores").meta({ readBy: ["XCache", "user servers", "ServiceX"] }),
    cvmfs: cvmfs.describe("Software of the experiment, in every user server below /cvmfs").meta({ readBy: ["user servers"] }),
  })
  .describe("Storage outside Kubernetes, the cache in front of it, and software");
export type Data = z.infer<typeof Data>;
export type XCacheSettings = Extract<Data["cache"], { kind: "xcache" }>;
export type Cvmfs = Data["cvmfs"];

/** Host and port that clients of the cache use, or undefined where the site has none. */
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

/** Paths that the doors of any store export. */
export function exportsOf({ stores }: Data): readonly string[] {
  return [...new Set(Object.values(stores).flatMap(({ doors }) => doors.exports))];
}

export function dataOffers({ cvmfs: software }: Data): readonly Capability[] {
  return software.kind === "none" ? [] : ["cvmfs"];
}

export function dataNeeds({ cache: settings }: Data): readonly Need[] {
  if (settings.kind !== "xcache") return [];
  return [
    {
      capability: "issuer",
      path: "af:data.cache",
      service: "XCache",
      otherwise: "set af:data.cache to { kind: external, host: ... } or { kind: none }",
    },
  ];
}
