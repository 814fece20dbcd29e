import { z } from "zod";
import { cpu, dnsName, image, ipv4, port, size } from "../fields";

const door = z.strictObject({ name: dnsName, address: ipv4 });

const exportPath = z.string().regex(/^\/[\w./-]*$/, "allowed: an absolute path such as /store");

const cache = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("xcache"),
    /** Name in the cache's certificate, and what clients connect to. */
    host: dnsName,
    /** Where the cache fetches from when no door of the site has the file. */
    origin: z.strictObject({ host: dnsName, port: port.default(1094) }),
    image,
    /** Disks of every host of the pools that run `cache`: a mounted folder each, its size as a bound. Losing one loses warmth only. */
    disks: z.array(z.strictObject({ path: exportPath, size })).min(1, "allowed: at least one disk"),
    cpu: cpu.default("2"),
    memory: size.default("8Gi"),
    /** Where a browser of tokens finds who may read what. */
    tokens: z.strictObject({ issuer: z.url("allowed: the URL of the token issuer"), basePath: exportPath }),
  }),
  z.strictObject({ kind: z.literal("external"), host: dnsName, port: port.default(1094) }),
  z.strictObject({ kind: z.literal("none") }),
]);

/** The site's data: storage that stays outside Kubernetes, and the cache in front of it. */
export const Data = z.strictObject({
  doors: z.strictObject({
    protocol: z.enum(["xrootd", "webdav"]).default("xrootd"),
    port: port.default(1094),
    exports: z.array(exportPath).min(1),
    hosts: z.array(door).min(1, "allowed: at least one door"),
  }),
  /** The store behind the doors, as what it is: outside, never managed. */
  store: z.strictObject({
    kind: z.enum(["hdfs", "dcache", "eos", "ceph"]),
    capacity: size,
    /** How sure the file is of this. */
    status: z.string().min(1),
  }),
  cache,
});
export type Data = z.infer<typeof Data>;
export type XCacheSettings = Extract<Data["cache"], { kind: "xcache" }>;

/** Host and port that clients of the cache use, or undefined where the site has none. */
export function cacheEndpoint({ cache: settings }: Data): { readonly host: string; readonly port: number } | undefined {
  switch (settings.kind) {
    case "xcache":
      return { host: settings.host, port: 1094 };
    case "external":
      return { host: settings.host, port: settings.port };
    case "none":
      return undefined;
  }
}
