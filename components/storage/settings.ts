import { z } from "zod";
import { choose } from "../choose";
import type { Capability, Need } from "../contract";
import { dnsName, image, ipv4, label, none, podCount, port, size } from "../fields";
import type { Driver } from "./values";

/** Classes of disks that Ceph tells apart. */
const DEVICE_CLASSES = ["hdd", "ssd", "nvme"] as const;

const deviceClass = z.enum(DEVICE_CLASSES).optional();

/** Settings of one disk on each host of a pool; it becomes an OSD. */
export const device = z.strictObject({
  path: z
    .string()
    .regex(
      /^\/dev\/disk\/by-(id|path)\/[\w.:+-]+$/,
      "allowed: a stable path such as /dev/disk/by-path/pci-0000:03:00.0-scsi-0:2:1:0 or /dev/disk/by-id/wwn-0x...; sda may be another disk tomorrow",
    )
    .meta({
      description: "Path of the disk that survives a reboot; kernel names such as sda may change",
      examples: ["/dev/disk/by-path/pci-0000:03:00.0-scsi-0:2:1:0"],
      perSite: true,
    }),
  class: z.enum(DEVICE_CLASSES).describe("CRUSH device class of the disk"),
  size: size.describe("Size of the disk"),
});

const noObjectStore = none.describe("No object store");

const objectStore = z.discriminatedUnion("kind", [
  z
    .strictObject({
      kind: z.literal("rgw"),
      host: dnsName.describe("Public name of the S3 endpoint, the same inside and outside"),
      gateways: podCount.default(2).describe("Number of Rados gateways"),
      deviceClass: deviceClass.describe(
        "CRUSH device class of the disks that keep objects; needed where there are disks of several classes",
      ),
    })
    .describe("S3 that Rados gateways of the facility serve"),
  noObjectStore,
]);

const blockClass = label.describe("StorageClass of block volumes: databases, and homes of the kind `block`");
const sharedVolumeClass = label.describe("StorageClass of volumes that many hosts mount at once (RWX): homes of the kind `shared`");

/**
 * Keys of the drivers. Rook makes new ones when the generation is higher than that of the keys, and from then on also when the type changes
 * (https://rook.io/docs/rook/v1.20/Storage-Configuration/Advanced/cephx-key-rotation/).
 */
const csiKeys = z.strictObject({
  type: z
    .enum(["aes", "aes256k"])
    .default("aes")
    .describe("Type of the keys: every kernel knows `aes`; `aes256k` needs Linux 7.0 on every host and Ceph 20.2.4"),
  generation: z.int().min(1, "allowed: 1 or more; the first keys are the first generation").max(4294967295).optional().meta({
    description:
      "Raised by one, it lets Rook make new keys and keep the ones before; volumes take the new ones when they are next mounted. It never goes down, and is never taken out again",
    unit: "count",
  }),
});

const rook = z
  .strictObject({
    kind: z.literal("rook"),
    devices: z
      .record(label, z.array(device).min(1).describe("Disks of each host of the pool"))
      .describe("Disks that become OSDs on every host of a pool, by pool. They must be empty: Rook never wipes a disk"),
    failureDomain: z
      .enum(["host", "rack"])
      .default("host")
      .describe("What may fail without loss of data: each copy lies on another host, or in another rack"),
    replicas: z
      .int()
      .min(3, "allowed: 3 or more copies; with 2, one lost disk during a repair is lost data")
      .max(5)
      .default(3)
      .meta({ description: "Number of copies of all data", unit: "count" }),
    cephImage: image.default("quay.io/ceph/ceph:v20.2.4").describe("Image of Ceph, whose tag is its release"),
    csiKeys: csiKeys.prefault({}).describe("Keys with which volumes are made and mounted"),
    blockClass: blockClass.default("rook-ceph-block"),
    deviceClass: deviceClass.describe(
      "CRUSH device class of the disks that keep block volumes; needed where there are disks of several classes",
    ),
    objectStore: objectStore.default({ kind: "none" }).describe("S3, which ServiceX needs"),
  })
  .superRefine(({ devices, deviceClass: ofBlocks, objectStore: store }, context) => {
    const classes = [...new Set(Object.values(devices).flatMap((disks) => disks.map((disk) => disk.class)))];
    const check = (path: readonly string[], chosen: string | undefined) => {
      const refuse = (message: string) => context.addIssue({ code: "custom", path: [...path, "deviceClass"], message });
      if (chosen === undefined && classes.length > 1)
        refuse(`the disks are of the classes ${classes.join(", ")}; name one of them: a pool without a class would lie on all`);
      if (chosen !== undefined && classes.every((each) => each !== chosen))
        refuse(`no disk is of the class ${chosen}; allowed: ${classes.join(", ")}`);
    };
    check([], ofBlocks);
    if (store.kind === "rgw") check(["objectStore"], store.deviceClass);
  })
  .describe("The facility's own Ceph, which Rook runs on disks of the hosts");

