import { createHash } from "node:crypto";
import type { ClusterObject } from "../cluster/client";
import { fieldAt, conditionOf, findObject, isReady, listAt, textAt, withCondition, type World } from "../cluster/world";
import type { Behaviour } from "./behaviour";
import type { Action } from "./reconciler";

const GROUP = "ceph.rook.io";

/** Kinds that belong to a CephCluster: Rook does not let the cluster be deleted while one of them exists. */
const IN_CLUSTER = [
  "CephBlockPool",
  "CephFilesystem",
  "CephObjectStore",
  "CephObjectStoreUser",
  "CephFilesystemSubVolumeGroup",
  "CephBlockPoolRadosNamespace",
  "CephClient",
  "CephNFS",
] as const;

function siblings(world: World, kind: string, resource: ClusterObject): readonly ClusterObject[] {
  return world.all(GROUP, kind).filter((each) => each.metadata.namespace === resource.metadata.namespace);
}

/** Rook begins with no resource before its namespace has a ready CephCluster. */
function cluster(world: World, resource: ClusterObject): readonly string[] {
  return siblings(world, "CephCluster", resource).some(isReady) ? [] : [`no CephCluster in ${resource.metadata.namespace ?? ""} is ready`];
}

function named(world: World, kind: string, name: string | undefined, resource: ClusterObject): readonly string[] {
  return isReady(findObject(world, GROUP, kind, name ?? "", resource.metadata.namespace)) ? [] : [`${kind} ${name ?? ""} is not ready`];
}

/** Volumes of a provisioner with that attribute; a deletion would lose their data. */
function volumes(world: World, provisioner: string, attribute: string, value: string): readonly string[] {
  return world
    .all("", "PersistentVolume")
    .filter(
      (volume) =>
        textAt(volume, "spec", "csi", "driver") === provisioner && textAt(volume, "spec", "csi", "volumeAttributes", attribute) === value,
    )
    .map((volume) => `PersistentVolume ${volume.metadata.name}`);
}

function phase(
  resource: ClusterObject,
  lacking: readonly string[],
  ready = "Ready",
  more: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  const generation = { observedGeneration: resource.metadata.generation ?? 1 };
  // A resource that was ready keeps its phase while a pod is replaced: Rook reports that as Ceph's health.
  if (lacking.length > 0 && !isReady(resource)) return { ...generation, phase: "Progressing", conditions: progressing(resource, lacking) };
  return {
    ...generation,
    phase: ready,
    ...more,
    conditions: withCondition(resource, "Ready", "True", "StandIn", "stand-in: no Ceph runs"),
  };
}

function progressing(resource: ClusterObject, lacking: readonly string[]): unknown {
  return withCondition(resource, "Progressing", "True", "Waiting", lacking.slice(0, 5).join("; "));
}

const pool: Behaviour = {
  finalizer: "cephblockpool.ceph.rook.io",
  needs: cluster,
  dependents: (world, each) => volumes(world, `${each.metadata.namespace ?? ""}.rbd.csi.ceph.com`, "pool", each.metadata.name),
  status: phase,
};

const filesystem: Behaviour = {
  finalizer: "cephfilesystem.ceph.rook.io",
  needs: cluster,
  dependents: (world, each) => [
    ...siblings(world, "CephFilesystemSubVolumeGroup", each)
      .filter((group) => textAt(group, "spec", "filesystemName") === each.metadata.name)
      .map((group) => `CephFilesystemSubVolumeGroup ${group.metadata.name}`),
    ...volumes(world, `${each.metadata.namespace ?? ""}.cephfs.csi.ceph.com`, "fsName", each.metadata.name),
  ],
  status: phase,
};

const objectStore: Behaviour = {
  finalizer: "cephobjectstore.ceph.rook.io",
  needs: cluster,
  dependents: (world, each) =>
    world
      .all(GROUP, "CephObjectStoreUser")
      .filter((user) => textAt(user, "spec", "store") === each.metadata.name && storeNamespace(user) === each.metadata.namespace)
      .map((user) => `CephObjectStoreUser ${user.metadata.namespace ?? ""}/${user.metadata.name}`),
  status: (each, lacking) => phase(each, lacking, "Ready", { info: { endpoint: endpointOf(each.metadata.name, each.metadata.namespace) } }),
};

