import type { Json } from "../properties";

/** One step of a path: what it selects from a value. */
type Step = (value: Json) => readonly Json[];

/** A path that cannot be read; the message says where. */
export class JsonPathError extends Error {}

const name = /^\.([A-Za-z_\u0080-\uffff][\w\u0080-\uffff-]*)/;
const quoted = /^\[\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")\s*\]/;
const index = /^\[\s*(-?\d+)\s*\]/;
const wildcard = /^(?:\.\*|\[\s*\*\s*\])/;
const filter =
  /^\[\s*\?\s*\(?\s*@((?:\.[\w-]+|\['[^']*'\]|\["[^"]*"\])+)\s*(?:(==|!=)\s*('[^']*'|"[^"]*"|true|false|null|-?[\d.]+))?\s*\)?\s*\]/;

/**
 * Reads the part of RFC 9535 that readiness checks use: `.name`, `['name']`, `[0]`, `[*]`, and filters that compare one field, `[?(@.type=="Ready")]`.
 *
 * @param text with or without the leading `$`.
 * @throws JsonPathError
 */
export function parseJsonPath(text: string): (value: Json) => readonly Json[] {
  const steps: Step[] = [];
  let rest = text.startsWith("$") ? text.slice(1) : text;
  while (rest !== "") {
    const [step, length] = firstStep(rest, text);
    steps.push(step);
    rest = rest.slice(length);
  }
  return (value) => steps.reduce<readonly Json[]>((values, step) => values.flatMap((item) => step(item)), [value]);
}

function firstStep(rest: string, text: string): readonly [Step, number] {
  const field = name.exec(rest) ?? quoted.exec(rest);
  if (field !== null) {
    const key = (field[1] ?? field[2] ?? "").replace(/\\(.)/g, "$1");
    return [(value) => member(value, key), field[0].length];
  }
  const position = index.exec(rest);
  if (position !== null) {
    const at = Number(position[1]);
    return [(value) => (Array.isArray(value) ? value.slice(at).slice(0, 1) : []), position[0].length];
  }
  const all = wildcard.exec(rest);
  if (all !== null) return [(value) => items(value), all[0].length];
  const condition = filter.exec(rest);
  if (condition !== null) {
    const [whole, path = "", operator, literal] = condition;
    const select = parseJsonPath(path);
    const expected = literal === undefined ? undefined : (JSON.parse(literal.replace(/^'(.*)'$/, '"$1"')) as Json);
    const holds = (value: Json): boolean => {
      const [found] = select(value);
      if (expected === undefined) return found !== undefined;
      return operator === "==" ? found === expected : found !== expected;
    };
    return [(value) => items(value).filter(holds), whole.length];
  }
  throw new JsonPathError(
    `cannot read ${JSON.stringify(text)} at ${JSON.stringify(rest)}; allowed are .name, ['name'], [0], [*] and [?(@.name=="value")]`,
  );
}

function member(value: Json, key: string): readonly Json[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
  const found = value[key];
  return found === undefined ? [] : [found];
}

function items(value: Json): readonly Json[] {
  if (Array.isArray(value)) return value;
  return typeof value === "object" && value !== null ? Object.values(value) : [];
}
