import * as fs from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import type { Schema } from "./prune";

/** Reads the schemas of those of the kinds that the folder defines, by `group/version/Kind`. */
export function crdSchemas(
  folder: string,
  kinds: readonly { readonly group: string; readonly kind: string }[],
): ReadonlyMap<string, Schema> {
  const wanted = new Set(kinds.map(({ group, kind }) => `${group}/${kind}`));
  const found = new Map<string, Schema>();
  for (const file of fs.readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".yaml"))) {
    for (const text of fs.readFileSync(path.join(folder, file), "utf8").split(/^---.*$/m)) {
      // All definitions together are megabytes, so only those in use are parsed.
      const group = /^ {2}group: (\S+)/m.exec(text)?.[1];
      const kind = /^ {4}kind: (\S+)/m.exec(text)?.[1];
      if (!wanted.has(`${group}/${kind}`)) continue;
      const definition = parse(withoutDescriptions(text)) as Definition;
      for (const { name, schema } of definition.spec.versions)
        found.set(`${group}/${name}/${kind}`, closed(schema.openAPIV3Schema) as Schema);
    }
  }
  return found;
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
 * Refuses unknown fields, which the API server would drop without a word, in every object unless its definition says that it keeps them.
 */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== "object" || schema === null) return schema;
  const fields = schema as Readonly<Record<string, unknown>>;
  const result: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    result[name] =
      name === "properties" || name === "patternProperties"
        ? Object.fromEntries(Object.entries(value as object).map(([property, below]) => [property, closed(below)]))
        : NESTED.includes(name)
          ? closed(value)
          : value;
  }
  // A schema without a type allows null anyway, and the validator refuses `nullable` there.
  if (result["type"] === undefined) delete result["nullable"];
  // The alternatives of anyOf and oneOf name only some of the properties, so they must stay open.
  const open =
    fields["x-kubernetes-preserve-unknown-fields"] === true || fields["additionalProperties"] !== undefined || fields["type"] !== "object";
  if (fields["properties"] !== undefined && !open) result["additionalProperties"] = false;
  return result;
}

const NESTED = ["items", "additionalProperties"];
