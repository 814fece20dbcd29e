import type { RookStorage } from "../../components/storage/settings";
import type { Site } from "./schema";

type Device = RookStorage["devices"][string][number];

/** A disk that the site file names on each host of a pool. */
export interface NamedDisk extends Device {
  /** Path of the setting that names it. */
  readonly setting: string;
  readonly pool: string;
}

/** All disks that the site file gives to Ceph: those of the production cluster, and those of the experiment. */
export function disksOf({ storage, skyhook }: Pick<Site, "storage" | "skyhook">): readonly NamedDisk[] {
  const named = (at: string, pool: string, devices: readonly Device[]) =>
    devices.map((device, index) => ({ ...device, setting: `${at}[${index}].path`, pool }));
  return [
    ...(storage.kind === "rook"
      ? Object.entries(storage.devices).flatMap(([pool, devices]) => named(`af:storage.devices.${pool}`, pool, devices))
      : []),
    ...(skyhook.kind === "experimental" ? named("af:skyhook.devices", skyhook.pool, skyhook.devices) : []),
  ];
}

/** True if the disk is named by its own id, which no other disk has. A path by the slot is the same on every host of a model. */
export function isById({ path }: NamedDisk): boolean {
  return path.startsWith("/dev/disk/by-id/");
}
