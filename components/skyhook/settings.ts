import { z } from "zod";
import { image, label } from "../fields";

/**
 * Skyhook pushes filters into Ceph's OSDs. No published image runs on a supported Ceph (guide storage.md §3.1), so a site that wants it
 * brings its own, and it gets a cluster of its own: code of users never runs in the OSDs that hold homes.
 */
export const Skyhook = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("none") }),
  z.strictObject({
    kind: z.literal("experimental"),
    /** Ceph with the class library built in. */
    image,
    /** Ceph release that the image is built on; Rook refuses anything older. */
    cephMajor: z.union([z.literal(19), z.literal(20)], "allowed: 19 (Squid) or 20 (Tentacle)"),
    /** Name of the object class to admit, e.g. `arrow`. Never `*`: that admits any. */
    objectClass: z.string().regex(/^[a-z0-9_]+$/, "allowed: one class name; * would admit every class"),
    /** Pool with disks of its own, and those disks. */
    pool: label,
    devices: z.array(z.string().startsWith("/dev/disk/by-", "allowed: a stable path below /dev/disk/by-id or by-path")).min(1),
  }),
]);
export type Skyhook = z.infer<typeof Skyhook>;
export type SkyhookSettings = Extract<Skyhook, { kind: "experimental" }>;
