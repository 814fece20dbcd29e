import { bytes } from "../../capacity/quantity";
import type { Field } from "./field";
import { is, type KubernetesObject } from "./objects";
import type { JudgementOf } from "./rules";
import { CEPH } from "./ceph";
import { claimsOf } from "./demand";
import { forEachHub } from "./hub-demand";
import { attemptOf, stackWorkloads } from "./workloads";

/** Bytes that volumes and buckets hold once they are full, each byte counted once however many copies Ceph keeps. */
export interface StoredBytes {
  /** Bytes of all claims and of all homes, by storage class. */
  readonly volumes: readonly { readonly storageClass: string; readonly bytes: bigint }[];
  /** Bytes that the quotas of the users of an object store allow, by `namespace/name` of the store. */
  readonly buckets: readonly { readonly store: string; readonly bytes: bigint }[];
}

/**
 * What the stack stores once everything is full. An object that cannot be read is a finding about that object.
 * @param registered number of users who have a home.
 */
export function storedBytes(objects: readonly KubernetesObject[], registered: number, on: JudgementOf): StoredBytes {
  const attempt = attemptOf(on);
  const volumes: StoredBytes["volumes"][number][] = [];
  for (const { object, spec, bytes: size, count } of claimsOf(objects, stackWorkloads(objects, undefined, attempt), attempt))
    attempt(object, () => volumes.push({ storageClass: spec.at("storageClassName").text() ?? "", bytes: size * BigInt(count) }));
  forEachHub(objects, on, ({ hub }) => {
    const storage = hub.values.at("singleuser", "storage");
    volumes.push({
      storageClass: storage.at("dynamic", "storageClass").text() ?? "",
      bytes: sizeOf(storage.at("capacity")) * BigInt(registered),
    });
  });
  const buckets: StoredBytes["buckets"][number][] = [];
  for (const object of objects.filter((each) => is(each, CEPH, "CephObjectStoreUser")))
    attempt(object, () => {
      const spec = object.root.at("spec");
      const namespace = spec.at("clusterNamespace").text() ?? object.namespace;
      buckets.push({ store: `${namespace}/${spec.at("store").text() ?? ""}`, bytes: sizeOf(spec.at("quotas", "maxSize")) });
    });
  return { volumes, buckets };
}

/** The sum in bytes. */
export function totalBytes(list: readonly { readonly bytes: bigint }[]): bigint {
  return list.reduce((total, { bytes: size }) => total + size, 0n);
}

function sizeOf(field: Field): bigint {
  return bytes(field.quantity() ?? "0");
}
