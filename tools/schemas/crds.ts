import * as fs from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { OBJECT_META } from "./object-meta";
import type { Schema } from "./prune";

/** Reads the schemas of those of the kinds that the folder defines, by `group/version/Kind`. A process reads a folder once. */
export function crdSchemas(
  folder: string,
  kinds: readonly { readonly group: string; readonly kind: string }[],
): ReadonlyMap<string, Schema> {
  const definitions = known.get(folder) ?? new Definitions(folder);
  known.set(folder, definitions);
  const wanted = new Set(kinds.map(({ group, kind }) => `${group}/${kind}`));
  return new Map([...wanted].flatMap((kind) => definitions.versions(kind)));
}

const known = new Map<string, Definitions>();

type Versions = readonly (readonly [versionedKind: string, schema: Schema])[];

/** The definitions of a folder. All together are megabytes, so each is parsed when it is asked for the first time. */
class Definitions {
  private readonly texts = new Map<string, string[]>();
  private readonly parsed = new Map<string, Versions>();

  constructor(folder: string) {
    for (const file of fs.readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".yaml")))
      for (const text of fs.readFileSync(path.join(folder, file), "utf8").split(/^---.*$/m)) {
        const kind = `${/^ {2}group: (\S+)/m.exec(text)?.[1]}/${/^ {4}kind: (\S+)/m.exec(text)?.[1]}`;
        this.texts.set(kind, [...(this.texts.get(kind) ?? []), text]);
      }
  }

  /** The schemas of a kind, `group/Kind`, by version; none if the folder does not define it. */
  versions(kind: string): Versions {
    const versions = this.parsed.get(kind) ?? (this.texts.get(kind) ?? []).flatMap((text) => versionsIn(text, kind));
    this.parsed.set(kind, versions);
    return versions;
  }
}

function versionsIn(text: string, groupAndKind: string): Versions {
  const [group = "", kind = ""] = groupAndKind.split("/");
  const { spec } = parse(withoutDescriptions(text)) as Definition;
  return spec.versions.map(({ name, schema }) => [`${group}/${name}/${kind}`, closed(schema.openAPIV3Schema, true) as Schema]);
}

interface Definition {
  readonly spec: { readonly versions: readonly { readonly name: string; readonly schema: { readonly openAPIV3Schema: Schema } }[] };
}

/**
 * Drops descriptions, which are most of a definition. A property that is called `description` has its value on the next lines and stays.
 */
function withoutDescriptions(text: string): string {
  const kept: string[] = [];
  let dropped = -1;
  for (const line of text.split("\n")) {
    const indent = line.search(/\S/);
    if (dropped >= 0 && (indent < 0 || indent > dropped)) continue;
    dropped = /^\s*(- )?description: \S/.test(line) && !/^\s*- /.test(line) ? indent : -1;
    if (dropped < 0) kept.push(line);
  }
  return kept.join("\n");
}

/**
 * A definition's schema as a validator reads it, which refuses what the API server would drop without a word or refuse itself
 * (https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema): unknown
 * fields of every object, the root and embedded resources included, unless the definition says that it keeps them.
 */
function closed(schema: unknown, isRoot = false): unknown {
  if (typeof schema !== "object" || schema === null) return schema;
  const fields = schema as Readonly<Record<string, unknown>>;
  // A list that keeps unknown fields keeps those of its elements; an object, only its own.
  const keeps = fields[KEEPS] === true;
  const result: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    result[name] =
      name === "properties" || name === "patternProperties"
        ? Object.fromEntries(Object.entries(value as object).map(([property, below]) => [property, closed(below)]))
        : NESTED.includes(name)
          ? closed(name === "items" && keeps ? { ...(value as object), [KEEPS]: true } : value)
          : value;
  }
  // A schema without a type allows null anyway, and the validator refuses `nullable` there.
  if (result["type"] === undefined) delete result["nullable"];
  if (fields["x-kubernetes-int-or-string"] === true) {
    // The definition may repeat in `anyOf`, or first in `allOf`, what this mark says, and forgets null there.
    if (fields["nullable"] === true) {
      delete result["anyOf"];
      if (Array.isArray(result["allOf"])) result["allOf"] = result["allOf"].slice(1);
    }
    result["type"] = ["integer", "string", ...(fields["nullable"] === true ? ["null"] : [])];
  }
  const isResource = isRoot || fields["x-kubernetes-embedded-resource"] === true;
  if (isResource) result["properties"] = resourceProperties(fields, (result["properties"] ?? {}) as Readonly<Record<string, unknown>>);
  // The alternatives of anyOf and oneOf name only some of the properties, so they must stay open.
  const open = keeps || fields["additionalProperties"] !== undefined || fields["type"] !== "object";
  if (!open) result["additionalProperties"] = false;
  if (isResource) result["required"] = [...((fields["required"] ?? []) as readonly string[]), "apiVersion", "kind"];
  return result;
}

/** The properties of a whole resource: it has a type and metadata, whatever its definition says about them. */
function resourceProperties(
  { properties }: Readonly<Record<string, unknown>>,
  closedProperties: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const { metadata } = (properties ?? {}) as Readonly<Record<string, unknown>>;
  return {
    ...closedProperties,
    apiVersion: { type: "string" },
    kind: { type: "string" },
    // A definition can restrict names, and nothing else of the metadata.
    metadata: typeof metadata === "object" && metadata !== null ? { ...(OBJECT_META as object), allOf: [metadata] } : OBJECT_META,
  };
}

const NESTED = ["items", "additionalProperties"];
const KEEPS = "x-kubernetes-preserve-unknown-fields";
