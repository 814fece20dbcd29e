/** The fields of an object by name. */
export type Fields = Readonly<Record<string, unknown>>;

/** True for an object that has fields; false for a list, for null and for everything else. */
export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A copy in which each field has another value; a field whose new value is undefined is left out. */
export function mapped(fields: Fields, change: (value: unknown, name: string) => unknown): Fields {
  const pairs = Object.entries(fields).map(([name, value]) => [name, change(value, name)] as const);
  return Object.fromEntries(pairs.filter(([, value]) => value !== undefined));
}

/** A copy in which the value at a path is another; a number is an index of a list. The path leads through fields and lists, and may name a field that is not there. */
export function changedAt(value: unknown, [step, ...rest]: readonly (string | number)[], change: (value: unknown) => unknown): unknown {
  if (step === undefined) return change(value);
  if (Array.isArray(value))
    return value.map((each: unknown, index) => (String(index) === String(step) ? changedAt(each, rest, change) : each));
  return isFields(value) ? { ...value, [step]: changedAt(value[step], rest, change) } : value;
}

/** A copy without the fields of these names. */
export function without(fields: Fields, names: readonly string[]): Fields {
  return mapped(fields, (value, name) => (names.includes(name) ? undefined : value));
}