const existing = z
  .strictObject({
    kind: z.literal("existing"),
    blockClass,
    sharedClass: sharedVolumeClass.optional(),
  })
  .describe("StorageClasses that the cluster already has");

const cephName = z
  .string()
  .regex(/^[\w.-]+$/, "allowed: a name as Ceph writes it (letters, digits, _ . and -)")
  .meta({ description: "A name that Ceph knows", examples: ["af-rbd"], perSite: true });

const monitors = z
  .strictObject({
    port: z
      .literal([6789, 3300], "allowed: 6789 (the v1 protocol, which every kernel speaks) or 3300 (v2, from kernel 5.11 on)")
      .default(6789)
      .meta({ description: "Port of all monitors, which decides the protocol", unit: "port", examples: [6789], perSite: true }),
    hosts: z
      .array(
        z.strictObject({
          name: cephName.meta({ description: "Name of the monitor, as `ceph mon dump` shows it", examples: ["mon1"] }),
          address: ipv4.describe("Address of the monitor"),
        }),
      )
      .min(1, "allowed: at least one monitor")
      .describe("Each monitor of the cluster"),
  })
  .superRefine(({ hosts }, context) => {
    for (const key of ["name", "address"] as const)
      hosts.forEach((host, index) => {
        if (hosts.findIndex((other) => other[key] === host[key]) < index)
          context.addIssue({ code: "custom", path: ["hosts", index, key], message: `listed twice; give each monitor its own ${key}` });
      });
  });

/**
 * Names of the users that a driver acts as. Rook's script gives them longer names with `--restricted-auth-permission`, and a number after
 * each rotation of keys
 * (https://github.com/rook/rook/blob/v1.20.6/deploy/examples/create-external-cluster-resources.py).
 */
const csiUsersOf = (driver: Driver) =>
  z
    .strictObject({
      node: cephName.default(`csi-${driver}-node`).describe("Name of the user that mounts volumes, without `client.`"),
      provisioner: cephName.default(`csi-${driver}-provisioner`).describe("Name of the user that makes volumes, without `client.`"),
    })
    .prefault({})
    .describe("Ceph's users as whom the driver acts, as Rook's create-external-cluster-resources.py prints them");

