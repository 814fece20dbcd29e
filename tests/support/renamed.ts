/** What every object of JavaScript answers to, and may also be the name of a namespace, a pool, a label or a setting. */
export const INHERITED = "constructor";
/** A word as long and nearly in the same place of an alphabet, to which no object answers. */
export const PLAIN = "constructos";

/** All words of plain data: what its fields are called, and their texts. */
export function wordsOf(value: unknown): ReadonlySet<string> {
  return new Set(words(value));
}

function words(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return [...(Array.isArray(value) ? [] : Object.keys(value)), ...Object.values(value).flatMap(words)];
}

/** The same data with another word wherever one stands. */
export function renamed<T>(value: T, from: string, to: string): T {
  return withOther(value, from, to) as T;
}

function withOther(value: unknown, from: string, to: string): unknown {
  if (typeof value === "string") return value === from ? to : value;
  if (Array.isArray(value)) return value.map((item) => withOther(item, from, to));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, below]) => [key === from ? to : key, withOther(below, from, to)]));
}
