import type {
  CephClusterSpec,
  CephFilesystemSpec,
  CephObjectStoreSpec,
  ExternalCephClusterSpec,
  ExternalCephObjectStoreSpec,
} from "./ceph-specs";

type Fields = Readonly<Record<string, unknown>>;

/** Ways to give Rook disks that are found on the hosts, so that nobody knows from the spec which OSDs there will be. */
const FOUND_ON_HOSTS = ["useAllNodes", "useAllDevices", "deviceFilter", "devicePathFilter", "storageClassDeviceSets"] as const;

/**
 * The spec of a CephCluster, whoever wrote it, with what Rook takes for what is left out
 * (https://github.com/rook/rook/tree/v1.20.6/pkg/operator/ceph/cluster: cluster.go, mon/mon.go, mgr/mgr.go).
 * @throws {Error} if a field is of another type, or if it is left to the hosts which OSDs there will be.
 */
export function readCluster(spec: unknown): CephClusterSpec | ExternalCephClusterSpec {
  const given = mapIn({ spec }, "spec");
  if (mapIn(given, "spec.external")["enable"] === true) return given as ExternalCephClusterSpec;
  const storage = mapIn(given, "spec.storage");
  for (const key of FOUND_ON_HOSTS) assertNamed(`spec.storage.${key}`, storage[key]);
  const [mon, mgr, priorities] = [mapIn(given, "spec.mon"), mapIn(given, "spec.mgr"), mapIn(given, "spec.priorityClassNames")];
  const classOf = (daemon: string) => priorities[daemon] ?? priorities["all"];
  return {
    ...given,
    dataDirHostPath: given["dataDirHostPath"] ?? "/var/lib/rook",
    cephVersion: mapIn(given, "spec.cephVersion"),
    mon: { allowMultiplePerNode: false, ...mon, count: countIn(mon, "spec.mon.count", 3, 9) },
    mgr: { allowMultiplePerNode: false, modules: [], ...mgr, count: countIn(mgr, "spec.mgr.count", 1, 5) },
    resources: mapIn(given, "spec.resources"),
    placement: placementIn(given, "spec.placement"),
    priorityClassNames: { all: priorities["all"], mon: classOf("mon"), mgr: classOf("mgr"), osd: classOf("osd") },
    storage: { ...storage, nodes: listIn(storage, "spec.storage.nodes").map(nodeOf) },
  } as unknown as CephClusterSpec;
}

/** The spec of a CephFilesystem, as {@link readCluster}. Rook runs as many metadata servers as are active, and as many more with standbys. */
export function readFilesystem(spec: unknown): CephFilesystemSpec {
  const server = mapIn(mapIn({ spec }, "spec"), "spec.metadataServer");
  return {
    metadataServer: {
      resources: {},
      ...server,
      activeCount: countIn(server, "spec.metadataServer.activeCount", 1, 50),
      placement: mapIn(server, "spec.metadataServer.placement"),
    },
  } as unknown as CephFilesystemSpec;
}

/** The spec of a CephObjectStore, as {@link readCluster}. */
export function readStore(spec: unknown): CephObjectStoreSpec | ExternalCephObjectStoreSpec {
  const gateway = mapIn(mapIn({ spec }, "spec"), "spec.gateway");
  return {
    gateway: {
      resources: {},
      ...gateway,
      instances: countIn(gateway, "spec.gateway.instances", 0, 2 ** 31 - 1),
      placement: mapIn(gateway, "spec.gateway.placement"),
    },
  } as unknown as CephObjectStoreSpec | ExternalCephObjectStoreSpec;
}

function nodeOf(node: unknown, index: number): Fields {
  const at = `spec.storage.nodes[${index}]`;
  const given = mapIn({ node }, `${at}.node`);
  for (const key of FOUND_ON_HOSTS) assertNamed(`${at}.${key}`, given[key]);
  return { ...given, devices: listIn(given, `${at}.devices`) };
}

function placementIn(given: Fields, at: string): Fields {
  const placement = mapIn(given, at);
  return { ...placement, all: mapIn(placement, `${at}.all`) };
}

/** @throws {Error} if a way to find disks on the hosts is used. */
function assertNamed(at: string, value: unknown): void {
  if (value === undefined || value === null || value === false || value === "" || (Array.isArray(value) && value.length === 0)) return;
  throw new Error(
    `${at} is ${show(value)}, so that the hosts decide which OSDs there will be; allowed: nodes by name, each with its devices by name`,
  );
}

/** A map by the last step of its path; an empty one where it is left out. */
function mapIn(given: Fields, at: string): Fields {
  const value = given[lastStep(at)] ?? {};
  if (typeof value === "object" && !Array.isArray(value)) return value as Fields;
  throw new Error(`${at} is ${show(value)}; allowed: a map`);
}

function listIn(given: Fields, at: string): readonly unknown[] {
  const value = given[lastStep(at)] ?? [];
  if (Array.isArray(value)) return value as readonly unknown[];
  throw new Error(`${at} is ${show(value)}; allowed: a list`);
}

/**
 * A count of daemons, or what Rook takes where it is left out.
 * @param most what Rook's own definition allows (https://github.com/rook/rook/blob/v1.20.6/deploy/examples/crds.yaml); it allows no negative one.
 */
function countIn(given: Fields, at: string, leftOut: number, most: number): number {
  const value = given[lastStep(at)] ?? leftOut;
  if (typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= most) return value;
  throw new Error(`${at} is ${show(value)}; allowed: a number of daemons, 0 to ${most}`);
}

function lastStep(at: string): string {
  return at.slice(at.lastIndexOf(".") + 1);
}

function show(value: unknown): string {
  return typeof value === "symbol" ? "not known yet" : (JSON.stringify(value) ?? "nothing");
}