const external = z
  .strictObject({
    kind: z.literal("external"),
    fsid: z
      .guid("allowed: a UUID, as `ceph fsid` prints it")
      .meta({ description: "Identity of the cluster", examples: ["797f411a-aafe-11ec-a254-fa163e1539f5"], perSite: true }),
    monitors: monitors.describe("Port and addresses of the monitors"),
    healthChecker: cephName
      .default("healthchecker")
      .describe("Name of Ceph's user as whom Rook asks for the cluster's health, without `client.`"),
    block: z
      .strictObject({
        users: csiUsersOf("rbd"),
        pool: cephName.describe("Replicated pool of the volumes; with `dataPool`, of their headers alone"),
        dataPool: cephName.optional().describe("Erasure-coded pool of the volumes' data"),
      })
      .describe("Pool of block volumes"),
    blockClass: blockClass.default("ceph-rbd"),
    filesystem: z
      .discriminatedUnion("kind", [
        z
          .strictObject({
            kind: z.literal("cephfs"),
            users: csiUsersOf("cephfs"),
            name: cephName.describe("Name of the file system"),
            dataPool: cephName.describe("Data pool of the file system"),
            sharedClass: sharedVolumeClass.default("cephfs"),
          })
          .describe("CephFS"),
        none.describe("No file system"),
      ])
      .default({ kind: "none" })
      .describe("Volumes that many hosts mount at once"),
    objectStore: z
      .discriminatedUnion("kind", [
        z
          .strictObject({
            kind: z.literal("rgw"),
            host: dnsName.describe("Name of the S3 endpoint: of one gateway, or of a load balancer in front of several"),
            port: port.default(443).describe("Port of the S3 endpoint"),
            tls: z
              .boolean()
              .default(true)
              .describe("Whether the endpoint speaks https; a public authority must then have signed its certificate"),
          })
          .describe("S3 that Rados gateways of that Ceph serve"),
        noObjectStore,
      ])
      .default({ kind: "none" })
      .describe("S3, which ServiceX needs"),
    capacity: size
      .optional()
      .describe("Space that the facility may use there, without copies; if left out, the quota pack cannot judge the sum of the claims"),
  })
  .describe("Somebody else's Ceph, outside the cluster: Rook runs only its clients");

/**
 * Settings of where volumes come from. Three copies and two gateways are the least that survive the loss of one (docs/sources.md,
 * Replicas); Ceph's release is the one that Rook v1.20.6 installs
 * (https://github.com/rook/rook/blob/v1.20.6/deploy/charts/rook-ceph-cluster/values.yaml).
 */
export const StorageSettings = z
  .discriminatedUnion("kind", [rook, external, existing])
  .describe("Where volumes come from")
  .meta({ readBy: ["Rook", "hub", "schedd", "ServiceX", "Prometheus"] });
/** Settings of storage, with defaults filled in. */
export type StorageSettings = z.infer<typeof StorageSettings>;
/** Settings of the facility's own Ceph. */
export type RookStorage = Extract<StorageSettings, { kind: "rook" }>;
/** Settings of the facility's own Rados gateways. */
export type RgwSettings = Extract<RookStorage["objectStore"], { kind: "rgw" }>;
/** Settings of somebody else's Ceph. */
export type ExternalStorage = Extract<StorageSettings, { kind: "external" }>;
/** Settings of somebody else's Rados gateways. */
export type ExternalRgwSettings = Extract<ExternalStorage["objectStore"], { kind: "rgw" }>;

/** Name of the StorageClass of volumes that many hosts mount at once; undefined if the site has none. */
export function sharedClass(storage: StorageSettings): string | undefined {
  return choose(storage, {
    rook: () => undefined,
    external: ({ filesystem }) => choose(filesystem, { cephfs: (settings) => settings.sharedClass, none: () => undefined }),
    existing: (settings) => settings.sharedClass,
  });
}

/** CSI drivers that the StorageClasses of the facility need. */
export function driversOf(storage: RookStorage | ExternalStorage): readonly Driver[] {
  return sharedClass(storage) === undefined ? ["rbd"] : ["rbd", "cephfs"];
}

/** What the storage of a site offers to its services. */
export function storageOffers(storage: StorageSettings): readonly Capability[] {
  return [
    ...(storage.kind !== "existing" && storage.objectStore.kind === "rgw" ? (["objectStore"] as const) : []),
    ...(sharedClass(storage) === undefined ? [] : (["sharedVolumes"] as const)),
  ];
}

/** What storage needs of the site. */
export function storageNeeds({ kind }: StorageSettings): readonly Need[] {
  if (kind === "existing") return [];
  return [
    {
      capability: "hostNetwork",
      path: "af:storage",
      service: "Rook's CSI plugin",
      otherwise: "set af:storage to { kind: existing, blockClass: ... }",
    },
  ];
}
