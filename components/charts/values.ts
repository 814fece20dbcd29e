/** Values of a chart as data. */
type Values = Readonly<Record<string, unknown>>;

/**
 * The values that a chart's templates see: those of a release over the chart's own, as Helm merges them. Maps are merged key by key, anything
 * else is replaced (https://helm.sh/docs/chart_template_guide/values_files/). A value that is not known yet may stand for any whole value.
 * @param defaults the chart's own values, as far as its description reads them. Entries of the release beside them are kept.
 * @throws {Error} all values at once that have another shape than the chart's own: a map where a list is wanted, null where a map is.
 */
export function withDefaults<Defaults extends object>(defaults: Defaults, given: unknown): Defaults {
  const mistakes: string[] = [];
  const merged = mergedAt(defaults, given, "", mistakes);
  if (mistakes.length > 0) throw new Error(mistakes.join("; "));
  return merged as Defaults;
}

/** @param path dotted; empty for the values as a whole. */
function mergedAt(own: unknown, given: unknown, path: string, mistakes: string[]): unknown {
  if (given === undefined) return own;
  const place = path || "the values";
  const expected = shapeOf(own);
  const found = shapeOf(given);
  if (expected === "a map") {
    // Null takes the key away, and templates then fail on what they read below it.
    if (found !== "a map") return mistake(`${place} is ${said(given)}, and the chart reads a map there`);
    const keys = Object.keys(own as object);
    if (keys.length === 0) return given;
    const map: Record<string, unknown> = { ...(given as Values) };
    for (const key of keys) map[key] = mergedAt((own as Values)[key], map[key], path === "" ? key : `${path}.${key}`, mistakes);
    return map;
  }
  if (expected === "a list" && found !== "a list") {
    // An unknown value looks like a map until somebody counts its keys, at which it says that it is not known.
    if (found === "a map") Object.keys(given as object);
    return mistake(`${place} is ${said(given)}, and the chart reads a list there`);
  }
  if (expected === "a value" && found === "a list") return mistake(`${place} is a list, and the chart reads a single value there`);
  return given;

  function mistake(text: string): unknown {
    mistakes.push(text);
    return own;
  }
}

function shapeOf(value: unknown): "a map" | "a list" | "a value" {
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" && value !== null ? "a map" : "a value";
}

function said(value: unknown): string {
  return shapeOf(value) === "a value" ? (JSON.stringify(value) ?? typeof value) : shapeOf(value);
}
