import { z } from "zod";
import { image, label, none } from "../fields";
import { device } from "../storage/settings";

const experimental = z
  .strictObject({
    kind: z.literal("experimental"),
    image: image.describe("Ceph with the class library built in"),
    cephMajor: z
      .union([z.literal(19), z.literal(20)], "allowed: 19 (Squid) or 20 (Tentacle)")
      .describe("Ceph release that the image is built on; Rook refuses anything older"),
    objectClass: z
      .string()
      .regex(/^[a-z0-9_]+$/, "allowed: one class name; * would admit every class")
      .meta({ description: "Object class to admit", examples: ["arrow"] }),
    pool: label.describe("Pool with disks of its own"),
    devices: z.array(device).min(1, "allowed: at least one disk").describe("Those disks, on each of its hosts"),
  })
  .superRefine(({ image: reference, cephMajor }, context) => {
    const built = /:v?(\d+)\./.exec(reference.slice(reference.lastIndexOf("/")))?.[1];
    if (built !== undefined && Number(built) !== cephMajor)
      context.addIssue({
        code: "custom",
        path: ["cephMajor"],
        message: `the image's tag says release ${built}; give the release that the image is built on`,
      });
  })
  .describe("A Ceph cluster of its own, apart from the one that holds homes");

/**
 * Skyhook pushes filters into Ceph's OSDs. No published image runs on a supported Ceph (guide storage.md §3.1), so a site that wants it
 * brings its own, and it gets a cluster of its own: code of users never runs in the OSDs that hold homes.
 */
export const Skyhook = z
  .discriminatedUnion("kind", [none.describe("No Skyhook"), experimental])
  .describe("Filters inside of Ceph, as an experiment");
export type Skyhook = z.infer<typeof Skyhook>;
export type SkyhookSettings = Extract<Skyhook, { kind: "experimental" }>;
