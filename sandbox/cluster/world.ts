import { groupOf } from "../../components/manifest";
import type { ClusterObject, ObjectKey } from "./client";

/** The objects of the cluster as its watchers last saw them. Reconcilers read them here and never ask the server. */
export interface World {
  /** Objects of a kind, whatever the version; `group` is empty for the core group. */
  all(group: string, kind: string): readonly ClusterObject[];
}

/** A world that consists of a list of objects; tests use it. */
export function worldOf(objects: readonly ClusterObject[]): World {
  return { all: (group, kind) => objects.filter((object) => groupOf(object.apiVersion) === group && object.kind === kind) };
}

/** Finds an object by name; in any namespace if none is given. */
export function findObject(world: World, group: string, kind: string, name: string, namespace?: string): ClusterObject | undefined {
  return world
    .all(group, kind)
    .find(({ metadata }) => metadata.name === name && (namespace === undefined || metadata.namespace === namespace));
}

/** Finds the object that a key addresses, whatever version the key names. */
export function findByKey(world: World, key: ObjectKey): ClusterObject | undefined {
  return findObject(world, groupOf(key.apiVersion), key.kind, key.metadata.name, key.metadata.namespace);
}

type Fields = Readonly<Record<string, unknown>>;

/** A value as fields by name; no fields if it is not an object. */
export function asFields(value: unknown): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

/** The value at a path of nested objects; undefined if there is none. */
export function fieldAt(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, key) => asFields(inner)[key], value);
}

/** The text at a path of nested objects; undefined if there is none, or something else. */
export function textAt(value: unknown, ...path: readonly string[]): string | undefined {
  const found = fieldAt(value, ...path);
  return typeof found === "string" ? found : undefined;
}

/** The list at a path of nested objects; empty if there is none, or something else. */
export function listAt(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const found = fieldAt(value, ...path);
  return Array.isArray(found) ? found : [];
}

/**
 * A condition of an object's status:
 * https://github.com/kubernetes/community/blob/master/contributors/devel/sig-architecture/api-conventions.md#typical-status-properties
 */
export interface Condition {
  readonly type: string;
  readonly status: "True" | "False" | "Unknown";
  readonly reason: string;
  readonly message: string;
  readonly observedGeneration?: number;
  readonly lastTransitionTime: string;
}

/** The condition of that type in an object's status; undefined if there is none. */
export function conditionOf(object: ClusterObject | undefined, type: string): Condition | undefined {
  return (listAt(object, "status", "conditions") as readonly Condition[]).find((each) => each.type === type);
}

/** True if a resource says that it is ready, by the condition Ready or by its phase. */
export function isReady(object: ClusterObject | undefined): boolean {
  return (
    conditionOf(object, "Ready")?.status === "True" || ["Ready", "Connected", "Bound"].includes(textAt(object, "status", "phase") ?? "")
  );
}

/** The conditions of an object with one of them set; the time of that one changes only together with its status. */
export function withCondition(
  object: ClusterObject,
  type: string,
  status: Condition["status"],
  reason: string,
  message: string,
): readonly Condition[] {
  const before = conditionOf(object, type);
  const now: Condition = {
    type,
    status,
    reason,
    message,
    observedGeneration: object.metadata.generation ?? 1,
    lastTransitionTime: before?.status === status ? before.lastTransitionTime : new Date().toISOString().replace(/\.\d+Z$/, "Z"),
  };
  return [...(listAt(object, "status", "conditions") as readonly Condition[]).filter((each) => each.type !== type), now];
}
