import { stringify } from "yaml";
import { z } from "zod";
import { HIDDEN } from "../../policies/engine-values";
import { placesBelow, type Place } from "./place";

/** Characters of a value that a table shows; of a longer value it shows the beginning. */
const WIDTH = 60;

/**
 * The value at a place as the program reads it: with defaults filled in, and a number as text where the program reads text. A value that
 * cannot be read is given as it is written; a secret is never shown, encrypted or not.
 */
export function valueOf(place: Place): unknown {
  const { key, value, leftOut } = place;
  if (value === undefined) return undefined;
  if (key.facts.secret || isEncrypted(value)) return HIDDEN;
  const inside = placesBelow(place);
  if (key.shape.kind === "list") return inside.map(valueOf);
  if (inside.length > 0)
    return Object.fromEntries(inside.map((each) => [each.path.at(-1), valueOf(each)]).filter(([, each]) => each !== undefined));
  const read = leftOut === undefined ? z.safeParse(key.schema, value) : undefined;
  return read?.success ? read.data : value;
}

function isEncrypted(value: unknown): boolean {
  return typeof value === "object" && value !== null && "secure" in value;
}

/** A value on one line as a site file would have it, cut after `width` characters. */
export function inShort(value: unknown, width: number = WIDTH): string {
  if (value === undefined) return "-";
  const text =
    typeof value === "string" ? value : stringify(value, { collectionStyle: "flow", lineWidth: 0, flowCollectionPadding: true }).trim();
  return text.length > width ? `${text.slice(0, width - 3)}...` : text;
}
