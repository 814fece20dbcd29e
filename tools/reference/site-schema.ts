import { z } from "zod";
import { PREFIX } from "../../stacks/site/stack-file";
import { mustBeGiven, SETTINGS, SITE_KEYS, type KeyFacts, type Key } from "../site/keys";

type JsonSchema = Readonly<Record<string, unknown>>;

/**
 * The JSON Schema of a stack file, for editors. It allows everything that the reader allows; the reader refuses more, such as two keys that
 * contradict each other. It is of draft 7, which YAML's language server supports best
 * (https://github.com/redhat-developer/yaml-language-server#features).
 */
export function siteSchema(): JsonSchema {
  const { $schema, properties } = z.toJSONSchema(SETTINGS, {
    io: "input",
    target: "draft-7",
    override: ({ jsonSchema }) => forEditors(jsonSchema),
  });
  return {
    $schema,
    title: "A site of the analysis facility: Pulumi.<site>.yaml",
    type: "object",
    required: ["config"],
    properties: {
      config: {
        type: "object",
        required: concerns().flatMap(([name, key]) => (mustBeGiven(key) ? [PREFIX + name] : [])),
        properties: Object.fromEntries(Object.entries(properties ?? {}).map(([name, schema]) => [PREFIX + name, schema])),
        // A stack file may also hold settings of other programs.
        patternProperties: { [`^(?!${PREFIX})`]: {} },
        additionalProperties: false,
      },
    },
  };
}

function concerns(): readonly (readonly [string, Key])[] {
  return SITE_KEYS.shape.kind === "object" ? [...SITE_KEYS.shape.keys] : [];
}

/** Adds unit and readers to the description, which is what editors show, and removes what no validator knows. */
function forEditors(schema: z.core.JSONSchema.BaseSchema): void {
  const { description, unit, readBy }: KeyFacts = schema;
  const sentences = [description, unit && `Unit: ${unit}`, readBy && `Read by: ${readBy.join(", ")}`].filter((text) => text !== undefined);
  if (sentences.length > 0) schema.description = sentences.map((text) => text.replace(/\.?$/, ".")).join(" ");
  for (const name of ["unit", "readBy", "perSite", "secret"]) Reflect.deleteProperty(schema, name);
  // Validators read formats such as uri and email more or less strictly than the reader does.
  delete schema.format;
}
