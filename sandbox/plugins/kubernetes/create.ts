import { PartialFailure, PluginFailure } from "../failure";
import { hasUnknown, type JsonObject, type PropertyMap } from "../properties";
import type { CreateRequest, ResourceState } from "../provider";
import { parseUrn } from "../urn";
import { annotation } from "./annotations";
import { uniqueName } from "./autoname";
import { checkpoint, toObject } from "./checkpoint";
import { ApiError } from "./cluster";
import { apply, NoSuchKind, place, refused, retry, type Context, type Placed } from "./context";
import { servedVersions } from "./discovery";
import { annotationOf, listAt, mapAt, nameOf, objectId, textAt, type KubernetesObject } from "./objects";
import { isPatchType } from "./patch-kinds";
import { NotReady, waitUntilGone, waitUntilReady } from "./wait";

/**
 * The manager of a new object's fields. Every resource has its own, so that two never share a field unnoticed; it follows from the resource's URN, so that what an
 * interrupted run has made is known again.
 */
export function newFieldManager(urn: string, object: JsonObject): string {
  return annotationOf(object, annotation.fieldManager) || uniqueName("pulumi-kubernetes-", Buffer.from(urn));
}

/** What a preview shows: the result of a dry run where the server can make one, else the inputs. Nothing is written. */
export async function previewCreate({ urn, inputs }: CreateRequest, context: Context | undefined): Promise<PropertyMap> {
  const patch = isPatchType(parseUrn(urn).type);
  if (context === undefined || hasUnknown(inputs) || patch) return inputs;
  const object = toObject(inputs);
  const placed = await place(object, context);
  if (placed === undefined || nameOf(object) === "") return inputs;
  const fieldManager = newFieldManager(urn, object);
  try {
    // Where the name is taken this is the replacement of that object, which will be gone by then: the dry run is made under another name.
    const taken = (await context.cluster.get(placed.path)) !== undefined;
    const tried = taken ? renamed(placed, uniqueName(`${nameOf(object).slice(0, 40)}-`, new Uint8Array())) : placed;
    const answer = await apply(tried, context, { urn, fieldManager, dryRun: true });
    // A status of a dry run is empty and would be taken for a known value.
    const { status: _, ...live } = answer;
    const metadata = { ...mapAt(live, "metadata"), name: nameOf(object) };
    return checkpoint(inputs, { ...live, metadata }, fieldManager);
  } catch (error) {
    // 403: a dry run needs rights that a preview may lack. 404: the namespace is made in the same run.
    if (error instanceof ApiError && (error.status === 403 || error.status === 404)) return inputs;
    throw refused("accepted", object, error);
  }
}

/**
 * Makes an object, or takes a share in an existing one for a Patch resource, and waits until it is ready.
 *
 * @throws PartialFailure when it exists but did not become ready; PluginFailure when it was not made.
 */
export async function create({ urn, inputs, timeout }: CreateRequest, context: Context): Promise<ResourceState> {
  const patch = isPatchType(parseUrn(urn).type);
  const object = toObject(inputs);
  const fieldManager = newFieldManager(urn, object);
  const write = async (): Promise<Placed> => {
    const placed = await place(object, context);
    if (placed === undefined) throw new NoSuchKind(object);
    const live = await (patch ? share(placed, context, urn, fieldManager) : make(placed, context, urn, fieldManager));
    return { ...placed, object: live, path: placed.kind.path(textAt(live, "metadata", "namespace"), nameOf(live)) };
  };
  // The namespace or the definition may be made by another resource right now.
  const mayHeal = (error: unknown): boolean => error instanceof NoSuchKind || (error instanceof ApiError && error.status === 404);
  const written = await retry(write, mayHeal, context).catch((error: unknown) => {
    throw refused(patch ? "patched" : "created", object, error);
  });
  if (textAt(object, "kind") === "CustomResourceDefinition") servedVersions(object).forEach((version) => context.discovery.forget(version));
  return { id: objectId(written.object), outputs: await settle(written, { urn, inputs, timeout }, fieldManager, context) };
}

