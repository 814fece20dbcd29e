import { z } from "zod";
import { DRIFTS } from "../../changes/drift";
import { WAYS_BACK } from "../../changes/ways-back";
import { type DriftFacts, isAdrift } from "./markdown";

const value = z.unknown().optional().describe("Left out where the field is not there; [secret] for a secret");
const lines = z.array(z.string()).readonly();

/** What `site drift --json` prints. */
export const DriftDocument = z
  .strictObject({
    site: z.string(),
    asDeclared: z.boolean().describe("False if anything differs, or if that is not known; the command then ends with 1"),
    drifts: z
      .array(
        z.strictObject({
          kind: z.enum(DRIFTS),
          object: z.string().describe("Kind, namespace and name"),
          fields: z.array(z.strictObject({ path: z.string(), declared: value, found: value })).readonly(),
          by: lines.describe("Who has written the fields last, and when; empty where the API server does not know"),
          because: z.string().describe("What is lost, or what the way back does; empty if nothing"),
          back: z.string().describe("The way back"),
        }),
      )
      .readonly()
      .describe("Every object that is not as declared, by kind"),
    expected: lines.describe("Fields that controllers have written as they are expected to"),
    refusals: lines.describe("What the packs refuse"),
    failures: lines.describe("Errors of the run; with one of them what differs is not known as a whole"),
    unjudged: lines.describe("Why a pack counts as not having judged the run"),
  })
  .describe("What is not as a site's file says");
/** What `site drift --json` prints, as a value. */
export type DriftDocument = z.output<typeof DriftDocument>;

/** What differs at a site, as data. */
export function driftDocument(facts: DriftFacts): DriftDocument {
  const { site, report, refusals, failures, unjudged } = facts;
  return {
    site,
    asDeclared: !isAdrift(facts),
    drifts: report.drifts.map(({ kind, object, fields, by, because }) => ({
      kind,
      object,
      fields: fields.map(({ path, before, after }) => ({
        path,
        ...(before !== undefined && { declared: before }),
        ...(after !== undefined && { found: after }),
      })),
      by,
      because,
      back: WAYS_BACK[kind].back,
    })),
    expected: report.expected,
    refusals,
    failures,
    unjudged,
  };
}
