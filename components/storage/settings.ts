import { z } from "zod";
import type { Capability, Need } from "../contract";
import { count, dnsName, image, label, none, size } from "../fields";

const device = z.strictObject({
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

const objectStore = z.discriminatedUnion("kind", [
  z
    .strictObject({
      kind: z.literal("rgw"),
      host: dnsName.describe("Public name of the S3 endpoint, the same inside and outside"),
      gateways: count.default(2).describe("Rados gateways"),
    })
    .describe("S3 by the Rados gateway"),
  none.describe("No object store"),
]);

const blockClass = label.describe("StorageClass of block volumes: databases, and homes of the kind `block`");

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
    sharedClass: label.optional().describe("StorageClass of volumes that many hosts mount at once (RWX): homes of the kind `shared`"),
  })
  .describe("Classes that the cluster came with");

/** Where volumes come from. */
export const Storage = z
  .discriminatedUnion("kind", [rook, existing])
  .describe("Where volumes come from")
  .meta({ readBy: ["Rook", "hub", "schedd", "ServiceX", "Prometheus"] });
export type Storage = z.infer<typeof Storage>;
export type RookStorage = Extract<Storage, { kind: "rook" }>;
export type RgwSettings = Extract<RookStorage["objectStore"], { kind: "rgw" }>;

/** Public S3 host, or undefined where the site has no object store. */
export function s3Host(storage: Storage): string | undefined {
  return storage.kind === "rook" && storage.objectStore.kind === "rgw" ? storage.objectStore.host : undefined;
}

/** StorageClass of volumes with many writers, or undefined where the site has none. */
export function sharedClass(storage: Storage): string | undefined {
  return storage.kind === "existing" ? storage.sharedClass : undefined;
}

export function storageOffers(storage: Storage): readonly Capability[] {
  return [
    ...(s3Host(storage) === undefined ? [] : (["objectStore"] as const)),
    ...(sharedClass(storage) === undefined ? [] : (["sharedVolumes"] as const)),
  ];
}

export function storageNeeds(storage: Storage): readonly Need[] {
  if (storage.kind !== "rook") return [];
  return [
    {
      capability: "hostNetwork",
      path: "af:storage",
      service: "Rook's CSI plugin",
      otherwise: "set af:storage to { kind: existing, blockClass: ... }",
    },
  ];
}
