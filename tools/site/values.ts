import { stringify } from "yaml";
import { z } from "zod";
import { HIDDEN } from "../../policies/engine-values";
import { placesBelow, type Place } from "./place";

/** Characters of a value beyond which a table shows only its beginning. */
const WIDTH = 60;

/**
 * As the program reads it: defaults filled in, numbers where words are read made words; as it is written where it cannot be read. Never a
 * secret, encrypted or not.
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

/** A value on one line, as a site file would have it. */
export function inShort(value: unknown, width: number = WIDTH): string {
  if (value === undefined) return "-";
  const text =
    typeof value === "string" ? value : stringify(value, { collectionStyle: "flow", lineWidth: 0, flowCollectionPadding: true }).trim();
  return text.length > width ? `${text.slice(0, width - 3)}...` : text;
}
