import { hasSecret, isMap, plain, Secret, type Json, type JsonObject, type PropertyMap, type PropertyValue } from "../properties";
import { mapAt, textAt, type KubernetesObject } from "./objects";

const inputsKey = "__inputs";
const versionKey = "__initialApiVersion";
const managerKey = "__fieldManager";

/** The state of a resource: the live object, and beside it what the program asked for and who owns the fields. The keys are those of the official provider, so a state moves between both. */
export function checkpoint(inputs: PropertyMap, live: KubernetesObject, fieldManager: string): PropertyMap {
  const { managedFields: _, ...metadata } = mapAt(live, "metadata");
  return {
    ...markSecrets({ ...live, metadata }, inputs),
    [inputsKey]: inputs,
    [versionKey]: textAt(live, "apiVersion"),
    [managerKey]: fieldManager,
  };
}

export interface Checkpoint {
  readonly inputs: PropertyMap;
  readonly live: KubernetesObject;
  readonly fieldManager: string | undefined;
}

/** Takes a state apart; a state without inputs (an import in progress) has empty ones. */
export function parseCheckpoint(state: PropertyMap): Checkpoint {
  const { [inputsKey]: inputs, [versionKey]: _, [managerKey]: manager, ...live } = state;
  const given = inputs instanceof Secret ? inputs.value : inputs;
  return { inputs: isMap(given) ? given : {}, live: plain(live), fieldManager: typeof manager === "string" ? manager : undefined };
}

/** The object to send: the inputs without marks. */
export function toObject(inputs: PropertyMap): KubernetesObject {
  return plain(inputs);
}

/**
 * Inputs as they are kept: without `null`, and with the keys that the SDKs spell with underscores (`x_kubernetes_preserve_unknown_fields`) as the API server knows them.
 */
export function tidy(inputs: PropertyMap): PropertyMap {
  const value = (item: PropertyValue | undefined): PropertyValue | undefined => {
    if (item instanceof Secret) return new Secret(value(item.value) ?? null);
    if (Array.isArray(item)) return item.map((entry: PropertyValue) => value(entry) ?? null);
    return isMap(item) ? tidy(item) : item;
  };
  const entries = Object.entries(inputs).filter(([, item]) => item !== null && item !== undefined);
  return Object.fromEntries(entries.map(([key, item]) => [key.startsWith("x_kubernetes_") ? key.replaceAll("_", "-") : key, value(item)]));
}

/**
 * Marks in `outputs` what was secret in `inputs`: value by value in maps, a list as a whole. A Secret's data is always secret.
 */
export function markSecrets(outputs: PropertyMap, inputs: PropertyMap): PropertyMap {
  const marked: Record<string, PropertyValue | undefined> = { ...outputs };
  if (outputs["kind"] === "Secret") {
    for (const key of ["data", "stringData"]) marked[key] = secret(marked[key]);
    return marked;
  }
  for (const [key, input] of Object.entries(inputs)) {
    const output = marked[key];
    if (output === undefined) continue;
    if (isMap(output) && isMap(input)) marked[key] = markSecrets(output, input);
    else if (hasSecret(input)) marked[key] = secret(output);
  }
  return marked;
}

/** The part of a live object that the inputs speak of: what a refresh takes for the inputs that made it. */
export function liveInputs(live: KubernetesObject, inputs: JsonObject): JsonObject {
  const pruned = prune(live, inputs) as JsonObject;
  const given = inputs["stringData"];
  if (given !== undefined && textAt(live, "kind") === "Secret") {
    // The API server keeps stringData inside data, in base64.
    const data = mapAt(live, "data");
    const values = Object.keys(mapAt(inputs, "stringData")).flatMap((key): [string, string][] => {
      const value = data[key];
      return typeof value === "string" ? [[key, Buffer.from(value, "base64").toString("utf8")]] : [];
    });
    pruned["stringData"] = Object.fromEntries(values);
  }
  return pruned;
}

/** Fields of a live object that nobody writes into a program, for an import. */
export function importInputs(live: KubernetesObject): JsonObject {
  const { status: _, ...object } = live;
  const { creationTimestamp: _c, generation: _g, managedFields: _m, resourceVersion: _r, uid: _u, ...metadata } = mapAt(live, "metadata");
  return { ...object, metadata };
}

function prune(live: Json, shape: Json): Json {
  if (Array.isArray(live) && Array.isArray(shape))
    return live.slice(0, shape.length).map((item, index) => prune(item, shape[index] ?? null));
  if (!isObject(live) || !isObject(shape)) return live;
  const kept: JsonObject = {};
  for (const [key, wanted] of Object.entries(shape)) {
    const value = live[key];
    // An empty map or list is dropped by the server; that is no drift.
    if (value !== undefined) kept[key] = prune(value, wanted);
    else if (isEmpty(wanted)) kept[key] = wanted;
  }
  return kept;
}

function isObject(value: Json): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isEmpty(value: Json): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}

function secret(value: PropertyValue | undefined): PropertyValue | undefined {
  return value === undefined || value === null || value instanceof Secret ? value : new Secret(value);
}
