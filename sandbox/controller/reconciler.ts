import type { ChartInstall } from "../charts/helm";
import type { ClusterObject, ObjectKey } from "../cluster/client";
import { asFields, type World } from "../cluster/world";

/** Something that a reconciler wants done. It does nothing itself, so that it can be tested without a cluster. */
export type Action =
  | { readonly kind: "apply"; readonly object: ClusterObject }
  | { readonly kind: "delete"; readonly key: ObjectKey }
  | { readonly kind: "status"; readonly key: ObjectKey; readonly status: Readonly<Record<string, unknown>> }
  | { readonly kind: "finalizers"; readonly key: ObjectKey; readonly finalizers: readonly string[] }
  | { readonly kind: "event"; readonly about: ClusterObject; readonly reason: string; readonly message: string }
  | {
      readonly kind: "issue";
      readonly secret: string;
      readonly namespace: string;
      readonly names: readonly string[];
      readonly issuer: string;
    }
  | { readonly kind: "install"; readonly install: ChartInstall }
  | { readonly kind: "uninstall"; readonly release: string; readonly namespace: string };

/** Plays one controller: says what a controller of a real cluster would do about an object now. */
export interface Reconciler {
  /** What the reconciler looks after, for the log. */
  readonly name: string;
  subjects(world: World): readonly ClusterObject[];
  actions(world: World, object: ClusterObject): readonly Action[];
}

/** Fields that some kinds' definitions do not have. The server drops them without a word, so their absence proves nothing. */
const MAY_BE_DROPPED = new Set(["conditions", "observedGeneration"]);

/** The action that writes a status; none if the object has that status already, apart from times. */
export function statusAction(object: ClusterObject, wanted: Readonly<Record<string, unknown>>): readonly Action[] {
  return agrees(asFields(object["status"]), wanted) ? [] : [{ kind: "status", key: object, status: wanted }];
}

function agrees(have: unknown, want: unknown): boolean {
  if (Array.isArray(want))
    return Array.isArray(have) && have.length === want.length && want.every((item, index) => agrees(have[index], item));
  if (typeof want !== "object" || want === null) return have === want;
  const held = asFields(have);
  const written = Object.keys(held).length > 0;
  return Object.entries(want).every(
    ([key, value]) => key === "lastTransitionTime" || (written && MAY_BE_DROPPED.has(key) && !(key in held)) || agrees(held[key], value),
  );
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
