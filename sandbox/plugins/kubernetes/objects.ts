import type { Json, JsonObject } from "../properties";

/** A Kubernetes object as the API server sends it, of any kind. */
export type KubernetesObject = JsonObject;

/** What is at a path of keys, `undefined` where something on the way is missing or no map. */
export function at(object: Json | undefined, ...keys: readonly string[]): Json | undefined {
  let value = object;
  for (const key of keys) {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
    value = value[key];
  }
  return value;
}

export function textAt(object: Json | undefined, ...keys: readonly string[]): string {
  const value = at(object, ...keys);
  return typeof value === "string" ? value : "";
}

export function numberAt(object: Json | undefined, ...keys: readonly string[]): number | undefined {
  const value = at(object, ...keys);
  return typeof value === "number" ? value : undefined;
}

export function listAt(object: Json | undefined, ...keys: readonly string[]): readonly Json[] {
  const value = at(object, ...keys);
  return Array.isArray(value) ? value : [];
}

export function mapAt(object: Json | undefined, ...keys: readonly string[]): JsonObject {
  const value = at(object, ...keys);
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
}

export const nameOf = (object: Json | undefined): string => textAt(object, "metadata", "name");
export const namespaceOf = (object: Json | undefined): string => textAt(object, "metadata", "namespace");
export const annotationOf = (object: Json | undefined, key: string): string => textAt(object, "metadata", "annotations", key);

/** The id of an object in the state: `namespace/name`, or `name` where it has no namespace. */
export function objectId(object: Json | undefined): string {
  const namespace = namespaceOf(object);
  return namespace === "" ? nameOf(object) : `${namespace}/${nameOf(object)}`;
}

export function parseId(id: string): { readonly namespace: string; readonly name: string } {
  const slash = id.indexOf("/");
  return slash < 0 ? { namespace: "", name: id } : { namespace: id.slice(0, slash), name: id.slice(slash + 1) };
}

/** API group of an apiVersion; the core group is `""`. */
export function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf("/");
  return slash < 0 ? "" : apiVersion.slice(0, slash);
}

/** A copy with another namespace; `""` removes it. */
export function withNamespace(object: KubernetesObject, namespace: string): KubernetesObject {
  const { namespace: _, ...metadata } = mapAt(object, "metadata");
  return { ...object, metadata: namespace === "" ? metadata : { ...metadata, namespace } };
}

/** A condition of the status by its type. */
export function conditionOf(object: Json | undefined, type: string): JsonObject | undefined {
  const found = listAt(object, "status", "conditions").find((condition) => textAt(condition, "type") === type);
  return found === undefined ? undefined : (found as JsonObject);
}
