import { z } from "zod";
import { SCHEMAS, SECRETS_KEY } from "../../stacks/site/schema";

/** What the settings say about a key for people: the `meta` of its zod schema, where that of an outer schema wins. */
export interface KeyFacts {
  /** One sentence. */
  readonly description?: string;
  readonly unit?: string;
  readonly examples?: readonly unknown[];
  /** Services that read the key. */
  readonly readBy?: readonly string[];
  /** Differs from site to site by nature: names, hosts, addresses, sizes. */
  readonly perSite?: boolean;
  /** Never shown, not even encrypted. */
  readonly secret?: boolean;
}

/** What may stand at a key. */
export type Shape =
  | { readonly kind: "value"; readonly type: string }
  | { readonly kind: "object"; readonly keys: ReadonlyMap<string, Key> }
  | { readonly kind: "union"; readonly discriminator: string; readonly options: ReadonlyMap<string, Key> }
  | { readonly kind: "map"; readonly element: Key }
  | { readonly kind: "list"; readonly element: Key };

/** One key of the site file, read out of its schema, so that no explanation or reference page has to know keys by name. */
export interface Key {
  readonly schema: z.core.$ZodType;
  readonly facts: KeyFacts;
  readonly shape: Shape;
}

/** A secret in a site file: encrypted by the engine, never in clear. */
const secret = z
  .strictObject({
    secure: z
      .string()
      .describe("What `pulumi config set --secret` has made of it")
      .meta({ examples: ["v1:..."] }),
  })
  .describe("One secret")
  .meta({ secret: true, perSite: true });

/** The settings of a whole site file, secrets as they are written. */
export const SETTINGS = z.strictObject({
  ...SCHEMAS,
  [SECRETS_KEY]: z
    .record(z.string(), secret)
    .optional()
    .describe("Values that only the engine can decrypt, by name; for a missing one, the command that sets it is printed"),
});

/** Every key that a site file may have. */
export const SITE_KEYS: Key = keyOf(SETTINGS);

/** The default of a key; undefined if it has none. */
export function defaultOf({ schema }: Key): unknown {
  const result = z.safeParse(schema, undefined);
  return result.success ? result.data : undefined;
}

/** True if a file cannot do without the key. */
export function mustBeGiven({ schema }: Key): boolean {
  return !z.safeParse(schema, undefined).success;
}

/** True if everything at a key differs from site to site by nature: a door is a name and an address, so a list of doors is a site's own. */
export function isOwn({ facts, shape }: Key): boolean {
  if (facts.perSite !== undefined) return facts.perSite;
  switch (shape.kind) {
    case "value":
    case "union":
      return false;
    case "object":
      return [...shape.keys.values()].every(isOwn);
    case "map":
    case "list":
      return isOwn(shape.element);
    default:
      return shape satisfies never;
  }
}

/** Values that fields refuse: their refusals say what they allow. */
const PROBES: readonly unknown[] = [{}, [], "", " ", -1, 0.5, 1e9];

/** What is allowed at a key, in the words of its refusals; empty if the type says everything. */
export function allowedAt({ schema }: Key): string {
  const messages = PROBES.flatMap((probe) => z.safeParse(schema, probe).error?.issues ?? [])
    .filter(({ path, message }) => path.length === 0 && message.startsWith("allowed"))
    .map(({ message }) => message.replace(/^allowed[^:]*: /, ""));
  return [...new Set(messages)].join("; ");
}

/** What a key is, in a word or two. */
export function typeOf({ shape }: Key): string {
  switch (shape.kind) {
    case "value":
      return shape.type;
    case "object":
      return "object";
    case "union":
      return `one of ${[...shape.options.keys()].join(", ")}`;
    case "map":
      return "map by name";
    case "list":
      return `list of ${shape.element.shape.kind === "value" ? shape.element.shape.type : "objects"}`;
    default:
      return shape satisfies never;
  }
}

function keyOf(schema: z.core.$ZodType): Key {
  const own = (z.globalRegistry.get(schema) ?? {}) as KeyFacts;
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case "optional":
    case "default":
    case "prefault":
    case "readonly":
      return wrappedKey(schema, own, keyOf(def.innerType));
    case "pipe":
      return wrappedKey(schema, own, keyOf(def.in));
    case "object":
      return { schema, facts: own, shape: { kind: "object", keys: mapped(Object.entries(def.shape)) } };
    case "record":
      return { schema, facts: own, shape: { kind: "map", element: keyOf(def.valueType) } };
    case "array":
      return { schema, facts: own, shape: { kind: "list", element: keyOf(def.element) } };
    case "union":
      return { schema, facts: own, shape: shapeOfUnion(def) };
    case "literal":
      return { schema, facts: own, shape: { kind: "value", type: def.values.map(String).join(" or ") } };
    case "enum":
      return { schema, facts: own, shape: { kind: "value", type: Object.values(def.entries).map(String).join(" or ") } };
    case "number":
      return { schema, facts: own, shape: { kind: "value", type: "format" in def ? "whole number" : "number" } };
    case "string":
      return { schema, facts: own, shape: { kind: "value", type: "text" } };
    case "boolean":
      return { schema, facts: own, shape: { kind: "value", type: "true or false" } };
    default:
      throw new Error(`the settings use zod's ${def.type}, which tools/site/keys.ts cannot describe; teach it there`);
  }
}

function wrappedKey(schema: z.core.$ZodType, own: KeyFacts, { facts, shape }: Key): Key {
  return { schema, facts: { ...facts, ...own }, shape };
}

function shapeOfUnion(def: z.core.$ZodUnionDef): Shape {
  const keys = def.options.map(keyOf);
  if (!("discriminator" in def) || typeof def.discriminator !== "string")
    return { kind: "value", type: [...new Set(keys.map(typeOf))].join(" or ") };
  const { discriminator } = def;
  const choices = keys.map((option) => choiceOf(option, discriminator));
  const options = keys.map((option, index) => [choices[index] ?? "", withChoices(option, discriminator, choices)] as const);
  return { kind: "union", discriminator, options: new Map(options) };
}

/** The word with which a file chooses an option. */
function choiceOf({ shape }: Key, discriminator: string): string {
  const choice = shape.kind === "object" ? shape.keys.get(discriminator) : undefined;
  if (choice?.shape.kind !== "value") throw new Error(`an option of a union by ${discriminator} does not say which one it is`);
  return choice.shape.type;
}

/** The option with a discriminator that names all options, because whoever asks about it wants to know the other ones. */
function withChoices(option: Key, discriminator: string, choices: readonly string[]): Key {
  const { shape } = option;
  const own = shape.kind === "object" ? shape.keys.get(discriminator) : undefined;
  if (shape.kind !== "object" || own === undefined) return option;
  const described: Key = {
    ...own,
    facts: { description: "Which one it is; its other keys depend on it", ...own.facts },
    shape: { kind: "value", type: choices.join(" or ") },
  };
  return { ...option, shape: { kind: "object", keys: new Map(shape.keys).set(discriminator, described) } };
}

function mapped(entries: readonly (readonly [string, z.core.$ZodType])[]): ReadonlyMap<string, Key> {
  return new Map(entries.map(([name, schema]) => [name, keyOf(schema)]));
}
