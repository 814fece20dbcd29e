import { z } from "zod";
import type { Problem } from "../../stacks/site/problems";
import { isUnwanted } from "../../changes/approvals";
import { ACTIONS, type Change } from "../../changes/change";
import { EFFECTS, gravity } from "../../changes/effects";
import type { AnswerChange, VerdictChanges } from "./verdicts";

const fact = z.unknown().optional().describe("Missing where the field is not there; secrets read [secret]");

const change = z.strictObject({
  sites: z.array(z.string()).readonly().describe("The same change at several sites is told once"),
  action: z.enum(ACTIONS),
  service: z.string().describe("Key of the concern in the site file, or facility"),
  object: z.string().describe("Kind, namespace and name"),
  effect: z.enum(EFFECTS).describe("What people and their data notice, the worst of it"),
  because: z.string(),
  reversible: z.boolean().describe("False if a later change does not bring back what was"),
  refused: z.string().optional().describe("Set if the change cannot be made: who refuses it, and the way out"),
  approved: z.string().optional().describe("Set if af:approvals names this very change: who answers for it, until when and why"),
  fields: z.array(z.strictObject({ path: z.string(), before: fact, after: fact })).readonly(),
});

const answer = z.strictObject({ verdict: z.string(), need: z.int(), have: z.int(), unit: z.string() });

const finding = z.strictObject({ rule: z.string(), enforcement: z.string(), object: z.string(), path: z.string(), message: z.string() });

/** What `plan --against` and `plan --deployed` print with `--json`. */
export const ChangesDocument = z
  .strictObject({
    against: z.string().describe("What the plans are compared with, for people"),
    changes: z.array(change).readonly().describe("The greatest effect first"),
    sites: z
      .array(
        z.strictObject({
          site: z.string(),
          isNew: z.boolean().describe("True if the site was not there before"),
          worst: z.enum(EFFECTS),
          worse: z
            .boolean()
            .describe(
              "True if the site is worse than before, or a change that no approval names cannot be made or puts data at risk; the command then ends with 1",
            ),
          unfitApprovals: z
            .array(z.strictObject({ path: z.string(), message: z.string() }))
            .readonly()
            .describe("Approvals of the site file that have ended, or that no change uses; each makes the site worse"),
          newFindings: z.array(finding).readonly(),
          goneFindings: z.array(finding).readonly(),
          answers: z
            .array(z.strictObject({ about: z.string(), before: answer.optional(), after: answer.optional(), worse: z.boolean() }))
            .readonly(),
        }),
      )
      .readonly(),
  })
  .describe("What differs between two states of facilities, and what that does to people and their data");
/** What `plan --against` prints, as a value. */
export type ChangesDocument = z.output<typeof ChangesDocument>;

/** The changes of one site. */
export interface SiteChanges {
  readonly site: string;
  readonly isNew: boolean;
  readonly changes: readonly Change[];
  /** What is wrong with the site's approvals. */
  readonly unfitApprovals: readonly Problem[];
  readonly verdicts: VerdictChanges;
}

/** The changes of several sites as one document. */
export function changesDocument(against: string, sites: readonly SiteChanges[]): ChangesDocument {
  return {
    against,
    changes: told(sites),
    sites: sites.map(({ site, isNew, changes, unfitApprovals, verdicts }) => ({
      site,
      isNew,
      worst: EFFECTS[Math.max(0, ...changes.map(({ effect }) => EFFECTS.indexOf(effect)))] ?? "none",
      worse: verdicts.worse || unfitApprovals.length > 0 || changes.some(isUnwanted),
      unfitApprovals,
      newFindings: verdicts.newFindings.map(findingEntry),
      goneFindings: verdicts.goneFindings.map(findingEntry),
      answers: verdicts.answers.map(answerEntry),
    })),
  };
}

/** Every change once, with the sites at which it happens. */
function told(sites: readonly SiteChanges[]): ChangesDocument["changes"] {
  const groups = new Map<string, { change: Change; sites: string[] }>();
  for (const { site, changes } of sites)
    for (const each of changes) {
      const key = JSON.stringify([
        each.action,
        each.service,
        each.object,
        each.effect,
        each.because,
        each.refused,
        each.approved,
        each.fields,
      ]);
      const group = groups.get(key) ?? { change: each, sites: [] };
      group.sites.push(site);
      groups.set(key, group);
    }
  return [...groups.values()]
    .sort((a, b) => gravity(b.change) - gravity(a.change))
    .map(({ change: { action, service, object, effect, because, reversible, refused, approved, fields }, sites: at }) => ({
      sites: at,
      action,
      service,
      object,
      effect,
      because,
      reversible,
      ...(refused !== undefined && { refused }),
      ...(approved !== undefined && { approved }),
      fields: fields.map(({ path, before, after }) => ({
        path,
        ...(before !== undefined && { before }),
        ...(after !== undefined && { after }),
      })),
    }));
}

function findingEntry({ rule, enforcement, object: { kind, namespace, name }, path, message }: VerdictChanges["newFindings"][number]) {
  return { rule, enforcement, object: [kind, [namespace, name].filter(Boolean).join("/")].filter(Boolean).join(" "), path, message };
}

function answerEntry({ about, before, after, worse }: AnswerChange) {
  const entry = ({ verdict, need, have, unit }: NonNullable<AnswerChange["after"]>) => ({ verdict, need, have, unit });
  return { about, ...(before && { before: entry(before) }), ...(after && { after: entry(after) }), worse };
}
