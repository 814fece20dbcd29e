import { Undetermined } from "./field";

/**
 * Stands for an unknown value while the description of a chart works on it. The value may be passed on as it is; reading a property of it, counting it or
 * making text of it throws {@link Undetermined}. A symbol would not do: a property of a symbol is undefined, which a chart takes for "use the default".
 */
export const TRAP: object = new Proxy(
  {},
  {
    get: () => refuse(),
    has: () => refuse(),
    ownKeys: () => refuse(),
  },
);

function refuse(): never {
  throw new Undetermined("a value that decides about workloads");
}

/** A deep copy in which one value takes the place of another. */
export function replaced(value: unknown, from: unknown, to: unknown): unknown {
  if (value === from) return to;
  if (Array.isArray(value)) return value.map((element) => replaced(element, from, to));
  if (typeof value !== "object" || value === null || value === to || value === TRAP) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, replaced(field, from, to)]));
}
