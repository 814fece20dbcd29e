import { z } from "zod";

const problem = z.strictObject({ path: z.string().describe("Where, e.g. af:nodes.workers.hosts[2]"), message: z.string() });

/** What `site validate --json` prints. */
export const SitesDocument = z
  .strictObject({
    sites: z
      .array(
        z.strictObject({
          name: z.string(),
          problems: z.array(problem).readonly().describe("Everything that is wrong; empty for a site that is right"),
          endingSoon: z
            .array(
              z.strictObject({
                path: z.string().describe("Where its end is written"),
                name: z.string().describe("A secret, or what a waiver or an approval is about"),
                until: z.string().describe("Last day on which it is good"),
              }),
            )
            .readonly()
            .describe("Credentials, waivers and approvals that end within 30 days, or have ended"),
          live: z
            .array(
              z.strictObject({
                path: z.string().describe("The setting that asks for the record"),
                name: z.string().describe("The record, e.g. *.dask.af.example.edu"),
                state: z
                  .enum(["right", "wrong", "missing", "unknown"])
                  .describe("Whether it leads where it should; unknown if the DNS server gives no answer"),
                message: z.string().describe("Where it leads, and how to mend it"),
              }),
            )
            .readonly()
            .optional()
            .describe("With --live: what the DNS says of the records that the site needs; left out for a site whose file is wrong"),
        }),
      )
      .readonly(),
  })
  .describe("Site files, validated");
/** What `site validate --json` prints, as a value. */
export type SitesDocument = z.output<typeof SitesDocument>;

const value = z
  .unknown()
  .optional()
  .describe("As the program reads it, defaults filled in; left out where there is none; [secret] for a secret");

const origin = z
  .discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("file"), file: z.string(), line: z.int() }).describe("The file sets it"),
    z.strictObject({ kind: z.literal("default"), of: z.string() }).describe("The file leaves this key out, and its default applies"),
    z.strictObject({ kind: z.literal("nothing") }).describe("The file leaves it out, and there is no default"),
  ])
  .describe("What sets the value");

/** What `site explain --json` prints. */
export const ExplainDocument = z
  .strictObject({
    site: z.string(),
    path: z.string(),
    value,
    origin,
    type: z.string(),
    required: z.boolean().describe("True if a file cannot do without it"),
    description: z.string().optional(),
    unit: z.string().optional(),
    allowed: z.string().optional().describe("In the words of a refusal"),
    examples: z.array(z.unknown()).readonly().optional(),
    default: z.unknown().optional(),
    readBy: z.array(z.string()).readonly().describe("Services that read it"),
    below: z
      .array(z.strictObject({ path: z.string(), value, origin }))
      .readonly()
      .describe("The single values below the path; empty for a single value"),
    problems: z.array(problem).readonly().describe("Everything that is wrong with the file, here and elsewhere"),
  })
  .describe("One place of a site file, explained");
/** What `site explain --json` prints, as a value. */
export type ExplainDocument = z.output<typeof ExplainDocument>;

const difference = z.strictObject({
  path: z.string(),
  kind: z
    .enum(["value", "choice", "presence"])
    .describe("Two values; two kinds of a union, whose keys are then not compared; or there at one site only"),
  first: value,
  second: value,
  why: z
    .discriminatedUnion("kind", [
      z.strictObject({ kind: z.literal("nature") }).describe("Names, hosts, addresses, sizes: a site's own"),
      z
        .strictObject({ kind: z.literal("reason"), site: z.string(), reason: z.string() })
        .describe("A site file gives the reason in af:differences"),
    ])
    .optional()
    .describe("Left out for a difference that nobody has explained"),
});

/** What `site parity --json` prints. */
export const ParityDocument = z
  .strictObject({
    first: z.string(),
    second: z.string(),
    concerns: z
      .array(
        z.strictObject({
          concern: z.string(),
          same: z.int().describe("Single values that are the same at both"),
          differences: z.array(difference).readonly(),
        }),
      )
      .readonly(),
    unexplained: z.int(),
  })
  .describe("Two sites side by side");
/** What `site parity --json` prints, as a value. */
export type ParityDocument = z.output<typeof ParityDocument>;
/** One difference between two sites. */
export type Difference = z.output<typeof difference>;
