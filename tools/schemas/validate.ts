import Ajv, { type ErrorObject, type ValidateFunction } from "ajv";
import Ajv2020 from "ajv/dist/2020";
import addFormats from "ajv-formats";
import { UNKNOWN } from "../../policies/model/field";
import { nearest } from "../../stacks/site/problems";
import { pruned, type Schema } from "./prune";

/** What a schema refuses. */
export interface Mismatch {
  /** From the value's root, e.g. `spec.mon.count`. */
  readonly path: string;
  readonly message: string;
}

// Published schemas use formats and keywords that the validator does not know; they are ignored, not refused.
const OPTIONS = { strict: false, allErrors: true, logger: false, unicodeRegExp: false, validateSchema: false } as const;

/**
 * Checks a value against a JSON Schema: of 2020-12 where `$schema` says so, and of draft 7 otherwise, because charts publish misspellings
 * of draft 7's address that no validator knows (docs/sources.md, Sandbox and tools). Values that are not known yet are not judged.
 * @param judged the part of the value that is to be judged; all of it if it is left out.
 * @throws {Error} if the schema refers to a definition that it does not have.
 */
export function mismatches(schema: Schema, value: unknown, judged: unknown = value): readonly Mismatch[] {
  const newest = typeof schema === "object" && String(schema["$schema"]).includes("2020-12");
  const relevant = pruned(schema, value, judged);
  const { $schema: _, $id: __, ...compiled } = typeof relevant === "object" ? relevant : {};
  // Pruning follows references only in some keywords; the others still need the shared definitions.
  const shared =
    typeof schema === "object"
      ? {
          ...(schema["$defs"] !== undefined && { $defs: schema["$defs"] }),
          ...(schema["definitions"] !== undefined && { definitions: schema["definitions"] }),
        }
      : {};
  const validate = validatorOf({ ...compiled, ...shared }, newest);
  if (validate(value)) return [];
  const names = (path: string) => namesAt(schema, path);
  return unique(
    (validate.errors ?? []).filter((error) => valueAt(value, error.instancePath) !== UNKNOWN).map((error) => mismatch(error, names)),
  );
}

/** Most validators that a process keeps; as many as the resources of some sites. */
const KEPT = 500;

const validators = new Map<string, ValidateFunction>();

/** Resources of one kind mostly have the same fields, and so one and the same cut schema; to compile it takes much longer than to ask it. */
function validatorOf(schema: Readonly<Record<string, unknown>>, newest: boolean): ValidateFunction {
  const key = `${newest} ${JSON.stringify(schema)}`;
  const known = validators.get(key);
  if (known) return known;
  const ajv = newest ? new Ajv2020(OPTIONS) : new Ajv(OPTIONS);
  addFormats(ajv);
  const compiled = ajv.compile(schema);
  if (validators.size >= KEPT) validators.clear();
  validators.set(key, compiled);
  return compiled;
}

function mismatch(error: ErrorObject, names: (path: string) => readonly string[]): Mismatch {
  const path = dotted(error.instancePath);
  const params = error.params as Readonly<Record<string, unknown>>;
  switch (error.keyword) {
    case "additionalProperties":
    case "unevaluatedProperties": {
      const key = String(params["additionalProperty"] ?? params["unevaluatedProperty"]);
      const known = names(error.instancePath);
      return {
        path: path === "" ? key : `${path}.${key}`,
        message: `unknown field${nearest(key, known) || `; allowed here: ${[...known].sort().join(", ") || "none"}`}`,
      };
    }
    case "required":
      return { path, message: `lacks ${String(params["missingProperty"])}` };
    case "enum":
      return { path, message: `allowed: ${(params["allowedValues"] as readonly unknown[]).map(String).join(", ")}` };
    default:
      return { path, message: error.message ?? `breaks ${error.keyword}` };
  }
}

/** Names of the properties that the schema describes at a place. Only plain nesting is followed, which is enough for a hint. */
function namesAt(schema: Schema, pointer: string): readonly string[] {
  let place: unknown = schema;
  for (const step of steps(pointer)) {
    place = resolved(schema, place);
    if (typeof place !== "object" || place === null) return [];
    const properties = Reflect.get(place, "properties") as object | undefined;
    place = (properties && Reflect.get(properties, step)) ?? Reflect.get(place, "items") ?? Reflect.get(place, "additionalProperties");
  }
  place = resolved(schema, place);
  const properties: unknown = typeof place === "object" && place !== null ? Reflect.get(place, "properties") : undefined;
  return typeof properties === "object" && properties !== null ? Object.keys(properties) : [];
}

function resolved(root: Schema, place: unknown): unknown {
  const reference: unknown = typeof place === "object" && place !== null ? Reflect.get(place, "$ref") : undefined;
  if (typeof reference !== "string" || !reference.startsWith("#/")) return place;
  return steps(reference.slice(1)).reduce<unknown>(
    (at, step) => (typeof at === "object" && at !== null ? (Reflect.get(at, step) as unknown) : undefined),
    root,
  );
}

function valueAt(value: unknown, pointer: string): unknown {
  return steps(pointer).reduce<unknown>(
    (at, step) => (typeof at === "object" && at !== null ? (Reflect.get(at, step) as unknown) : undefined),
    value,
  );
}

function steps(pointer: string): readonly string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function dotted(pointer: string): string {
  return steps(pointer).reduce((path, step) => (/^\d+$/.test(step) ? `${path}[${step}]` : path === "" ? step : `${path}.${step}`), "");
}

function unique(list: readonly Mismatch[]): readonly Mismatch[] {
  return [...new Map(list.map((each) => [`${each.path} ${each.message}`, each])).values()];
}
