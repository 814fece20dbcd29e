/** A JSON Schema as data. */
export type Schema = Readonly<Record<string, unknown>> | boolean;

/** Values at one place of a document, or of several that one schema describes. */
interface Values {
  /** All of them. */
  readonly all: readonly unknown[];
  /** The parts that are to be judged; the rest counts as right. */
  readonly judged: readonly unknown[];
}

/** Keywords that choose between schemas of one and the same value: the whole value decides, not only the judged part. */
const CHOICES = ["anyOf", "oneOf"];
const CONDITIONS = ["not", "if", "then", "else"];

/**
 * Cuts a schema down to what can say anything about a value: schemas of absent properties are left out, and references are replaced by what
 * they refer to. The verdict stays the same, because a validator never uses the schema of an absent property, but the rest compiles within
 * milliseconds, where the largest CustomResourceDefinitions take a second.
 * @param value the whole value.
 * @param judged the part that is to be judged, such as the given values among a chart's effective ones; all of the value if it is left out.
 * @throws {Error} if a reference leads nowhere.
 */
export function pruned(schema: Schema, value: unknown, judged: unknown = value): Schema {
  return prune(schema, { all: [value], judged: [judged] }, schema);
}

function prune(schema: Schema, values: Values, root: Schema): Schema {
  if (typeof schema === "boolean") return schema;
  const { $ref, $defs: _, definitions: __, ...rest } = schema;
  const own = pruneOwn(rest, values, root);
  if (typeof $ref !== "string" || !$ref.startsWith("#")) return $ref === undefined ? own : { ...own, $ref };
  const target = prune(pointed(root, $ref), values, root);
  return Object.keys(own).length === 0 ? target : { ...own, allOf: [target, ...schemas(own["allOf"])] };
}

function pruneOwn(schema: Readonly<Record<string, unknown>>, values: Values, root: Schema): Readonly<Record<string, unknown>> {
  const result: Record<string, unknown> = { ...schema };
  const whole = { all: values.all, judged: values.all };
  const members = within(values, (value) => (isRecord(value) ? Object.values(value) : []));
  if (isRecord(schema["properties"])) {
    result["properties"] = Object.fromEntries(
      Object.entries(schema["properties"]).map(([name, each]) => {
        const below = within(values, (value) => (isRecord(value) && value[name] !== undefined ? [value[name]] : []));
        return [name, below.judged.length === 0 ? true : prune(each as Schema, below, root)];
      }),
    );
  }
  if (isRecord(schema["additionalProperties"])) result["additionalProperties"] = prune(schema["additionalProperties"], members, root);
  if (isRecord(schema["patternProperties"])) {
    const patterns = Object.entries(schema["patternProperties"]);
    result["patternProperties"] = Object.fromEntries(patterns.map(([name, each]) => [name, prune(each as Schema, members, root)]));
  }
  if (isRecord(schema["items"])) {
    const elements = within(values, (value) => (Array.isArray(value) ? (value as readonly unknown[]) : []));
    result["items"] = prune(schema["items"], elements, root);
  }
  if (schema["allOf"] !== undefined) result["allOf"] = schemas(schema["allOf"]).map((each) => prune(each, values, root));
  for (const keyword of CHOICES)
    if (schema[keyword] !== undefined) result[keyword] = schemas(schema[keyword]).map((each) => prune(each, whole, root));
  for (const keyword of CONDITIONS) if (isRecord(schema[keyword])) result[keyword] = prune(schema[keyword], whole, root);
  return result;
}

function within({ all, judged }: Values, step: (value: unknown) => readonly unknown[]): Values {
  return { all: all.flatMap(step), judged: judged.flatMap(step) };
}

function pointed(root: Schema, reference: string): Schema {
  const steps = reference
    .slice(1)
    .split("/")
    .filter((step) => step !== "");
  let place: unknown = root;
  for (const step of steps) {
    const name = decodeURIComponent(step).replaceAll("~1", "/").replaceAll("~0", "~");
    place = isRecord(place) ? place[name] : undefined;
  }
  if (place === undefined) throw new Error(`the schema refers to ${reference}, which it does not have`);
  return place as Schema;
}

function schemas(value: unknown): readonly Schema[] {
  return Array.isArray(value) ? (value as readonly Schema[]) : [];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
