/**
 * What SARIF 2.1.0 says of the objects that `policy` writes (https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/sarif-v2.1.0-os.html), with what GitHub asks for
 * beyond the standard, and its limits (https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning).
 * A property that is not listed is refused: the standard allows none but its own.
 */
export const SARIF_SCHEMA = object(
  {
    $schema: { type: "string", format: "uri" },
    version: { const: "2.1.0" },
    runs: {
      type: "array",
      minItems: 1,
      maxItems: 20,
      items: object({
        tool: object({
          driver: object({
            name: { type: "string", minLength: 1 },
            semanticVersion: { type: "string", pattern: "^\\d+\\.\\d+\\.\\d+(-[\\w.]+)?$" },
            informationUri: { type: "string", format: "uri" },
            rules: { type: "array", uniqueItems: true, maxItems: 25_000, items: rule() },
          }),
        }),
        invocations: {
          type: "array",
          items: object({
            executionSuccessful: { type: "boolean" },
            toolExecutionNotifications: { type: "array", items: object({ level: level(), message: text() }) },
          }),
        },
        results: { type: "array", maxItems: 25_000, items: result() },
      }),
    },
  },
  [],
);

/** A reportingDescriptor, section 3.49; GitHub needs its texts, and a name that says no more than the identifier is refused by SARIF1001. */
function rule() {
  return object({
    id: { type: "string", pattern: "^[a-z]+(-[a-z]+)+$" },
    shortDescription: text(1024),
    fullDescription: text(1024),
    help: text(),
    defaultConfiguration: object({ level: level() }),
    properties: object({
      "security-severity": { type: "string", pattern: "^([0-9]\\.[0-9]|10\\.0)$" },
      tags: { type: "array", uniqueItems: true, maxItems: 20, items: { type: "string", minLength: 1 } },
    }),
  });
}

/** A result, section 3.27, with what GitHub shows of it. */
function result() {
  return object(
    {
      ruleId: { type: "string" },
      ruleIndex: { type: "integer", minimum: 0 },
      level: level(),
      message: text(),
      locations: {
        type: "array",
        minItems: 1,
        maxItems: 1000,
        items: object({
          physicalLocation: object({
            artifactLocation: object({ uri: { type: "string", format: "uri-reference" } }),
            region: object({ startLine: { type: "integer", minimum: 1 } }),
          }),
          logicalLocations: { type: "array", items: object({ fullyQualifiedName: { type: "string" }, kind: { const: "object" } }) },
        }),
      },
      partialFingerprints: { type: "object", minProperties: 1, additionalProperties: { type: "string", minLength: 1 } },
      suppressions: {
        type: "array",
        minItems: 1,
        items: object({
          kind: { enum: ["inSource", "external"] },
          status: { enum: ["accepted", "underReview", "rejected"] },
          justification: { type: "string", minLength: 1 },
        }),
      },
    },
    ["suppressions"],
  );
}

function level() {
  return { enum: ["none", "note", "warning", "error"] };
}

function text(maxLength?: number) {
  return object({ text: { type: "string", minLength: 1, ...(maxLength !== undefined && { maxLength }) } });
}

/** An object with these properties and no others, all of them required but the optional ones. */
function object(properties: Readonly<Record<string, object>>, optional: readonly string[] = []) {
  return {
    type: "object",
    properties,
    required: Object.keys(properties).filter((name) => !optional.includes(name)),
    additionalProperties: false,
  };
}
