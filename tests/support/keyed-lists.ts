/** A part of the API server's OpenAPI document (https://kubernetes.io/docs/concepts/overview/kubernetes-api/#openapi-v3). */
export interface OpenApiSchema {
  readonly $ref?: string;
  readonly allOf?: readonly OpenApiSchema[];
  readonly properties?: Readonly<Record<string, OpenApiSchema>>;
  readonly additionalProperties?: OpenApiSchema | boolean;
  readonly items?: OpenApiSchema;
  readonly "x-kubernetes-list-type"?: string;
  readonly "x-kubernetes-list-map-keys"?: readonly string[];
}

/** A list whose entries the API server tells apart by some of their fields, in an object. */
export interface KeyedList {
  /** Keys and indices from the object to the list. */
  readonly at: readonly (string | number)[];
  readonly keys: readonly string[];
}

/**
 * The keyed lists of an object that have an entry
 * (https://kubernetes.io/docs/reference/using-api/server-side-apply/#merge-strategy).
 * @param schemas all schemas of the document, by name.
 */
export function keyedLists(schema: OpenApiSchema, schemas: Readonly<Record<string, OpenApiSchema>>, value: unknown): readonly KeyedList[] {
  const found: KeyedList[] = [];
  const walk = (given: OpenApiSchema, here: unknown, at: KeyedList["at"]): void => {
    const { properties, additionalProperties, items, ...rest } = resolved(given, schemas);
    if (Array.isArray(here)) {
      const keys = rest["x-kubernetes-list-map-keys"];
      if (rest["x-kubernetes-list-type"] === "map" && keys !== undefined && here.length > 0) found.push({ at, keys });
      if (items !== undefined) here.forEach((each, index) => walk(items, each, [...at, index]));
    } else if (typeof here === "object" && here !== null) {
      for (const [key, each] of Object.entries(here)) {
        const below = properties?.[key] ?? (typeof additionalProperties === "object" ? additionalProperties : undefined);
        if (below !== undefined) walk(below, each, [...at, key]);
      }
    }
  };
  walk(schema, value, []);
  return found;
}

/** A schema with what it refers to. The API server writes `allOf` with one reference where a field has a description of its own. */
function resolved(schema: OpenApiSchema, schemas: Readonly<Record<string, OpenApiSchema>>): OpenApiSchema {
  const name = (schema.$ref ?? schema.allOf?.[0]?.$ref)?.replace("#/components/schemas/", "");
  return name === undefined ? schema : { ...schemas[name], ...schema };
}