/** The namespace of a user's store, which may be another than the user's. */
function storeNamespace(user: ClusterObject): string | undefined {
  return textAt(user, "spec", "clusterNamespace") ?? user.metadata.namespace;
}

/** Keys that the user's spec takes from Secrets, by the names under which Rook hands them out. */
function givenKeys(world: World, user: ClusterObject): Readonly<Record<string, string | undefined>> {
  const given = listAt(user, "spec", "keys")[0];
  if (given === undefined) return {};
  const read = (reference: "accessKeyRef" | "secretKeyRef"): string | undefined => {
    const secret = findObject(world, "", "Secret", textAt(given, reference, "name") ?? "", user.metadata.namespace);
    const encoded = textAt(secret, "data", textAt(given, reference, "key") ?? "");
    return encoded === undefined ? undefined : Buffer.from(encoded, "base64").toString();
  };
  return { AccessKey: read("accessKeyRef"), SecretKey: read("secretKeyRef") };
}

const objectStoreUser: Behaviour = {
  finalizer: "cephobjectstoreuser.ceph.rook.io",
  needs: (world, user) => {
    const [name, namespace] = [textAt(user, "spec", "store") ?? "", storeNamespace(user)];
    const store = findObject(world, GROUP, "CephObjectStore", name, namespace);
    if (!isReady(store)) return [`CephObjectStore ${namespace ?? ""}/${name} is not ready`];
    const own = user.metadata.namespace ?? "";
    const guests = listAt(store, "spec", "allowUsersInNamespaces");
    if (own !== namespace && !guests.includes(own) && !guests.includes("*")) {
      return [`CephObjectStore ${namespace ?? ""}/${name} does not allow users in namespace ${own} (allowUsersInNamespaces)`];
    }
    return Object.entries(givenKeys(world, user)).flatMap(([name, value]) =>
      value === undefined ? [`its own ${name} does not exist`] : [],
    );
  },
  products: (world, user) => [
    secret(user, secretOf(user), {
      AccessKey: givenKeys(world, user)["AccessKey"] ?? key(user, "access"),
      SecretKey: givenKeys(world, user)["SecretKey"] ?? key(user, "secret"),
      Endpoint: endpointOf(textAt(user, "spec", "store") ?? "", storeNamespace(user)),
    }),
  ],
  status: (user, lacking) => phase(user, lacking, "Ready", { info: { secretName: secretOf(user) } }),
};

/** True for a CephCluster that runs elsewhere and is only connected to. */
export function isExternal(cluster: ClusterObject): boolean {
  return fieldAt(cluster, "spec", "external", "enable") === true;
}

/** What is missing of the ConfigMap and the Secret that Rook reads before it connects to an external cluster. */
function connection(world: World, namespace: string | undefined): readonly string[] {
  const endpoints = findObject(world, "", "ConfigMap", "rook-ceph-mon-endpoints", namespace);
  const identity = findObject(world, "", "Secret", "rook-ceph-mon", namespace);
  return [
    ...(textAt(endpoints, "data", "data") === undefined ? ["ConfigMap rook-ceph-mon-endpoints names no monitors"] : []),
    ...["fsid", "ceph-username", "ceph-secret"]
      .filter((key) => textAt(identity, "data", key) === undefined)
      .map((key) => `Secret rook-ceph-mon has no ${key}`),
  ];
}

const cephCluster: Behaviour = {
  finalizer: "cephcluster.ceph.rook.io",
  needs: (world, each) => (isExternal(each) ? connection(world, each.metadata.namespace) : []),
  dependents: (world, each) => [
    ...IN_CLUSTER.flatMap((kind) => siblings(world, kind, each).map((other) => `${kind} ${other.metadata.name}`)),
    ...world
      .all("", "PersistentVolume")
      .filter((volume) => textAt(volume, "spec", "csi", "volumeAttributes", "clusterID") === each.metadata.namespace)
      .map((volume) => `PersistentVolume ${volume.metadata.name}`),
  ],
  status: (each, lacking) => {
    const external = isExternal(each);
    return phase(each, lacking, external ? "Connected" : "Ready", {
      state: external ? "Connected" : "Created",
      ceph: { health: "HEALTH_OK" },
    });
  },
};

