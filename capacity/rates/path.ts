import type { Ratio } from "./ratio";

/**
 * The way of data from the doors of a store to the cores that read it. All rates are in bits per second, and a rate that nobody has stated is undefined: nothing
 * is guessed.
 */
export interface DataPath {
  readonly analysis: Analysis;
  /** The store's doors; undefined where they are not the facility's concern, because somebody else's cache reads from them. */
  readonly doors: Doors | undefined;
  readonly cache: Cache;
  readonly workers: Workers;
  /** The address through which workers outside the cluster reach Dask's schedulers; undefined where no worker goes through one. */
  readonly schedulers: SchedulerAddress | undefined;
}

/** What reads the data. */
export interface Analysis {
  /** Cores that read at once. */
  readonly cores: bigint;
  /** What one core reads while nothing holds it up. */
  readonly perCore: Ratio | undefined;
  /** Share of what is read that the cache has already, from 0 to 1. */
  readonly hits: Ratio | undefined;
  /** The rate that is wanted; undefined if it is what the cores ask for. */
  readonly target: Ratio | undefined;
  /** What one core sends and receives over the connections of Dask while it works. */
  readonly dask: Ratio | undefined;
}

/** Servers through which the store is read. Every door can serve every file, so their rates add up. */
export interface Doors {
  readonly count: bigint;
  /** What one door sends. */
  readonly rate: Ratio | undefined;
  /** What the narrowest link between all doors and the facility carries. */
  readonly link: Ratio | undefined;
}

/** What stands between doors and cores. */
export type Cache =
  | { readonly kind: "none" }
  /** Somebody else's, of which only the rate may be known. */
  | { readonly kind: "external"; readonly rate: Ratio | undefined }
  | { readonly kind: "own"; readonly groups: readonly CacheGroup[] };

/**
 * Cache hosts of one pool. Every file lies on one host and on one of its disks; the redirector spreads files evenly over all hosts, and so does the load: the
 * slowest host is full first.
 */
export interface CacheGroup {
  readonly pool: string;
  readonly hosts: bigint;
  /** What the port of one host carries in each direction. */
  readonly nic: Ratio | undefined;
  /** Disks of one host. */
  readonly disks: bigint;
  /** What one disk reads while it does nothing else. */
  readonly read: Ratio | undefined;
  /** What one disk writes while it does nothing else. */
  readonly write: Ratio | undefined;
}

/** Hosts on which the cores are. */
export interface Workers {
  /** Cores that there are. */
  readonly cores: bigint;
  /** What the narrowest link between the facility and the hosts carries; `inside` where the hosts are those of the cluster. */
  readonly link: Ratio | "inside" | undefined;
  readonly groups: readonly WorkerGroup[];
}

/** Hosts of one kind. */
export interface WorkerGroup {
  readonly name: string;
  /** Cores of all hosts of the kind together. */
  readonly all: bigint;
  /** Cores of one host. */
  readonly cores: bigint | undefined;
  /** What the port of one host carries in each direction. */
  readonly nic: Ratio | undefined;
}

/** An address behind which one host or router passes on every connection. */
export interface SchedulerAddress {
  /** What passes on the connections, for people: `Traefik`. */
  readonly through: string;
  readonly rate: Ratio | undefined;
}