/** Waits and makes the state; what is not ready is recorded all the same. Patch resources wait only where they say so. */
export async function settle(
  { object, path }: Placed,
  { urn, inputs, timeout }: Pick<CreateRequest, "urn" | "inputs" | "timeout">,
  fieldManager: string,
  context: Context,
): Promise<PropertyMap> {
  const { cluster, signal, log } = context;
  const patch = isPatchType(parseUrn(urn).type);
  if (patch && annotationOf(toObject(inputs), annotation.waitFor) === "") return checkpoint(inputs, object, fieldManager);
  try {
    const live = await waitUntilReady(object, { cluster, path, timeout, signal, onStatus: (text) => log.status(urn, text) });
    return checkpoint(inputs, live, fieldManager);
  } catch (error) {
    const live = error instanceof NotReady ? error.live : object;
    const reasons = error instanceof NotReady ? error.reasons : [];
    if (!(error instanceof NotReady || error instanceof PluginFailure)) throw error;
    const message = `${textAt(object, "kind")} ${objectId(object)} exists, but ${error.message}`;
    throw new PartialFailure(message, objectId(object), checkpoint(inputs, live, fieldManager), [message, ...reasons], inputs);
  }
}

async function make(placed: Placed, context: Context, urn: string, fieldManager: string): Promise<KubernetesObject> {
  const { object, kind, path } = placed;
  if (nameOf(object) === "") {
    // The server makes the name (generateName), which server-side apply cannot.
    const collection = kind.path(textAt(object, "metadata", "namespace"));
    return (await context.cluster.request("POST", collection, { query: { fieldManager }, body: object })).body;
  }
  const existing = await context.cluster.get(path);
  if (existing !== undefined && textAt(existing, "metadata", "deletionTimestamp") !== "") {
    // The old object of a replacement whose deletion was not waited for (skipAwait) is still going.
    const { cluster, signal, log } = context;
    const onStatus = (text: string): void => log.status(urn, `the old ${textAt(object, "kind")}: ${text}`);
    await waitUntilGone({ cluster, path, timeout: 300, signal, onStatus }, textAt(existing, "metadata", "uid")).catch((error: unknown) => {
      throw error instanceof NotReady ? new PluginFailure(`the old ${textAt(object, "kind")} ${objectId(object)} ${error.message}`) : error;
    });
  } else if (existing !== undefined && manages(existing, fieldManager)) {
    context.log.message(
      "info",
      urn,
      `${textAt(object, "kind")} ${objectId(object)} was made by an earlier run that did not finish; it is taken over`,
    );
  } else if (existing !== undefined && !context.settings.upsert) {
    throw new PluginFailure(
      `${textAt(object, "kind")} ${objectId(object)} already exists and is not in the stack's state. Import it (resource option import: ` +
        `"${objectId(object)}"), change single fields with a Patch resource, or set the provider argument upsertExistingObjects`,
    );
  }
  return apply(placed, context, { urn, fieldManager, dryRun: false });
}

/** Server-side apply would make an object that does not exist, so the uid of the existing one goes along: then the server refuses. */
async function share(placed: Placed, context: Context, urn: string, fieldManager: string): Promise<KubernetesObject> {
  const existing = await context.cluster.get(placed.path);
  const { object } = placed;
  if (existing === undefined) {
    throw new PluginFailure(
      `${textAt(object, "kind")} ${objectId(object)} does not exist, so there is nothing to patch. Correct metadata.name, or create the object first`,
    );
  }
  return apply(withUid(placed, existing), context, { urn, fieldManager, dryRun: false });
}

/** Whether the manager has applied the object. */
function manages(object: KubernetesObject, manager: string): boolean {
  return listAt(object, "metadata", "managedFields").some(
    (entry) => textAt(entry, "manager") === manager && textAt(entry, "operation") === "Apply",
  );
}

/** The apply is then for this very object only. */
export function withUid(placed: Placed, existing: KubernetesObject): Placed {
  const uid = textAt(existing, "metadata", "uid");
  return { ...placed, object: { ...placed.object, metadata: { ...mapAt(placed.object, "metadata"), uid } } };
}

function renamed({ kind, object }: Placed, name: string): Placed {
  const other = { ...object, metadata: { ...mapAt(object, "metadata"), name } };
  return { kind, object: other, path: kind.path(textAt(other, "metadata", "namespace"), name) };
}
