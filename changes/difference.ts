/** One field that differs. `undefined` stands for a field that is not there. */
export interface FieldChange {
  /** Path from the object's root, such as `spec.template.spec.containers[schedd].image`. */
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

/**
 * What differs between two values, field by field. Members of lists are told apart by their name where all of them have one of their own, so
 * that a container put first does not change all that follow. A value that is not known before `up` equals everything: nothing can be said.
 * @param isUnknown true for a value that nobody knows yet.
 */
export function fieldChanges(before: unknown, after: unknown, isUnknown: (value: unknown) => boolean): readonly FieldChange[] {
  const changes: FieldChange[] = [];
  const compare = (path: string, left: unknown, right: unknown): void => {
    if (isUnknown(left) || isUnknown(right) || Object.is(left, right)) return;
    // A map that comes or goes is told field by field, a member of a list as a whole.
    const [from, to] = path.endsWith("]") ? [left, right] : [left ?? emptyFor(right), right ?? emptyFor(left)];
    const [first, second] = [membersOf(from, to), membersOf(to, from)];
    if (first === undefined || second === undefined) {
      changes.push({ path, before: left, after: right });
      return;
    }
    for (const key of new Set([...first.keys(), ...second.keys()]))
      compare(
        path === "" && !key.startsWith("[") ? key : `${path}${key.startsWith("[") ? "" : "."}${key}`,
        first.get(key),
        second.get(key),
      );
  };
  compare("", before, after);
  return changes;
}

/** What stands for a missing map; a missing value of any other kind stays missing. */
function emptyFor(other: unknown): unknown {
  return typeof other === "object" && other !== null && !Array.isArray(other) && Object.keys(other).length > 0 ? {} : undefined;
}

/** The members of a map or of a list that can be compared with another one, by the last step of their path; undefined for what has none. */
function membersOf(value: unknown, other: unknown): ReadonlyMap<string, unknown> | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  if (!Array.isArray(value))
    return Array.isArray(other) ? undefined : new Map(Object.entries(value).map(([key, each]) => [step(key), each]));
  if (!Array.isArray(other)) return undefined;
  const lists: readonly (readonly unknown[])[] = [value, other];
  // A list of plain values changes as a whole: an order of arguments means something.
  if (lists.every((list) => list.every((each) => typeof each !== "object")))
    return JSON.stringify(value) === JSON.stringify(other) ? new Map() : undefined;
  const key = KEYS.find((each) => lists.every((list) => tellApart(list, each)));
  return new Map(value.map((each: unknown, index) => [`[${key === undefined ? index : textAt(each, key)}]`, each]));
}

/** Fields by which Kubernetes and this project's parts name the members of their lists, the commonest first. */
const KEYS = ["name", "metadata", "mountPath", "display_name", "key", "containerPort", "port", "host"] as const;

function tellApart(list: readonly unknown[], key: string): boolean {
  const names = list.map((each) => textAt(each, key));
  return names.every((name) => name !== "") && new Set(names).size === names.length;
}

function textAt(value: unknown, key: string): string {
  if (typeof value !== "object" || value === null) return "";
  const field = (value as Readonly<Record<string, unknown>>)[key];
  // A template of a claim has its name where objects have theirs.
  if (key === "metadata") return textAt(field, "name");
  return typeof field === "string" || typeof field === "number" ? String(field) : "";
}

/** A key as a step of a path. Keys with dots are put into brackets, so that the path can be read back. */
export function step(key: string): string {
  return /^[\w/-]+$/.test(key) ? key : `["${key}"]`;
}

/** Characters of a value that are shown. */
const VALUE = 60;
/** Characters before the first that differs, where two values begin alike for longer than can be shown. */
const CONTEXT = 20;

/** One field with its values, cut to a length that can be read, but not before the place where they differ. */
export function fieldText({ path, before, after }: Pick<FieldChange, "path"> & Partial<FieldChange>): string {
  const [left, right] = toldApart(before, after);
  const alike = before === undefined || after === undefined ? 0 : sameStart(left, right);
  const from = alike > VALUE / 2 && Math.max(left.length, right.length) > VALUE ? alike - CONTEXT : 0;
  const shown = (text: string): string => {
    const rest = from === 0 ? text : `...${text.slice(from)}`;
    return rest.length > VALUE ? `${rest.slice(0, VALUE - 3)}...` : rest;
  };
  return `${path}: ${shown(left)} -> ${shown(right)}`;
}

/** Both values on one line each; with their quotes and blanks where they would look the same without. */
function toldApart(before: unknown, after: unknown): readonly [string, string] {
  const exact = (value: unknown): string => (value === undefined ? "none" : JSON.stringify(value));
  const plain = (value: unknown): string => (typeof value === "string" ? value : exact(value)).replace(/\s+/g, " ");
  const [left, right] = [plain(before), plain(after)];
  return left.trim() === right.trim() && exact(before) !== exact(after) ? [exact(before), exact(after)] : [left, right];
}

/** How many characters two texts have in common from their beginning. */
function sameStart(a: string, b: string): number {
  let length = 0;
  while (length < Math.min(a.length, b.length) && a[length] === b[length]) length += 1;
  return length;
}
