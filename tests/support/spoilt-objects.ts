type Step = string | number;

/** A copy of an object that is wrong in one place. */
export interface SpoiltObject {
  /** The place, without the numbers of list elements, and what was done there. */
  readonly at: string;
  readonly object: Readonly<Record<string, unknown>>;
}

/** Places that say which object it is; a request cannot be addressed without them. */
const IDENTITY = new Set(["apiVersion", "kind", "metadata", "metadata.name", "metadata.namespace"]);

/**
 * Copies of an object, each wrong in one place: with one field more, with one less, and with a value of another type. Places of one shape, such
 * as the same field of several elements of a list, are spoilt once.
 */
export function spoiltObjects(object: Readonly<Record<string, unknown>>): readonly SpoiltObject[] {
  const found = new Map<string, SpoiltObject>();
  const add = (steps: readonly Step[], done: string, value: unknown): void => {
    const at = `${steps.map((step) => (typeof step === "number" ? "[]" : step)).join(".")} ${done}`;
    if (!found.has(at)) found.set(at, { at, object: replaced(object, steps, value) as Readonly<Record<string, unknown>> });
  };
  for (const [steps, value] of places(object, [])) {
    const isIdentity = IDENTITY.has(steps.join("."));
    if (typeof value !== "object" || value === null) {
      if (!isIdentity) add(steps, "of another type", typeof value === "string" ? 1 : "x");
      continue;
    }
    if (!isIdentity && steps.length > 0) add(steps, "a text", "x");
    if (Array.isArray(value)) {
      add(steps, "with an element of another type", [...(value as unknown[]), [1]]);
      continue;
    }
    add(steps, "with surprise", { ...value, surprise: 1 });
    for (const name of Object.keys(value)) {
      if (!IDENTITY.has([...steps, name].join("."))) add(steps, `without ${name}`, { ...value, [name]: undefined });
    }
  }
  return [...found.values()];
}

function* places(value: unknown, steps: readonly Step[]): Generator<readonly [readonly Step[], unknown]> {
  yield [steps, value];
  if (typeof value !== "object" || value === null) return;
  const below: readonly (readonly [Step, unknown])[] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  for (const [step, each] of below) yield* places(each, [...steps, step]);
}

function replaced(value: unknown, [step, ...rest]: readonly Step[], by: unknown): unknown {
  if (step === undefined) return by;
  if (Array.isArray(value)) return value.map((each: unknown, index) => (index === step ? replaced(each, rest, by) : each));
  return { ...(value as object), [step]: replaced((value as Readonly<Record<string, unknown>>)[step], rest, by) };
}
