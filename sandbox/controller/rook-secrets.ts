import { createHash } from "node:crypto";
import type { ClusterObject } from "../cluster/client";
import type { Action } from "./reconciler";

/** A made-up key that stays the same as long as the resource exists. */
export function madeUpKey(resource: ClusterObject, purpose: string): string {
  return `STANDIN${createHash("sha256")
    .update(`${resource.metadata.uid ?? ""}/${purpose}`)
    .digest("hex")
    .slice(0, 33)
    .toUpperCase()}`;
}

/** The reference by which an object goes together with the resource for which an operator has made it. */
export function ownerReference({ apiVersion, kind, metadata: { name, uid } }: ClusterObject): object {
  return { apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true };
}

/** What is further to be said of an object besides its content. */
export interface ObjectMarks {
  readonly labels?: Readonly<Record<string, string>>;
  readonly finalizers?: readonly string[];
}

/**
 * The action that makes a Secret, in the namespace of the resource to which it belongs.
 * @param type Opaque if it is left out.
 */
export function secretOf(
  owner: ClusterObject,
  name: string,
  values: Readonly<Record<string, string>>,
  type?: string,
  marks: ObjectMarks = {},
): Action {
  return {
    kind: "apply",
    object: {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name, namespace: owner.metadata.namespace ?? "default", ownerReferences: [ownerReference(owner)], ...marks },
      ...(type === undefined ? {} : { type }),
      data: Object.fromEntries(Object.entries(values).map(([field, value]) => [field, Buffer.from(value).toString("base64")])),
    },
  };
}
