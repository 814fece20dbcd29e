import { z } from "zod";
import { choose } from "../choose";
import type { Capability, Need } from "../contract";
import { count, dnsName, image, ipv4, label, none, port, size } from "../fields";
import type { Driver } from "./values";

/** A disk for an OSD, on each host of a pool. */
export const device = z.strictObject({
  path: z
    .string()
    .regex(
      /^\/dev\/disk\/by-(id|path)\/[\w.:+-]+$/,
      "allowed: a stable path such as /dev/disk/by-path/pci-0000:03:00.0-scsi-0:2:1:0 or /dev/disk/by-id/wwn-0x...; sda may be another disk tomorrow",
    )
    .meta({
      description: "A path that survives a reboot: kernel names reorder on recycled hardware",
      examples: ["/dev/disk/by-path/pci-0000:03:00.0-scsi-0:2:1:0"],
      perSite: true,
    }),
  class: z.enum(["hdd", "ssd", "nvme"]).describe("CRUSH device class"),
  size: size.describe("Size of the disk"),
});

const noObjectStore = none.describe("No object store");

const objectStore = z.discriminatedUnion("kind", [
  z
    .strictObject({
      kind: z.literal("rgw"),
      host: dnsName.describe("Public name of the S3 endpoint, the same inside and outside"),
      gateways: count.default(2).describe("Rados gateways"),
    })
    .describe("S3 by the Rados gateway"),
  noObjectStore,
]);

const blockClass = label.describe("StorageClass of block volumes: databases, and homes of the kind `block`");
const sharedVolumeClass = label.describe("StorageClass of volumes that many hosts mount at once (RWX): homes of the kind `shared`");

const rook = z
  .strictObject({
    kind: z.literal("rook"),
    devices: z
      .record(label, z.array(device).min(1).describe("Disks of each host of the pool"))
      .describe("Disks for OSDs on every host of a pool, by pool. They must be empty: Rook never wipes"),
    failureDomain: z.enum(["host", "rack"]).default("host").describe("What may fail without loss of data: copies lie in different ones"),
    replicas: z
      .int()
      .min(3, "allowed: 3 or more copies; with 2, one lost disk during a repair is lost data")
      .max(5)
      .default(3)
      .meta({ description: "Copies of all data", unit: "count" }),
    cephImage: image.default("quay.io/ceph/ceph:v20.2.4").describe("Ceph's release"),
    blockClass: blockClass.default("rook-ceph-block"),
    objectStore: objectStore.default({ kind: "none" }).describe("S3, which ServiceX needs"),
  })
  .describe("The facility's own Ceph, by Rook, on disks of its hosts");

const existing = z
  .strictObject({
    kind: z.literal("existing"),
    blockClass,
    sharedClass: sharedVolumeClass.optional(),
  })
  .describe("Classes that the cluster came with");

const cephName = z
  .string()
  .regex(/^[\w.-]+$/, "allowed: a name as Ceph writes it (letters, digits, _ . and -)")
  .meta({ description: "A name that Ceph knows", examples: ["af-rbd"], perSite: true });

const monitors = z
  .strictObject({
    port: z
      .literal([6789, 3300], "allowed: 6789 (the v1 protocol, which every kernel speaks) or 3300 (v2, from kernel 5.11 on)")
      .default(6789)
      .meta({ description: "Port of all monitors, and with it the protocol", unit: "port", examples: [6789], perSite: true }),
    hosts: z
      .array(
        z.strictObject({
          name: cephName.meta({ description: "Name of the monitor, as `ceph mon dump` shows it", examples: ["mon1"] }),
          address: ipv4.describe("Its address"),
        }),
      )
      .min(1, "allowed: at least one monitor")
      .describe("Each monitor of the cluster"),
  })
  .superRefine(({ hosts }, context) => {
    for (const key of ["name", "address"] as const)
      hosts.forEach((host, index) => {
        if (hosts.findIndex((other) => other[key] === host[key]) < index)
          context.addIssue({ code: "custom", path: ["hosts", index, key], message: `listed twice; give each monitor its own ${key}` });
      });
  });

