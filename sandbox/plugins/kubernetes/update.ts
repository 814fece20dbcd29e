import { parsePath, type PropertyPath } from "../detailed-diff";
import { PluginFailure } from "../failure";
import { hasUnknown, type Json, type JsonObject, type PropertyMap } from "../properties";
import type { UpdateRequest } from "../provider";
import { parseUrn } from "../urn";
import { annotation } from "./annotations";
import { checkpoint, parseCheckpoint, toObject } from "./checkpoint";
import { apply, NoSuchKind, place, refused, type Context, type Placed } from "./context";
import { newFieldManager, settle, withUid } from "./create";
import { servedVersions } from "./discovery";
import { annotationOf, at, listAt, mapAt, objectId, textAt, type KubernetesObject } from "./objects";
import { isPatchType } from "./patch-kinds";

/** What an update would make of an object, by a dry run where the server can make one. Nothing is written. */
export async function previewUpdate(request: UpdateRequest, context: Context | undefined): Promise<PropertyMap> {
  const { inputs } = request;
  if (context === undefined || hasUnknown(inputs)) return inputs;
  const object = toObject(inputs);
  const placed = await place(object, context);
  if (placed === undefined) return inputs;
  const { object: live, fieldManager } = await write(request, placed, context, true);
  return checkpoint(inputs, live, fieldManager);
}

/**
 * Brings an object to its new inputs and waits until it is ready.
 *
 * @throws PartialFailure when it was updated but did not become ready; PluginFailure when it was not updated.
 */
export async function update(request: UpdateRequest, context: Context): Promise<PropertyMap> {
  const object = toObject(request.inputs);
  const placed = await place(object, context);
  if (placed === undefined) throw new NoSuchKind(object);
  const { object: live, fieldManager } = await write(request, placed, context, false);
  if (textAt(object, "kind") === "CustomResourceDefinition") servedVersions(object).forEach((version) => context.discovery.forget(version));
  return settle({ ...placed, object: live }, request, fieldManager, context);
}

async function write(
  { urn, oldState, ignoreChanges }: UpdateRequest,
  placed: Placed,
  context: Context,
  dryRun: boolean,
): Promise<{ readonly object: KubernetesObject; readonly fieldManager: string }> {
  const { object, path } = placed;
  const live = await context.cluster.get(path);
  if (live === undefined) {
    throw new PluginFailure(
      `${textAt(object, "kind")} ${objectId(object)} no longer exists in the cluster; run pulumi refresh, then it will be created again`,
    );
  }
  const previous = parseCheckpoint(oldState).fieldManager;
  const fieldManager = annotationOf(object, annotation.fieldManager) || previous || newFieldManager(urn, object);
  const wanted: Placed = { ...placed, object: withoutIgnored(object, live, ignoreChanges, fieldManager) };
  const patch = isPatchType(parseUrn(urn).type);
  try {
    if (textAt(object, "kind") === "CustomResourceDefinition") {
      // Replaced whole, as the official provider does: a definition's versions must not be merged.
      const resourceVersion = textAt(live, "metadata", "resourceVersion");
      const body = { ...object, metadata: { ...mapAt(object, "metadata"), resourceVersion } };
      const query = { fieldManager, ...(dryRun ? { dryRun: "All" } : {}) };
      return { object: (await context.cluster.request("PUT", path, { query, body })).body, fieldManager };
    }
    const applied = await apply(patch ? withUid(wanted, live) : wanted, context, { urn, fieldManager, dryRun });
    if (!dryRun && previous !== undefined && previous !== fieldManager) await relinquish(wanted, live, previous, context);
    return { object: applied, fieldManager };
  } catch (error) {
    throw refused("updated", object, error);
  }
}

/** Gives up every field that a manager owns on an object: an apply with nothing in it. */
export async function relinquish(placed: Placed, live: KubernetesObject, fieldManager: string, { cluster }: Context): Promise<void> {
  const { name, namespace, uid } = mapAt(live, "metadata");
  const metadata: JsonObject = { name: name ?? "", uid: uid ?? "", ...(namespace === undefined ? {} : { namespace }) };
  const body = { apiVersion: placed.object["apiVersion"] ?? "", kind: placed.object["kind"] ?? "", metadata };
  await cluster.request("PATCH", placed.path, {
    query: { fieldManager, force: "true" },
    body,
    contentType: "application/apply-patch+yaml",
  });
}

/** Fields under `ignoreChanges` keep what the cluster has: left out where somebody else owns them, sent as they are where this resource does. */
function withoutIgnored(object: KubernetesObject, live: KubernetesObject, ignored: readonly string[], manager: string): KubernetesObject {
  return ignored.map(parsePath).reduce<KubernetesObject>((result, path) => {
    const keys = path.filter((part): part is string => typeof part === "string");
    // A place in a list has no name of its own in the managed fields; the engine has put the old input there already.
    if (keys.length !== path.length) return result;
    const value = at(live, ...keys);
    return value === undefined ? result : replaced(result, keys, owns(live, keys, manager) ? value : undefined);
  }, object);
}

function owns(live: KubernetesObject, path: PropertyPath, manager: string): boolean {
  const own = listAt(live, "metadata", "managedFields").find(
    (entry) => textAt(entry, "manager") === manager && textAt(entry, "operation") === "Apply",
  );
  return at(own, "fieldsV1", ...path.map((part) => `f:${part}`)) !== undefined;
}

/** A copy with another value at the path, or none; nothing is made on the way there. */
function replaced(object: JsonObject, [key = "", ...rest]: readonly string[], value: Json | undefined): JsonObject {
  const { [key]: current, ...others } = object;
  if (rest.length === 0) return value === undefined ? others : { ...others, [key]: value };
  if (typeof current !== "object" || current === null || Array.isArray(current)) return object;
  return { ...object, [key]: replaced(current, rest, value) };
}
