import { z } from "zod";

/**
 * Keys that a schema knows at a path of an input, from which messages name the nearest one to a mistyped key. Empty if the schema admits
 * any key there, or if the path leads nowhere.
 */
export function knownKeys(schema: z.core.$ZodType, path: readonly PropertyKey[], input: unknown): readonly string[] {
  const inner = schemaAt(schema, path, input);
  return inner instanceof z.ZodObject ? Object.keys(inner.shape) : [];
}

/**
 * The schema at a path of an input, without defaults and optional marks; undefined if the path leads nowhere. In a union the input's
 * discriminator picks the option.
 */
export function schemaAt(schema: z.core.$ZodType, path: readonly PropertyKey[], input: unknown): z.core.$ZodType | undefined {
  const inner = unwrap(schema, input);
  const [step, ...rest] = path;
  if (step === undefined) return inner;
  const below = typeof input === "object" && input !== null ? (Reflect.get(input, step) as unknown) : undefined;
  const next = childOf(inner, step);
  return next && schemaAt(next, rest, below);
}

/** True if the object schema at a path requires a key. */
export function isRequired(schema: z.core.$ZodType, path: readonly PropertyKey[], key: PropertyKey, input: unknown): boolean {
  const inner = schemaAt(schema, path, input);
  if (!(inner instanceof z.ZodObject)) return false;
  const child = childOf(inner, key);
  return child !== undefined && !z.safeParse(child, undefined).success;
}

function childOf(schema: z.core.$ZodType, step: PropertyKey): z.core.$ZodType | undefined {
  if (schema instanceof z.ZodObject) return (schema.shape as Readonly<Record<PropertyKey, z.core.$ZodType>>)[step];
  if (schema instanceof z.ZodArray) return schema.element;
  if (schema instanceof z.ZodRecord) return schema.valueType;
  return undefined;
}

/** Removes defaults and optional marks around a schema, and replaces a union by the option that the input's discriminator picks. */
function unwrap(schema: z.core.$ZodType, input: unknown): z.core.$ZodType {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional)
    return unwrap(schema.unwrap(), input);
  if (schema instanceof z.ZodDiscriminatedUnion) {
    const { discriminator } = schema.def;
    const choice = typeof input === "object" && input !== null ? (Reflect.get(input, discriminator) as unknown) : undefined;
    const option = schema.options.find(
      (candidate): candidate is z.ZodObject =>
        candidate instanceof z.ZodObject && z.safeParse(candidate.shape[discriminator], choice).success,
    );
    return option ?? schema;
  }
  return schema;
}
