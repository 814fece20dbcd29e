import type { Json } from "../properties";

/** What is wrong with an argument, as the engine shows it. */
export interface Problem {
  readonly property: string;
  readonly reason: string;
}

/** Says so if a value is none of those that are allowed. */
export function oneOf(property: string, value: Json | undefined, allowed: readonly string[]): Problem[] {
  if (typeof value === "string" && allowed.includes(value)) return [];
  return [{ property, reason: `${property} ${found(value)}; it must be one of ${allowed.join(", ")}` }];
}

/** Says so if a value is no whole number from `least` to `most`; an absent value is a problem as well. */
export function wholeNumber(property: string, value: Json | undefined, unit: string, least: number, most: number): Problem[] {
  if (typeof value === "number" && Number.isInteger(value) && value >= least && value <= most) return [];
  const range = Number.isFinite(most) ? `from ${least} to ${most}` : `of at least ${least}`;
  return [{ property, reason: `${property} ${found(value)}; it must be a whole number of ${unit} ${range}` }];
}

/** What stands there, for a message: `is "x"` or `is missing`. */
export const found = (value: Json | undefined): string => `is ${value === undefined ? "missing" : JSON.stringify(value)}`;