const external = z
  .strictObject({
    kind: z.literal("external"),
    fsid: z
      .guid("allowed: a UUID, as `ceph fsid` prints it")
      .meta({ description: "Identity of the cluster", examples: ["797f411a-aafe-11ec-a254-fa163e1539f5"], perSite: true }),
    monitors: monitors.describe("Where its monitors answer"),
    block: z
      .strictObject({
        pool: cephName.describe("Replicated pool: of the volumes, or of their headers if the data lies elsewhere"),
        dataPool: cephName.optional().describe("Erasure-coded pool of the volumes' data"),
      })
      .describe("Pool of block volumes"),
    blockClass: blockClass.default("ceph-rbd"),
    filesystem: z
      .discriminatedUnion("kind", [
        z
          .strictObject({
            kind: z.literal("cephfs"),
            name: cephName.describe("Name of the file system"),
            dataPool: cephName.describe("Its data pool"),
            sharedClass: sharedVolumeClass.default("cephfs"),
          })
          .describe("CephFS"),
        none.describe("No file system"),
      ])
      .default({ kind: "none" })
      .describe("Volumes that many hosts mount at once"),
    objectStore: z
      .discriminatedUnion("kind", [
        z
          .strictObject({
            kind: z.literal("rgw"),
            host: dnsName.describe("Name of the S3 endpoint: of one gateway, or of what stands before several"),
            port: port.default(443).describe("Its port"),
            tls: z.boolean().default(true).describe("Whether it speaks https; its certificate must then be of a public authority"),
          })
          .describe("S3 by the Rados gateways that the cluster has"),
        noObjectStore,
      ])
      .default({ kind: "none" })
      .describe("S3, which ServiceX needs"),
    capacity: size.optional().describe("What the facility may keep there, copies not counted: without it the quota pack cannot judge"),
  })
  .describe("Somebody else's Ceph, outside the cluster: Rook runs its clients alone");

/** Where volumes come from. */
export const Storage = z
  .discriminatedUnion("kind", [rook, external, existing])
  .describe("Where volumes come from")
  .meta({ readBy: ["Rook", "hub", "schedd", "ServiceX", "Prometheus"] });
export type Storage = z.infer<typeof Storage>;
export type RookStorage = Extract<Storage, { kind: "rook" }>;
export type RgwSettings = Extract<RookStorage["objectStore"], { kind: "rgw" }>;
export type ExternalStorage = Extract<Storage, { kind: "external" }>;
export type ExternalRgwSettings = Extract<ExternalStorage["objectStore"], { kind: "rgw" }>;

/** StorageClass of volumes with many writers, or undefined where the site has none. */
export function sharedClass(storage: Storage): string | undefined {
  return choose(storage, {
    rook: () => undefined,
    external: ({ filesystem }) => choose(filesystem, { cephfs: (settings) => settings.sharedClass, none: () => undefined }),
    existing: (settings) => settings.sharedClass,
  });
}

/** Drivers of the classes that the facility makes. */
export function driversOf(storage: RookStorage | ExternalStorage): readonly Driver[] {
  return sharedClass(storage) === undefined ? ["rbd"] : ["rbd", "cephfs"];
}

export function storageOffers(storage: Storage): readonly Capability[] {
  return [
    ...(storage.kind !== "existing" && storage.objectStore.kind === "rgw" ? (["objectStore"] as const) : []),
    ...(sharedClass(storage) === undefined ? [] : (["sharedVolumes"] as const)),
  ];
}

export function storageNeeds({ kind }: Storage): readonly Need[] {
  if (kind === "existing") return [];
  return [
    {
      capability: "hostNetwork",
      path: "af:storage",
      service: "Rook's CSI plugin",
      otherwise: "set af:storage to { kind: existing, blockClass: ... }",
    },
  ];
}
