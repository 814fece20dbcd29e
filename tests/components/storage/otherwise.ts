/** A key of an example of Rook that the facility leaves out or gives another value. */
export interface Otherwise {
  /** File of the example, and the kind in it. */
  readonly of: string;
  /** Path of the key, or of a record whose keys are all meant. */
  readonly path: string;
  readonly because: string;
}

const otherwise = (of: string, entries: Readonly<Record<string, string>>): readonly Otherwise[] =>
  Object.entries(entries).map(([path, because]) => ({ of, path, because }));

/** Values that the example spells out and that Rook takes as well where the key is missing: its types have them as their zero. */
const ZERO = "Rook's own value, said nowhere";

const COMPRESSION = { "parameters.compression_mode": "Ceph's own value: none" };
const prefixed = (prefix: string, entries: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(entries).map(([path, because]) => [`${prefix}.${path}`, because]));

const RETAIN = "a deleted claim keeps its volume, so that an operator can restore a home";
const NO_SNAPSHOTS = "the facility installs no controller of snapshots, so no class would ever be used";

/** What the facility does otherwise than the examples of Rook, with the reason. */
export const OTHERWISE: readonly Otherwise[] = [
  ...otherwise("cluster.yaml CephCluster", {
    "spec.upgradeOSDRequiresHealthyPGs": "an update of OSDs waits until all copies are there",
    "spec.waitTimeoutForHealthyOSDInMinutes": "an update waits for healthy copies however long that takes",
    "spec.monitoring": "the definitions of Prometheus come after storage, and Rook fails without them",
    "spec.network.connections.requireMsgr2": "one port and one protocol for all clients",
    "spec.cleanupPolicy.sanitizeDisks": "read only once somebody has confirmed that the cluster may be destroyed, which no program does",
    "spec.storage.useAllNodes": "the site file names every host",
    "spec.storage.useAllDevices": "the site file names every disk",
    "spec.storage.allowOsdCrushWeightUpdate": ZERO,
    "spec.storage.scheduleAlways": ZERO,
    "spec.storage.onlyApplyOSDPlacement": ZERO,
    "spec.csi.readAffinity.enabled": ZERO,
    "spec.healthCheck.daemonHealth": "Rook's own intervals: 45 seconds for monitors, 60 for OSDs and the status",
    "spec.healthCheck.livenessProbe": ZERO,
    "spec.healthCheck.startupProbe": ZERO,
  }),
  ...otherwise("pool.yaml CephBlockPool", {
    ...prefixed("spec", COMPRESSION),
    "spec.mirroring": "there is no second cluster to mirror to",
    "spec.statusCheck": "of mirroring",
  }),
  ...otherwise("object.yaml CephObjectStore", {
    ...prefixed("spec.metadataPool", COMPRESSION),
    ...prefixed("spec.dataPool", COMPRESSION),
    "spec.preservePoolsOnDelete": "deleting the store must not delete what users keep there",
    "spec.gateway.instances": "the site file says how many",
    "spec.healthCheck": ZERO,
  }),
  ...otherwise("filesystem.yaml CephFilesystem", {
    ...prefixed("spec.metadataPool", COMPRESSION),
    ...prefixed("spec.dataPools[]", COMPRESSION),
    "spec.dataPools[].name": "Ceph's users of the pool are told the name data0",
    "spec.preserveFilesystemOnDelete": "the experiment holds nothing that must last",
    "spec.metadataServer.placement.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution":
      "all hosts of the experiment are in one pool, which is one rack",
    "spec.metadataServer.livenessProbe": ZERO,
    "spec.metadataServer.startupProbe": ZERO,
  }),
  ...otherwise("filesystem.yaml CephFilesystemSubVolumeGroup", { "": "no claim asks for a volume of the experiment's file system" }),
  ...otherwise("subvolumegroup.yaml CephFilesystemSubVolumeGroup", { "": "no claim asks for a volume of the experiment's file system" }),
  ...otherwise("ceph-client.yaml CephClient", {
    "spec.caps.mon": "the client uses a file system, not block devices",
    "spec.caps.osd": "the client reads, writes and calls object classes in one pool",
    "spec.security.cephx.keyType": "the client's library is older than the other type of keys",
  }),
  ...otherwise("csi-rbd-storageclass.yaml StorageClass", { reclaimPolicy: RETAIN }),
  ...otherwise("csi-cephfs-storageclass.yaml StorageClass", {
    "parameters.fsName": "the site file says which file system",
    "parameters.pool": "the site file says which pool",
    reclaimPolicy: RETAIN,
  }),
  ...otherwise("csi-rbd-snapshotclass.yaml VolumeSnapshotClass", { "": NO_SNAPSHOTS }),
  ...otherwise("csi-cephfs-snapshotclass.yaml VolumeSnapshotClass", { "": NO_SNAPSHOTS }),
  ...otherwise("storageclass-bucket-delete.yaml StorageClass", {
    "parameters.objectStoreName": "the store is called facility",
    reclaimPolicy: "a deleted claim keeps its bucket",
  }),
  ...otherwise("storageclass-bucket-retain.yaml StorageClass", { "parameters.objectStoreName": "the store is called facility" }),
  ...otherwise("object-user.yaml CephObjectStoreUser", {
    "spec.store": "the store is called facility",
    "spec.displayName": "the user is ServiceX",
  }),
  ...otherwise("object-external.yaml CephObjectStore", {
    "spec.gateway.port": "the site file says which port",
    "spec.gateway.externalRgwEndpoints[].ip": "the site file gives a name, which a certificate can hold",
  }),
];
