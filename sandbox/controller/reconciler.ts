import type { ChartInstall } from "../charts/helm";
import type { ClusterObject, ObjectKey } from "../cluster/client";
import type { AccountOrder, CertificateOrder } from "./issue";
import { asFields, type World } from "../cluster/world";

/** An event about an object. */
export interface EventAction {
  readonly kind: "event";
  readonly about: ClusterObject;
  readonly reason: string;
  readonly message: string;
  /** Warning if it is left out. */
  readonly type?: "Normal" | "Warning";
}

/** Something that a reconciler wants done. It does nothing itself, so that it can be tested without a cluster. */
export type Action =
  | { readonly kind: "apply"; readonly object: ClusterObject }
  | { readonly kind: "delete"; readonly key: ObjectKey }
  | { readonly kind: "status"; readonly key: ObjectKey; readonly status: Readonly<Record<string, unknown>> }
  | { readonly kind: "finalizers"; readonly key: ObjectKey; readonly finalizers: readonly string[] }
  | { readonly kind: "annotations"; readonly key: ObjectKey; readonly annotations: Readonly<Record<string, string | null>> }
  | { readonly kind: "spec"; readonly key: ObjectKey; readonly spec: Readonly<Record<string, unknown>> }
  | EventAction
  | { readonly kind: "issue"; readonly order: CertificateOrder }
  | { readonly kind: "account"; readonly order: AccountOrder }
  | { readonly kind: "index"; readonly source: ClusterObject }
  | { readonly kind: "install"; readonly install: ChartInstall }
  | { readonly kind: "uninstall"; readonly release: string; readonly namespace: string };

/** Plays one controller: says what a controller of a real cluster would do about an object now. */
export interface Reconciler {
  /** What the reconciler looks after, for the log. */
  readonly name: string;
  subjects(world: World): readonly ClusterObject[];
  actions(world: World, object: ClusterObject): readonly Action[];
}

/** Fields that say when something was seen: they change without anything having happened. */
const TIMES = new Set(["lastTransitionTime", "lastHeartbeatTime", "lastChecked", "lastUpdateTime"]);

/**
 * The action that writes a status; none if the object has that status already, apart from times. A null stands for a field that is not to be
 * there. The status must hold no field that the kind's definition does not know, or it would be written for ever.
 */
export function statusAction(object: ClusterObject, wanted: Readonly<Record<string, unknown>>): readonly Action[] {
  return agrees(asFields(object["status"]), wanted) ? [] : [{ kind: "status", key: object, status: wanted }];
}

function agrees(have: unknown, want: unknown): boolean {
  if (want === null) return have === undefined || have === null;
  if (Array.isArray(want))
    return Array.isArray(have) && have.length === want.length && want.every((item, index) => agrees(have[index], item));
  if (typeof want !== "object") return have === want;
  const held = asFields(have);
  return Object.entries(want).every(([key, value]) => (TIMES.has(key) && held[key] !== undefined) || agrees(held[key], value));
}

/** The action that adds a finalizer; none if the object has it already. */
export function addFinalizer(object: ClusterObject, finalizer: string): readonly Action[] {
  const present = object.metadata.finalizers ?? [];
  return present.includes(finalizer) ? [] : [{ kind: "finalizers", key: object, finalizers: [...present, finalizer] }];
}

/** The action that removes a finalizer; none if the object does not have it. */
export function removeFinalizer(object: ClusterObject, finalizer: string): readonly Action[] {
  const present = object.metadata.finalizers ?? [];
  return present.includes(finalizer) ? [{ kind: "finalizers", key: object, finalizers: present.filter((each) => each !== finalizer) }] : [];
}
