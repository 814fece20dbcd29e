import { bytes } from "../../capacity/quantity";
import { disksOf as namedDisks } from "../../stacks/site/disks";
import type { Site } from "../../stacks/site/schema";
import { Undetermined, type Field } from "./field";
import { schedulableHosts, type SiteHost } from "../../components/nodes/schedulable";
import { is, type KubernetesObject } from "./objects";
import type { Judgement, JudgementOf } from "./rules";

/** A pool of Ceph, of whatever kind of resource. */
export interface CephPool {
  readonly object: KubernetesObject;
  readonly field: Field;
  /** `replicapool`, `facility data`. */
  readonly name: string;
  /** Copies, or chunks of an erasure code. */
  readonly pieces: number;
  /** Bytes of disk for each byte kept, as a fraction: copies to 1, or k+m to k. */
  readonly overhead: readonly [disk: bigint, kept: bigint];
  readonly replicated: boolean;
  readonly failureDomain: string;
  /** Only disks of this class, or of every class. */
  readonly deviceClass: string | undefined;
}

/** An OSD's disk. */
export interface CephDisk {
  readonly host: SiteHost;
  readonly deviceClass: string | undefined;
  readonly bytes: bigint;
}

/** API version of the resources from which Rook makes Ceph clusters, pools, file systems and object stores. */
export const CEPH = "ceph.rook.io/v1";

/** The pools that a resource of Rook makes; none for other objects. */
export function poolsMadeBy(object: KubernetesObject): readonly CephPool[] {
  const spec = object.root.at("spec");
  if (is(object, CEPH, "CephBlockPool")) return [poolFrom(object, spec, object.name)];
  if (is(object, CEPH, "CephObjectStore"))
    return (["metadataPool", "dataPool"] as const)
      .filter((key) => spec.at(key).given)
      .map((key) => poolFrom(object, spec.at(key), `${object.name} ${key.replace("Pool", "")}`));
  if (!is(object, CEPH, "CephFilesystem")) return [];
  return [
    poolFrom(object, spec.at("metadataPool"), `${object.name} metadata`),
    ...spec
      .at("dataPools")
      .items()
      .map((data, index) => poolFrom(object, data, `${object.name} ${data.at("name").text() ?? `data${index}`}`)),
  ];
}

/**
 * The disks that a CephCluster names, with their sizes from the site's inventory.
 * @throws {Undetermined} for a disk or a host that the inventory does not have: its size is then not known.
 */
export function clusterDisks({ root }: KubernetesObject, site: Site, hosts: readonly SiteHost[]): readonly CephDisk[] {
  const named = namedDisks(site);
  return root
    .at("spec", "storage", "nodes")
    .items()
    .flatMap((node) => {
      const host = hostNamed(node.at("name"), hosts);
      return node
        .at("devices")
        .items()
        .map((device) => {
          const path = device.at("name").text();
          const known = named.find(({ pool, disk }) => pool === host.pool && disk === path);
          if (!known) throw new Undetermined(device.at("name").path, `is no disk of ${whereDisksOf(host.pool, site)}`);
          return { host, deviceClass: device.at("config", "deviceClass").text() ?? known.class, bytes: bytes(known.size) };
        });
    });
}

/** A pool has disks of the production cluster or of the experiment, never of both. */
function whereDisksOf(pool: string, { skyhook }: Site): string {
  return skyhook.kind === "experimental" && skyhook.pool === pool ? "af:skyhook.devices" : `af:storage.devices.${pool}`;
}

/** Failure domains in which a CephCluster has disks, as far as the site's inventory tells hosts and racks apart. */
export function failureDomains(disks: readonly CephDisk[], { failureDomain, deviceClass }: CephPool): ReadonlySet<string> {
  return new Set(ofClass(disks, deviceClass).map(({ host }) => failureDomainOf(host, failureDomain)));
}

export function ofClass(disks: readonly CephDisk[], deviceClass: string | undefined): readonly CephDisk[] {
  return deviceClass === undefined ? disks : disks.filter((disk) => disk.deviceClass === deviceClass);
}

/** The part of the cluster that is lost together with the host. */
export function failureDomainOf(host: SiteHost, failureDomain: string): string {
  return failureDomain === "rack" || failureDomain === "zone" ? host.rack : host.name;
}

/** @throws {Undetermined} if the site has no such host. */
export function hostNamed(field: Field, hosts: readonly SiteHost[]): SiteHost {
  const host = hosts.find(({ name }) => name === field.text());
  if (!host) throw new Undetermined(field.path, "is no host of af:nodes");
  return host;
}

/** The cluster that a resource belongs to: Rook's resources stand in their cluster's namespace. */
export function clusterOf({ namespace }: KubernetesObject, objects: readonly KubernetesObject[]): KubernetesObject | undefined {
  return objects.find((other) => is(other, CEPH, "CephCluster") && other.namespace === namespace);
}

function poolFrom(object: KubernetesObject, field: Field, name: string): CephPool {
  const data = field.at("erasureCoded", "dataChunks").number() ?? 0;
  const coding = field.at("erasureCoded", "codingChunks").number() ?? 0;
  const replicated = data === 0;
  // Rook makes one copy where nothing is said (rook/rook, pkg/apis/ceph.rook.io/v1, ReplicatedSpec).
  const pieces = replicated ? (field.at("replicated", "size").number() ?? 1) : data + coding;
  return {
    object,
    field,
    name,
    pieces,
    overhead: [BigInt(pieces), BigInt(replicated ? 1 : data)],
    replicated,
    failureDomain: field.at("failureDomain").text() ?? "host",
    deviceClass: field.at("deviceClass").text(),
  };
}

/** Every pool of a cluster of the stack, with the cluster's disks; whatever cannot be read is a finding of the object that says it. */
export function forEachPool(
  objects: readonly KubernetesObject[],
  site: Site,
  on: JudgementOf,
  check: (pool: CephPool, disks: readonly CephDisk[], judgement: Judgement) => void,
): void {
  const hosts = schedulableHosts(site);
  for (const cluster of objects.filter((object) => is(object, CEPH, "CephCluster")))
    on(cluster).attempt(() => {
      const disks = clusterDisks(cluster, site, hosts);
      for (const object of objects.filter((each) => clusterOf(each, objects) === cluster))
        on(object).attempt(() => {
          for (const each of poolsMadeBy(object)) check(each, disks, on(object));
        });
    });
}
