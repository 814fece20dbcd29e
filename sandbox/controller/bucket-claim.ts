import type { ClusterObject } from "../cluster/client";
import { fieldAt, findObject, isReady, textAt, type World } from "../cluster/world";
import type { Behaviour } from "./behaviour";
import { advertisedEndpoint } from "./object-store";
import { removeFinalizer, type Action } from "./reconciler";
import { madeUpKey, ownerReference, secretOf } from "./rook-secrets";
import { GROUP } from "./rook-status";

/** On the claim and on everything that is made for it: https://github.com/kube-object-storage/lib-bucket-provisioner */
const FINALIZER = "objectbucket.io/finalizer";

function classOf(world: World, claim: ClusterObject): ClusterObject | undefined {
  return findObject(world, "storage.k8s.io", "StorageClass", textAt(claim, "spec", "storageClassName") ?? "");
}

function storeOf(world: World, claim: ClusterObject): ClusterObject | undefined {
  const parameters = fieldAt(classOf(world, claim), "parameters");
  const [name, namespace] = [textAt(parameters, "objectStoreName"), textAt(parameters, "objectStoreNamespace")];
  return findObject(world, GROUP, "CephObjectStore", name ?? "", namespace);
}

/** Name of a claim's bucket: the one that the claim asks for, or one that begins with what it asks for. */
function bucketName(claim: ClusterObject): string | undefined {
  const prefix = textAt(claim, "spec", "generateBucketName");
  return textAt(claim, "spec", "bucketName") ?? (prefix === undefined ? undefined : `${prefix.slice(0, 26)}-${claim.metadata.uid ?? ""}`);
}

/** Name of the ObjectBucket of a claim. */
function objectBucketName({ metadata: { namespace = "default", name } }: ClusterObject): string {
  return `obc-${namespace}-${name}`;
}

function labelsOf(world: World, claim: ClusterObject): Readonly<Record<string, string>> {
  // A label's value may have no slash.
  return { "bucket-provisioner": (textAt(classOf(world, claim), "provisioner") ?? "").replaceAll("/", "-") };
}

function configMap(world: World, claim: ClusterObject): Action {
  const store = storeOf(world, claim);
  const { host, port } = store === undefined ? { host: "", port: 0 } : advertisedEndpoint(store);
  return {
    kind: "apply",
    object: {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: {
        name: claim.metadata.name,
        namespace: claim.metadata.namespace ?? "default",
        finalizers: [FINALIZER],
        labels: labelsOf(world, claim),
        ownerReferences: [ownerReference(claim)],
      },
      data: {
        BUCKET_NAME: bucketName(claim) ?? "",
        BUCKET_HOST: host,
        BUCKET_PORT: String(port),
        BUCKET_REGION: "",
        BUCKET_SUBREGION: "",
      },
    },
  };
}

function objectBucket(world: World, claim: ClusterObject): Action {
  const { apiVersion, kind, metadata } = claim;
  const { name, namespace = "default", uid } = metadata;
  const [storageClass, store] = [classOf(world, claim), storeOf(world, claim)];
  const { host, port } = store === undefined ? { host: "", port: 0 } : advertisedEndpoint(store);
  return {
    kind: "apply",
    object: {
      apiVersion: "objectbucket.io/v1alpha1",
      kind: "ObjectBucket",
      metadata: { name: objectBucketName(claim), finalizers: [FINALIZER], labels: labelsOf(world, claim) },
      spec: {
        storageClassName: textAt(claim, "spec", "storageClassName") ?? "",
        reclaimPolicy: textAt(storageClass, "reclaimPolicy") ?? "Delete",
        claimRef: { apiVersion, kind, name, namespace, ...(uid === undefined ? {} : { uid }) },
        endpoint: {
          bucketHost: host,
          bucketPort: port,
          bucketName: bucketName(claim) ?? "",
          region: "",
          subRegion: "",
          additionalConfig: {},
        },
        additionalState: {
          cephUser: `obc-${namespace}-${name}-${uid ?? ""}`,
          objectStoreName: store?.metadata.name ?? "",
          objectStoreNamespace: store?.metadata.namespace ?? "",
        },
      },
    },
  };
}

/**
 * What Rook's bucket provisioner does about a claim: it is bound once the store of its class is ready; a Secret and a ConfigMap of its name
 * hold the keys and the address of the bucket, and an ObjectBucket stands for the bucket itself.
 */
export const bucketClaim: Behaviour = {
  finalizer: FINALIZER,
  needs: (world, claim) => {
    const className = textAt(claim, "spec", "storageClassName") ?? "";
    if (classOf(world, claim) === undefined) return [`StorageClass ${className} does not exist`];
    if (bucketName(claim) === undefined) return ["error composing bucket name: expected either bucketName or generateBucketName defined"];
    const store = storeOf(world, claim);
    const name = textAt(classOf(world, claim), "parameters", "objectStoreName") ?? "";
    return isReady(store) ? [] : [`CephObjectStore ${name} is not ready`];
  },
  products: (world, claim) => {
    const keys = { AWS_ACCESS_KEY_ID: madeUpKey(claim, "access"), AWS_SECRET_ACCESS_KEY: madeUpKey(claim, "secret") };
    const marks = { finalizers: [FINALIZER], labels: labelsOf(world, claim) };
    const named = textAt(claim, "spec", "objectBucketName") === undefined || textAt(claim, "spec", "bucketName") === undefined;
    const spec = { objectBucketName: objectBucketName(claim), bucketName: bucketName(claim) ?? "" };
    return [
      secretOf(claim, claim.metadata.name, keys, undefined, marks),
      configMap(world, claim),
      objectBucket(world, claim),
      ...boundBucket(world, claim),
      ...(named ? [{ kind: "spec", key: claim, spec } satisfies Action] : []),
    ];
  },
  farewell: (world, claim) => {
    const { name, namespace } = claim.metadata;
    const bucket = findObject(world, "objectbucket.io", "ObjectBucket", objectBucketName(claim));
    const held = [bucket, findObject(world, "", "Secret", name, namespace), findObject(world, "", "ConfigMap", name, namespace)];
    return [
      ...(bucket === undefined ? [] : [{ kind: "delete", key: bucket } satisfies Action]),
      ...held.flatMap((each) => (each === undefined ? [] : removeFinalizer(each, FINALIZER))),
    ];
  },
  status: (_, lacking) => ({ phase: lacking.length === 0 ? "Bound" : "Pending" }),
};

function boundBucket(world: World, claim: ClusterObject): readonly Action[] {
  const bucket = findObject(world, "objectbucket.io", "ObjectBucket", objectBucketName(claim));
  if (bucket === undefined || textAt(bucket, "status", "phase") === "Bound") return [];
  return [{ kind: "status", key: bucket, status: { phase: "Bound" } }];
}
