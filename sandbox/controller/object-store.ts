import type { ClusterObject } from "../cluster/client";
import { fieldAt, findObject, isReady, listAt, textAt, type World } from "../cluster/world";
import type { Behaviour } from "./behaviour";
import type { EventAction } from "./reconciler";
import { madeUpKey, secretOf } from "./rook-secrets";
import { blockedBy, clusterMissing, failureOf, GROUP, inCluster, phaseStatus, ROOK_SECRET, succeeded } from "./rook-status";

/** What Rook calls the buckets of a store when they keep it from being deleted. */
const BUCKETS = "buckets in the object store (could be from ObjectBucketClaims or COSI Buckets)";

/** The address at which Rook tells others to reach a store. */
interface AdvertisedEndpoint {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
}

/**
 * The address at which a store is to be reached: the one that `hosting.advertiseEndpoint` sets, else that of its Service or of an external
 * gateway (https://github.com/rook/rook/blob/v1.20.6/pkg/apis/ceph.rook.io/v1/object.go, GetAdvertiseEndpoint).
 */
export function advertisedEndpoint(store: ClusterObject): AdvertisedEndpoint {
  const set = fieldAt(store, "spec", "hosting", "advertiseEndpoint");
  const [dnsName, port] = [textAt(set, "dnsName") ?? "", Number(fieldAt(set, "port") ?? 0)];
  if (dnsName !== "" && port !== 0) return { host: dnsName, port, tls: fieldAt(set, "useTls") === true };
  const certificate = textAt(store, "spec", "gateway", "sslCertificateRef") ?? servingCertificate(store);
  const tls = portOf(store, "securePort") !== 0 && certificate !== undefined && certificate !== "";
  return { host: domainsOf(store)[0] ?? "", port: portOf(store, tls ? "securePort" : "port"), tls };
}

function servingCertificate(store: ClusterObject): string | undefined {
  return textAt(store, "spec", "gateway", "service", "annotations", "service.beta.openshift.io/serving-cert-secret-name");
}

function portOf(store: ClusterObject, name: "port" | "securePort"): number {
  return Number(fieldAt(store, "spec", "gateway", name) ?? 0);
}

/** Names under which the gateways are reached without a detour. */
function domainsOf(store: ClusterObject): readonly string[] {
  const external = listAt(store, "spec", "gateway", "externalRgwEndpoints");
  if (external.length > 0) return external.map((each) => textAt(each, "hostname") ?? textAt(each, "ip") ?? "");
  return [`rook-ceph-rgw-${store.metadata.name}.${store.metadata.namespace ?? ""}.svc`];
}

function urlOf({ host, port, tls }: AdvertisedEndpoint): string {
  return `${tls ? "https" : "http"}://${host}:${port}`;
}

/** The endpoints of a store as its status has them. */
function endpointsOf(store: ClusterObject): object {
  const all = (name: "port" | "securePort", tls: boolean): readonly string[] => {
    const port = portOf(store, name);
    return port === 0 ? [] : domainsOf(store).map((host) => urlOf({ host, port, tls }));
  };
  return { insecure: all("port", false), secure: all("securePort", true) };
}

/** What Rook does about a CephObjectStore: https://github.com/rook/rook/blob/v1.20.6/pkg/operator/ceph/object/controller.go */
export const objectStore: Behaviour = {
  finalizer: "cephobjectstore.ceph.rook.io",
  needs: clusterMissing,
  blocked: (world, each) =>
    inCluster(world, each, () => {
      const blocked = blockedBy(each, { [BUCKETS]: bucketsIn(world, each), CephObjectStoreUsers: usersIn(world, each) });
      return blocked && { ...blocked, status: { phase: "Deleting", ...blocked.status } };
    }),
  status: (each, lacking) => {
    const { name, namespace = "" } = each.metadata;
    const advertised = urlOf(advertisedEndpoint(each));
    const both = portOf(each, "port") !== 0 && portOf(each, "securePort") !== 0;
    const isSet = textAt(each, "spec", "hosting", "advertiseEndpoint", "dnsName") !== undefined;
    const [host = ""] = domainsOf(each);
    const plain = urlOf({ host, port: portOf(each, "port"), tls: false });
    return {
      ...phaseStatus(each, lacking, { replicas: Number(fieldAt(each, "spec", "gateway", "instances") ?? 0) }),
      info: both && !isSet ? { endpoint: plain, secureEndpoint: advertised } : { endpoint: advertised },
      endpoints: endpointsOf(each),
      selector: `app=rook-ceph-rgw,ceph_daemon_id=${name},rgw=${name},rook_cluster=${namespace},rook_object_store=${name}`,
    };
  },
  events: succeeded,
};

/** Users of a store that keep it from being deleted: Rook looks for them in the store's own namespace only. */
function usersIn(world: World, store: ClusterObject): readonly string[] {
  return world
    .all(GROUP, "CephObjectStoreUser")
    .filter((user) => textAt(user, "spec", "store") === store.metadata.name && user.metadata.namespace === store.metadata.namespace)
    .map((user) => user.metadata.name);
}

/** Buckets in a store. The sandbox knows of those that were claimed, and not of those that a user has made. */
function bucketsIn(world: World, store: ClusterObject): readonly string[] {
  return world
    .all("objectbucket.io", "ObjectBucket")
    .filter(
      (bucket) =>
        textAt(bucket, "spec", "additionalState", "objectStoreName") === store.metadata.name &&
        textAt(bucket, "spec", "additionalState", "objectStoreNamespace") === store.metadata.namespace,
    )
    .map((bucket) => textAt(bucket, "spec", "endpoint", "bucketName") ?? "");
}

