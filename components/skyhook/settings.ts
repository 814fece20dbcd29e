import { z } from "zod";
import { image, label, none } from "../fields";
import { device } from "../storage/settings";

const experimental = z
  .strictObject({
    kind: z.literal("experimental"),
    image: image.describe("Image of Ceph with the class library built in"),
    cephMajor: z
      .union([z.literal(19), z.literal(20)], "allowed: 19 (Squid) or 20 (Tentacle)")
      .describe("Ceph release that the image is built on; Rook refuses anything older"),
    objectClass: z
      .string()
      .regex(/^[a-z0-9_]+$/, "allowed: one class name; * would admit every class")
      .meta({ description: "Object class that the OSDs admit", examples: ["arrow"] }),
    pool: label.describe("Pool of hosts for the experiment"),
    devices: z.array(device).min(1, "allowed: at least one disk").describe("Disks of each of these hosts"),
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
  .describe("A Ceph cluster of its own, separate from the one that holds homes");

/**
 * Settings of Skyhook, which runs filters inside Ceph's OSDs. docs/sources.md, Skyhook, says why no published image runs on a supported
 * Ceph. A site that wants it brings its own image. The experiment gets its own cluster, so that code of users never runs in OSDs that hold
 * homes.
 */
export const Skyhook = z
  .discriminatedUnion("kind", [none.describe("No Skyhook"), experimental])
  .describe("Filters inside Ceph, as an experiment");
/** Settings of Skyhook, with defaults filled in. */
export type Skyhook = z.infer<typeof Skyhook>;
/** Settings of the experiment, at a site that has it. */
export type SkyhookSettings = Extract<Skyhook, { kind: "experimental" }>;
