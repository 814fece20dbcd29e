import { PluginFailure } from "../failure";
import { plain, type JsonObject } from "../properties";
import type { DeleteRequest, ReadRequest, ReadResult } from "../provider";
import { parseUrn } from "../urn";
import { propagationPolicy, skipsDeletionWait, timeoutSeconds } from "./annotations";
import { checkpoint, importInputs, liveInputs, markSecrets, parseCheckpoint } from "./checkpoint";
import { ApiError } from "./cluster";
import { place, refused, type Context } from "./context";
import { newFieldManager, withUid } from "./create";
import { objectId, parseId, textAt, type KubernetesObject } from "./objects";
import { isPatchType, kindOfType } from "./patch-kinds";
import { relinquish } from "./update";
import { NotReady, waitUntilGone } from "./wait";

/** Seconds that a deletion may take where nobody says otherwise; workloads get longer for their pods to end. */
const usualDeletion = 300;
const workloadDeletion = 600;

/**
 * Deletes an object and waits until it is gone. What is gone already, with or without its kind, is no error. A Patch resource only gives its fields up.
 *
 * @throws PluginFailure when the server refuses or the object does not go.
 */
export async function remove({ urn, id, state, timeout }: DeleteRequest, context: Context): Promise<void> {
  const { live: known, inputs, fieldManager } = parseCheckpoint(state);
  const { name, namespace } = parseId(id);
  const object: KubernetesObject = { ...kindOfType(parseUrn(urn).type), ...known, metadata: { name, namespace } };
  const placed = await place(object, context);
  const live = placed && (await context.cluster.get(placed.path));
  if (placed === undefined || live === undefined) return;
  const given = plain(inputs);
  if (isPatchType(parseUrn(urn).type)) {
    return relinquish(withUid(placed, live), live, fieldManager ?? newFieldManager(urn, given), context).catch((error: unknown) => {
      throw requiredField(object, error);
    });
  }
  try {
    const body: JsonObject = { kind: "DeleteOptions", apiVersion: "v1", propagationPolicy: propagationPolicy(given) };
    await context.cluster.request("DELETE", placed.path, { body });
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return;
    // Kubernetes keeps a few objects for ever (namespace default): what was put on them goes, they stay.
    if (error instanceof ApiError && error.status === 403 && error.message.includes("may not be deleted")) {
      return relinquish(placed, live, fieldManager ?? newFieldManager(urn, given), context);
    }
    throw refused("deleted", object, error);
  }
  if (skipsDeletionWait(given)) return;
  const usual = textAt(object, "apiVersion").startsWith("apps/") ? workloadDeletion : usualDeletion;
  const wait = {
    cluster: context.cluster,
    path: placed.path,
    timeout: timeoutSeconds(given, timeout, usual),
    signal: context.signal,
    onStatus: (text: string) => context.log.status(urn, text),
  };
  await waitUntilGone(wait, textAt(live, "metadata", "uid")).catch((error: unknown) => {
    throw error instanceof NotReady ? new PluginFailure(`${textAt(object, "kind")} ${objectId(object)} ${error.message}`) : error;
  });
}

/** Reads the live object for a refresh or an import. Inputs become what the cluster has, in the fields that the program speaks of. */
export async function read({ urn, id, inputs, state }: ReadRequest, context: Context): Promise<ReadResult> {
  const { name, namespace } = parseId(id);
  const before = parseCheckpoint(state);
  const known = plain(inputs);
  const object: KubernetesObject = { ...kindOfType(parseUrn(urn).type), ...known, metadata: { name, namespace } };
  const placed = await place(object, context);
  const live = placed && (await context.cluster.get(placed.path));
  if (live === undefined) return undefined;
  const imported = Object.keys(known).length === 0;
  const current = markSecrets(imported ? importInputs(live) : liveInputs(live, known), inputs);
  return { id, inputs: current, outputs: checkpoint(current, live, before.fieldManager ?? newFieldManager(urn, live)) };
}

function requiredField(object: KubernetesObject, error: unknown): unknown {
  const required = error instanceof ApiError ? error.causes.find(({ reason }) => reason === "FieldValueRequired") : undefined;
  if (required === undefined) return refused("released", object, error);
  return new PluginFailure(
    `${textAt(object, "kind")} ${objectId(object)}: the patch owns ${required.field}, which the object must have, so it cannot be given up. ` +
      `Set the resource option retainOnDelete, or let another manager take the field first`,
  );
}
