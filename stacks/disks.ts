import type { Site } from "./site";

/** A disk of the site file, on each host of a pool. */
export interface NamedDisk {
  /** Setting that names it. */
  readonly path: string;
  readonly pool: string;
  readonly disk: string;
}

/** All disks that Ceph takes: those of the production cluster, and those of the experiment. */
export function disksOf({ storage, skyhook }: Pick<Site, "storage" | "skyhook">): readonly NamedDisk[] {
  const named = (at: string, pool: string, devices: readonly { readonly path: string }[]) =>
    devices.map((device, index) => ({ path: `${at}[${index}].path`, pool, disk: device.path }));
  return [
    ...(storage.kind === "rook"
      ? Object.entries(storage.devices).flatMap(([pool, devices]) => named(`af:storage.devices.${pool}`, pool, devices))
      : []),
    ...(skyhook.kind === "experimental" ? named("af:skyhook.devices", skyhook.pool, skyhook.devices) : []),
  ];
}

/** True for a name by what is written on the disk, which no other disk has; a path by the slot is the same on every host of a model. */
export function isById({ disk }: NamedDisk): boolean {
  return disk.startsWith("/dev/disk/by-id/");
}
