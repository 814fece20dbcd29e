import { z } from "zod";
import { marginOf, usedShare, UNITS, type Figure } from "../policies/model/figures";
import type { PackVerdict } from "../policies/judge";
import { ENFORCEMENTS, objectName, PACKS, SEVERITIES, type Finding } from "../policies/model/rules";
import { RULES } from "../policies/packs";
import { styled } from "../terminal/text";

const wholeNumber = z.string().regex(/^-?\d+$/);

const figure = {
  subject: z.string().describe("Who needs it"),
  resource: z.string().describe("What is counted"),
  unit: z.enum(UNITS),
  need: wholeNumber.describe("A whole number, as text: bytes can exceed what JSON numbers hold exactly"),
  have: wholeNumber,
  margin: wholeNumber.describe("have - need; negative if it does not fit"),
};

const objectSchema = z.strictObject({ apiVersion: z.string(), kind: z.string(), namespace: z.string(), name: z.string() });

/** A finding in the documents of several commands. Descriptions here appear in docs/reference. */
export const findingSchema = z.strictObject({
  rule: z.string().describe("Name of the rule"),
  pack: z.string().describe("quotas, security, or schemas"),
  severity: z.enum(SEVERITIES),
  enforcement: z.enum(ENFORCEMENTS).describe("mandatory stops a preview and an up; advisory is said and no more"),
  object: objectSchema,
  path: z.string().describe("The field, from the object's root; empty if it is the object itself"),
  message: z.string().describe("What was found and what is allowed"),
  remedy: z.string().describe("How to mend it"),
  frameworks: z.array(z.string()).readonly().describe("What asks for it"),
  figures: z.array(z.strictObject(figure)).readonly().optional().describe("What did not fit, where the rule counts"),
});

/** A need that a rule compared with what there is. */
export const comparisonSchema = z.strictObject({
  rule: z.string(),
  object: objectSchema,
  path: z.string().describe("The field that bounds or asks, from the object's root"),
  ...figure,
});

/** A standing exception that was used. */
export const exceptionSchema = z.strictObject({
  rule: z.string(),
  allowed: z.string().describe("What exactly is allowed"),
  because: z.string().describe("Why upstream software needs it"),
  objects: z.array(z.string()).readonly().describe("The objects that use it"),
});

/** A waiver of the site file that was used. */
export const waiverSchema = z.strictObject({
  rule: z.string(),
  object: z.string().describe("Kind, namespace and name"),
  field: z.string(),
  allows: z.string().optional().describe("What the field holds"),
  owner: z.string(),
  reason: z.string(),
  ticket: z.string(),
  until: z.string().describe("Last day on which it holds"),
});

/** What every rule looked at and found. */
export const rulesSchema = z.array(
  z.strictObject({
    rule: z.string(),
    pack: z.enum(PACKS),
    looked: z.int().describe("How many things the rule looked at; a rule that looked at nothing has proved nothing"),
    findings: z.int(),
    skipped: z.string().optional().describe("Why the rule could not be judged"),
  }),
);

/** Findings as the documents show them. */
export function findingEntries(findings: readonly Finding[]): readonly z.output<typeof findingSchema>[] {
  return findings.map(({ figures, ...finding }) => ({ ...finding, ...(figures && { figures: figures.map(figureEntry) }) }));
}

/** Comparisons as the documents show them, those with the least left over first. */
export function comparisonEntries(verdict: PackVerdict): readonly z.output<typeof comparisonSchema>[] {
  return tightestFirst(verdict).map(({ rule, object, path, figure: compared }) => ({ rule, object, path, ...figureEntry(compared) }));
}

/** Every need that a rule compared with what there is, those with the least left over first. */
export function tightestFirst({ comparisons }: PackVerdict): PackVerdict["comparisons"] {
  return [...comparisons].sort((a, b) => usedShare(b.figure) - usedShare(a.figure));
}

function figureEntry(compared: Figure) {
  const { subject, resource, unit, need, have } = compared;
  return { subject, resource, unit, need: String(need), have: String(have), margin: String(marginOf(compared)) };
}

/** Every standing exception that was used, once, with the objects that used it. */
export function exceptionsUsed({ excepted }: PackVerdict): readonly z.output<typeof exceptionSchema>[] {
  const used = new Map<string, { rule: string; allowed: string; because: string; objects: string[] }>();
  for (const { exception, allowed, finding } of excepted) {
    const key = `${exception.rule} ${allowed} ${exception.because}`;
    const entry = used.get(key) ?? { rule: exception.rule, allowed, because: exception.because, objects: [] };
    entry.objects.push(objectName(finding.object));
    used.set(key, entry);
  }
  return [...used.values()];
}

/** Every waiver of the site that was used, once. */
export function waiversUsed({ waived }: PackVerdict): readonly z.output<typeof waiverSchema>[] {
  return [...new Set(waived.map(({ waiver }) => waiver))].map(({ allows, ...waiver }) => ({
    ...waiver,
    ...(allows !== undefined && { allows }),
  }));
}

/** Lines about waivers that were used: what they allow, who answers for them, and until when. */
export function waiverLines(verdict: PackVerdict): readonly string[] {
  return waiversUsed(verdict).map(({ rule, object, field, owner, until, ticket }) =>
    styled("yellow", `waived until ${until} by ${owner}: ${rule}, ${object}${field === "" ? "" : ` ${field}`} (${ticket})`),
  );
}

/** How much every rule looked at and found. */
export function ruleSummary({ findings, checked, skipped }: PackVerdict): z.output<typeof rulesSchema> {
  return RULES.map(({ name, pack }) => ({
    rule: name,
    pack,
    looked: checked[name] ?? 0,
    findings: findings.filter(({ rule }) => rule === name).length,
    ...(skipped[name] !== undefined && { skipped: skipped[name] }),
  }));
}
