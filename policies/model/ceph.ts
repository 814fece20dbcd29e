import { bytes } from "../../capacity/quantity";
import { disksOf as namedDisks } from "../../stacks/site/disks";
import type { Site } from "../../stacks/site/schema";
import { Undetermined, type Field } from "./field";
import { schedulableHosts, type SiteHost } from "../../components/nodes/schedulable";
import { is, type KubernetesObject } from "./objects";
import type { Judgement, JudgementOf } from "./rules";

/** A pool of Ceph, whether it is a block pool or belongs to a file system or an object store. */
export interface CephPool {
  readonly object: KubernetesObject;
  readonly field: Field;
  /** The pool's name in messages: `replicapool` for a block pool, `facility data` for a pool of the store `facility`. */
  readonly name: string;
  /** Copies of each object, or chunks of an erasure code. */
  readonly pieces: number;
  /** Bytes of disk for each byte kept, as a fraction: copies to 1, or data and coding chunks to data chunks. */
  readonly overhead: readonly [disk: bigint, kept: bigint];
  readonly replicated: boolean;
  readonly failureDomain: string;
  /** Class of the disks that the pool may use (`hdd`, `ssd`, `nvme`); undefined if it may use all. */
  readonly deviceClass: string | undefined;
}

/** A disk of a host that Ceph uses: one OSD runs for each. */
export interface CephDisk {
  readonly host: SiteHost;
  readonly deviceClass: string | undefined;
  readonly bytes: bigint;
}

/** API version of the resources from which Rook makes Ceph clusters, pools, file systems and object stores. */
export const CEPH = "ceph.rook.io/v1";

/** Kinds of failure domains of which the site file says where each host is. */
const KNOWN_DOMAINS = ["host", "osd", "rack", "zone"];

/**
 * The pools that Rook makes from a resource; none for other objects.
 * @throws {Undetermined} for a pool with failure domains of another kind: how many there are is then not known.
 */
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
          const known = named.find((disk) => disk.pool === host.pool && disk.path === path);
          if (!known) throw new Undetermined(device.at("name").path, `is no disk of ${whereDisksOf(host.pool, site)}`);
          return { host, deviceClass: device.at("config", "deviceClass").text() ?? known.class, bytes: bytes(known.size) };
        });
    });
}

/** The key of the site file that lists the disks of a node pool: a pool has disks of the production cluster or of the experiment, never of both. */
function whereDisksOf(pool: string, { skyhook }: Site): string {
  return skyhook.kind === "experimental" && skyhook.pool === pool ? "af:skyhook.devices" : `af:storage.devices.${pool}`;
}

/** Names of the failure domains in which a pool has disks: of hosts, or of racks where the pool keeps its copies in different racks or zones. */
export function failureDomains(disks: readonly CephDisk[], { failureDomain, deviceClass }: CephPool): ReadonlySet<string> {
  return new Set(ofClass(disks, deviceClass).map(({ host }) => failureDomainOf(host, failureDomain)));
}

/** The disks of a class; all disks where no class is named. */
export function ofClass(disks: readonly CephDisk[], deviceClass: string | undefined): readonly CephDisk[] {
  return deviceClass === undefined ? disks : disks.filter((disk) => disk.deviceClass === deviceClass);
}

/** Name of the failure domain that a host belongs to: its rack for the failure domains rack and zone, else the host itself. */
export function failureDomainOf(host: SiteHost, failureDomain: string): string {
  return failureDomain === "rack" || failureDomain === "zone" ? host.rack : host.name;
}

/**
 * The host of the site that a field names.
 * @throws {Undetermined} if the site has no such host.
 */
export function hostNamed(field: Field, hosts: readonly SiteHost[]): SiteHost {
  const host = hosts.find(({ name }) => name === field.text());
  if (!host) throw new Undetermined(field.path, "is no host of af:nodes");
  return host;
}

/** The CephCluster that a resource of Rook belongs to: the one in the same namespace. */
export function clusterOf({ namespace }: KubernetesObject, objects: readonly KubernetesObject[]): KubernetesObject | undefined {
  return objects.find((other) => is(other, CEPH, "CephCluster") && other.namespace === namespace);
}

function poolFrom(object: KubernetesObject, field: Field, name: string): CephPool {
  const data = field.at("erasureCoded", "dataChunks").number() ?? 0;
  const coding = field.at("erasureCoded", "codingChunks").number() ?? 0;
  const replicated = data === 0;
  // Rook makes one copy where no size is given (https://github.com/rook/rook/blob/v1.20.0/pkg/apis/ceph.rook.io/v1/types.go, ReplicatedSpec).
  const pieces = replicated ? (field.at("replicated", "size").number() ?? 1) : data + coding;
  return {
    object,
    field,
    name,
    pieces,
    overhead: [BigInt(pieces), BigInt(replicated ? 1 : data)],
    replicated,
    failureDomain: failureDomainIn(field.at("failureDomain")),
    deviceClass: field.at("deviceClass").text(),
  };
}

/** Rook takes hosts where the kind is absent or empty (createReplicationCrushRule in https://github.com/rook/rook/blob/v1.20.6/pkg/daemon/ceph/client/pool.go). */
function failureDomainIn(field: Field): string {
  const kind = field.text() ?? "";
  if (kind === "") return "host";
  if (!KNOWN_DOMAINS.includes(kind))
    throw new Undetermined(
      field.path,
      `is ${kind}, and af:nodes does not say where hosts are of that kind; allowed: ${KNOWN_DOMAINS.join(", ")}`,
    );
  return kind;
}

/**
 * Calls a check for every pool of every CephCluster in the stack, with the disks of that cluster. A resource that cannot be read is a finding about that
 * resource.
 */
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
