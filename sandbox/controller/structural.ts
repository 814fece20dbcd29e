import { groupOf } from "../../components/manifest";
import type { ClusterObject } from "../cluster/client";
import { asFields, fieldAt, listAt, textAt, type World } from "../cluster/world";

/**
 * What the API server stores of a value: it drops every field that the definition of a custom resource does not know
 * (https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#field-pruning).
 * @param schema the part of a definition's `openAPIV3Schema` that describes the value; everything is stored if it is undefined.
 */
export function stored(schema: unknown, value: unknown): unknown {
  if (schema === undefined) return value;
  if (Array.isArray(value)) return value.map((item) => stored(fieldAt(schema, "items"), item));
  if (typeof value !== "object" || value === null) return value;
  const properties = asFields(fieldAt(schema, "properties"));
  const others = fieldAt(schema, "additionalProperties");
  const keepsOthers = fieldAt(schema, "x-kubernetes-preserve-unknown-fields") === true || others === true || typeof others === "object";
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, below]) => {
      if (name in properties) return [[name, stored(properties[name], below)]];
      return keepsOthers ? [[name, stored(typeof others === "object" ? (others ?? undefined) : undefined, below)]] : [];
    }),
  );
}

/** The schema of the status of a custom resource, from its definition in the cluster; undefined if nothing is known of it. */
export function statusSchema(world: World, resource: ClusterObject): unknown {
  const definition = world
    .all("apiextensions.k8s.io", "CustomResourceDefinition")
    .find(
      (each) => textAt(each, "spec", "group") === groupOf(resource.apiVersion) && textAt(each, "spec", "names", "kind") === resource.kind,
    );
  return definition === undefined ? undefined : statusSchemaOf(definition, resource.apiVersion);
}

/**
 * The schema of the status in a definition, for one `apiVersion`. A kind whose schema names no status has an empty one; undefined if the
 * definition says nothing about the version, or allows everything.
 */
export function statusSchemaOf(definition: ClusterObject, apiVersion: string): unknown {
  const version = listAt(definition, "spec", "versions").find(
    (each) => `${groupOf(apiVersion)}/${textAt(each, "name") ?? ""}` === apiVersion,
  );
  const schema = fieldAt(version, "schema", "openAPIV3Schema");
  if (schema === undefined || fieldAt(schema, "x-kubernetes-preserve-unknown-fields") === true) return undefined;
  return fieldAt(schema, "properties", "status") ?? {};
}
