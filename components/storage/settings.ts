import { z } from "zod";
import { count, dnsName, image, label, size } from "../fields";

const device = z.strictObject({
  /** A path that survives a reboot: kernel names reorder on recycled hardware (guide storage.md §2.3). */
  path: z
    .string()
    .regex(
      /^\/dev\/disk\/by-(id|path)\/[\w.:+-]+$/,
      "allowed: a stable path such as /dev/disk/by-path/pci-0000:03:00.0-scsi-0:2:1:0 or /dev/disk/by-id/wwn-0x...; sda may be another disk tomorrow",
    ),
  class: z.enum(["hdd", "ssd", "nvme"]),
  size,
});

const rook = z.strictObject({
  kind: z.literal("rook"),
  /** Disks for OSDs on every host of a pool, by pool. They must be empty: Rook never wipes. */
  devices: z.record(label, z.array(device).min(1)),
  failureDomain: z.enum(["host", "rack"]).default("host"),
  replicas: z.int().min(3, "allowed: 3 or more copies; with 2, one lost disk during a repair is lost data").max(5).default(3),
  cephImage: image.default("quay.io/ceph/ceph:v20.2.4"),
  /** StorageClass of block volumes. */
  blockClass: label.default("rook-ceph-block"),
  objectStore: z
    .discriminatedUnion("kind", [
      z.strictObject({
        kind: z.literal("rgw"),
        /** Public name of the S3 endpoint, the same inside and outside. */
        host: dnsName,
        gateways: count.default(2),
      }),
      z.strictObject({ kind: z.literal("none") }),
    ])
    .default({ kind: "none" }),
});

/** Where volumes come from: our own Ceph, or a class that the cluster already has. */
export const Storage = z.discriminatedUnion("kind", [rook, z.strictObject({ kind: z.literal("existing"), blockClass: label })]);
export type Storage = z.infer<typeof Storage>;
export type RookStorage = Extract<Storage, { kind: "rook" }>;
export type RgwSettings = Extract<RookStorage["objectStore"], { kind: "rgw" }>;

/** Public S3 host, or undefined where the site has no object store. */
export function s3Host(storage: Storage): string | undefined {
  return storage.kind === "rook" && storage.objectStore.kind === "rgw" ? storage.objectStore.host : undefined;
}
