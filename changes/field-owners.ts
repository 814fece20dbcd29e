import { isFields } from "../policies/model/fields";
import { step } from "./difference";

/** A field of an object that somebody has set. */
export interface OwnedField {
  readonly path: string;
  /** Name under which it was written, such as `kubectl-edit`. */
  readonly manager: string;
  /** When, as the API server writes it. */
  readonly time: string;
  /** What it holds. */
  readonly live: unknown;
  /** What the program has given there; undefined if nothing. */
  readonly declared: unknown;
}

/**
 * The fields of an object that others than one manager have set, of the record that the API server keeps
 * (https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management). What is written through a subresource, such as the
 * status, is left out: no site declares it.
 * @param live the object as the cluster has it.
 * @param declared what the program has given.
 * @param ours the manager that is left out.
 */
export function fieldsOfOthers(live: unknown, declared: unknown, ours: string): readonly OwnedField[] {
  return recordsOf(live).flatMap(({ manager, time, fieldsV1 }) => {
    if (manager === ours) return [];
    const by = { manager: text(manager), time: text(time) };
    return leaves(fieldsV1, live, declared, "").map((leaf) => ({ ...leaf, ...by }));
  });
}

/**
 * The fields of an object that one manager has set, of the same record.
 * @param object the object as the API server had it at some time.
 * @param later the same object as it is at another time.
 */
export function fieldsOfManager(
  object: unknown,
  later: unknown,
  manager: string,
): readonly { readonly path: string; readonly was: unknown; readonly is: unknown }[] {
  return recordsOf(object)
    .filter((each) => each["manager"] === manager)
    .flatMap(({ fieldsV1 }) => leaves(fieldsV1, object, later, ""))
    .map(({ path, live, declared }) => ({ path, was: live, is: declared }));
}

/** Who has set which fields of an object, without those of its subresources. */
function recordsOf(object: unknown): readonly Readonly<Record<string, unknown>>[] {
  const records: unknown = isFields(object) && isFields(object["metadata"]) ? object["metadata"]["managedFields"] : undefined;
  return Array.isArray(records) ? records.filter(isFields).filter(({ subresource }) => subresource === undefined) : [];
}

type Leaf = Pick<OwnedField, "path" | "live" | "declared">;

/** The ends of a set of fields. `f:` is a field, `k:` a member of a list by its keys, `v:` one by its value, `i:` one by its place. */
function leaves(tree: unknown, live: unknown, declared: unknown, path: string): readonly Leaf[] {
  const members = isFields(tree) ? Object.entries(tree).filter(([key]) => key !== ".") : [];
  if (members.length === 0) return path === "" || isEmpty(live) ? [] : [{ path, live, declared }];
  return members.flatMap(([key, below]) => {
    const name = key.slice(2);
    switch (key.slice(0, 2)) {
      case "f:":
        return leaves(below, fieldOf(live, name), fieldOf(declared, name), path === "" ? step(name) : joined(path, step(name)));
      case "k:":
        return leaves(below, memberOf(live, name), memberOf(declared, name), `${path}[${Object.values(keysOf(name)).join("/")}]`);
      case "v:":
        return [{ path: `${path}[${text(JSON.parse(name))}]`, live: JSON.parse(name), declared: valueOf(declared, name) }];
      case "i:":
        return leaves(below, fieldOf(live, name), fieldOf(declared, name), `${path}[${name}]`);
      default:
        throw new Error(`fields of an object: found ${key}; known: f:, k:, v:, i:`);
    }
  });
}

function joined(path: string, next: string): string {
  return next.startsWith("[") ? path + next : `${path}.${next}`;
}

function isEmpty(value: unknown): boolean {
  return isFields(value) && Object.keys(value).length === 0;
}

/** What a field of a map or a member of a list holds; undefined where there is none. */
export function fieldOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

function keysOf(name: string): Readonly<Record<string, unknown>> {
  return JSON.parse(name) as Readonly<Record<string, unknown>>;
}

/** A member of a list by its keys. A key that is left out has a default that only the API server knows, such as the protocol of a port. */
function memberOf(list: unknown, name: string): unknown {
  const keys = Object.entries(keysOf(name));
  return Array.isArray(list)
    ? (list as readonly unknown[]).find((each) => keys.every(([key, value]) => [undefined, value].includes(fieldOf(each, key))))
    : undefined;
}

function valueOf(list: unknown, name: string): unknown {
  return Array.isArray(list) ? (list as readonly unknown[]).find((each) => JSON.stringify(each) === name) : undefined;
}

function text(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}