/** The namespace of a user's store, which may be another than the user's. */
function storeNamespace(user: ClusterObject): string | undefined {
  return textAt(user, "spec", "clusterNamespace") ?? user.metadata.namespace;
}

function storeOf(world: World, user: ClusterObject): ClusterObject | undefined {
  return findObject(world, GROUP, "CephObjectStore", textAt(user, "spec", "store") ?? "", storeNamespace(user));
}

/** The Secrets from which a user's spec takes keys, and the keys by the names under which Rook hands them out. */
function givenKeys(
  world: World,
  user: ClusterObject,
): { readonly secrets: readonly ClusterObject[]; readonly keys: Readonly<Record<string, string | undefined>> } {
  const given = listAt(user, "spec", "keys")[0];
  if (given === undefined) return { secrets: [], keys: {} };
  const referred = (reference: "accessKeyRef" | "secretKeyRef"): ClusterObject | undefined =>
    findObject(world, "", "Secret", textAt(given, reference, "name") ?? "", user.metadata.namespace);
  const read = (reference: "accessKeyRef" | "secretKeyRef"): string | undefined => {
    const encoded = textAt(referred(reference), "data", textAt(given, reference, "key") ?? "");
    return encoded === undefined ? undefined : Buffer.from(encoded, "base64").toString();
  };
  const secrets = [referred("accessKeyRef"), referred("secretKeyRef")].filter((each): each is ClusterObject => each !== undefined);
  return {
    secrets: secrets.filter((each, index) => secrets.findIndex(({ metadata }) => metadata.name === each.metadata.name) === index),
    keys: { AccessKey: read("accessKeyRef"), SecretKey: read("secretKeyRef") },
  };
}

/** What Rook does about a CephObjectStoreUser: https://github.com/rook/rook/blob/v1.20.6/pkg/operator/ceph/object/user/controller.go */
export const objectStoreUser: Behaviour = {
  finalizer: "cephobjectstoreuser.ceph.rook.io",
  needs: (world, user) => {
    const [name, namespace] = [textAt(user, "spec", "store") ?? "", storeNamespace(user)];
    const missing = clusterMissing(world, { ...user, metadata: { ...user.metadata, ...(namespace === undefined ? {} : { namespace }) } });
    if (missing.length > 0) return missing;
    const store = storeOf(world, user);
    if (!isReady(store)) return [`CephObjectStore ${namespace ?? ""}/${name} is not ready`];
    const own = user.metadata.namespace ?? "";
    const guests = listAt(store, "spec", "allowUsersInNamespaces");
    if (own !== namespace && !guests.includes(own) && !guests.includes("*")) {
      return [
        `object store ${JSON.stringify(name)} does not allow creating users namespace ${JSON.stringify(own)}, the namespace must first be added to allowUsersInNamespaces`,
      ];
    }
    return Object.entries(givenKeys(world, user).keys).flatMap(([key, value]) =>
      value === undefined
        ? [`failed to generate UserKeySpec for ${JSON.stringify(user.metadata.name)}: its own ${key} does not exist`]
        : [],
    );
  },
  products: (world, user) => {
    const { keys } = givenKeys(world, user);
    const store = storeOf(world, user);
    const name = textAt(user, "spec", "store") ?? "";
    const namespace = user.metadata.namespace ?? "";
    const tls = textAt(store, "spec", "gateway", "sslCertificateRef") ?? "";
    const values = {
      AccessKey: keys["AccessKey"] ?? madeUpKey(user, "access"),
      SecretKey: keys["SecretKey"] ?? madeUpKey(user, "secret"),
      Endpoint: store === undefined ? "" : urlOf(advertisedEndpoint(store)),
      ...(tls === "" ? {} : { SSLCertSecretName: tls }),
    };
    const labels = { app: "rook-ceph-rgw", user: user.metadata.name, rook_cluster: namespace, rook_object_store: name };
    return [secretOf(user, userSecret(user), values, ROOK_SECRET, { labels })];
  },
  status: (user, lacking, world) => {
    // Rook says nothing while there is no cluster, and that it has failed while the store cannot serve the user.
    if (lacking.length > 0 && !isReady(user))
      return lacking.some((each) => each.startsWith("no CephCluster")) ? {} : { phase: "ReconcileFailed" };
    const keys = givenKeys(world, user).secrets.map(({ metadata: { name, namespace, uid, resourceVersion } }) => ({
      name,
      namespace,
      ...(uid === undefined ? {} : { uid }),
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
    }));
    return { ...phaseStatus(user, [], { info: { secretName: userSecret(user) } }), ...(keys.length === 0 ? {} : { keys }) };
  },
  events: (user, status, lacking) =>
    lacking.length === 0 ? succeeded(user, status) : lacking.map((why): EventAction => failed(user, why)),
};

function failed(user: ClusterObject, why: string): EventAction {
  return { kind: "event", about: user, reason: "ReconcileFailed", message: failureOf(user, why) };
}

function userSecret(user: ClusterObject): string {
  return `rook-ceph-object-user-${textAt(user, "spec", "store") ?? ""}-${user.metadata.name}`;
}