/** Behaviour of a kind that belongs to a CephCluster and on which nothing depends. */
function child(kind: string, needs: Behaviour["needs"] = cluster): Behaviour {
  return { finalizer: `${kind.toLowerCase()}.ceph.rook.io`, needs, status: phase };
}

/** What Rook does, by kind: https://rook.io/docs/rook/latest-release/CRDs/specification/ */
export const ROOK_BEHAVIOURS: Readonly<Record<string, Behaviour>> = {
  CephCluster: cephCluster,
  CephBlockPool: pool,
  CephFilesystem: filesystem,
  CephObjectStore: objectStore,
  CephObjectStoreUser: objectStoreUser,
  CephFilesystemSubVolumeGroup: child("CephFilesystemSubVolumeGroup", (world, group) =>
    named(world, "CephFilesystem", textAt(group, "spec", "filesystemName"), group),
  ),
  CephBlockPoolRadosNamespace: child("CephBlockPoolRadosNamespace", (world, each) =>
    named(world, "CephBlockPool", textAt(each, "spec", "blockPoolName"), each),
  ),
  CephClient: child("CephClient"),
  CephNFS: child("CephNFS"),
};

/** Behaviour of a bucket claim: it is bound once the store of its class is ready, and its keys are in a Secret of its name. */
export const bucketClaim: Behaviour = {
  finalizer: "objectbucket.io/finalizer",
  needs: (world, claim) => {
    const className = textAt(claim, "spec", "storageClassName") ?? "";
    const storageClass = findObject(world, "storage.k8s.io", "StorageClass", className);
    if (storageClass === undefined) return [`StorageClass ${className} does not exist`];
    const [name, namespace] = [
      textAt(storageClass, "parameters", "objectStoreName"),
      textAt(storageClass, "parameters", "objectStoreNamespace"),
    ];
    return isReady(findObject(world, GROUP, "CephObjectStore", name ?? "", namespace))
      ? []
      : [`CephObjectStore ${name ?? ""} is not ready`];
  },
  products: (_, claim) => [
    secret(claim, claim.metadata.name, { AWS_ACCESS_KEY_ID: key(claim, "access"), AWS_SECRET_ACCESS_KEY: key(claim, "secret") }),
  ],
  status: (_, lacking) => ({ phase: lacking.length === 0 ? "Bound" : "Pending" }),
};

/** The status that says why a resource cannot be deleted yet, as Rook says it. */
export function deletionBlocked(resource: ClusterObject, dependents: readonly string[]): Readonly<Record<string, unknown>> {
  const message = `will not be deleted until all dependents are removed: ${dependents.slice(0, 10).join(", ")}`;
  const before = conditionOf(resource, "DeletionIsBlocked");
  return before?.message === message && listAt(resource, "status", "conditions").length > 0
    ? {}
    : { phase: "Deleting", conditions: withCondition(resource, "DeletionIsBlocked", "True", "ObjectHasDependents", message) };
}

function endpointOf(store: string, namespace: string | undefined): string {
  return `http://rook-ceph-rgw-${store}.${namespace ?? ""}.svc:80`;
}

function secretOf(user: ClusterObject): string {
  return `rook-ceph-object-user-${textAt(user, "spec", "store") ?? ""}-${user.metadata.name}`;
}

/** A made-up key that stays the same as long as the resource exists. */
function key(resource: ClusterObject, purpose: string): string {
  return `STANDIN${createHash("sha256")
    .update(`${resource.metadata.uid ?? ""}/${purpose}`)
    .digest("hex")
    .slice(0, 33)
    .toUpperCase()}`;
}

function secret(owner: ClusterObject, name: string, values: Readonly<Record<string, string>>): Action {
  const { apiVersion, kind, metadata } = owner;
  return {
    kind: "apply",
    object: {
      apiVersion: "v1",
      kind: "Secret",
      metadata: {
        name,
        namespace: metadata.namespace ?? "default",
        ownerReferences: [{ apiVersion, kind, name: metadata.name, uid: metadata.uid }],
      },
      data: Object.fromEntries(Object.entries(values).map(([field, value]) => [field, Buffer.from(value).toString("base64")])),
    },
  };
}
