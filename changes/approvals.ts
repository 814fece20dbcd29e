import { createHash } from "node:crypto";
import { daysUntil } from "../stacks/site/days";
import type { Problem } from "../stacks/site/problems";
import type { Approval } from "../stacks/site/waivers";
import type { Change } from "./change";
import type { FieldChange } from "./difference";

/** Characters of a value beyond which an approval names its digest. */
const LONGEST = 60;

/** What a site file writes in an approval to mean a change. */
export type ApprovedChange = Pick<Approval, "change" | "object" | "fields">;

/** A change, or what a document says of one. */
type AnyChange = Pick<Change, "action" | "object"> & { readonly fields: readonly AnyField[] };
type AnyField = Pick<FieldChange, "path"> & Partial<FieldChange>;

/** What a change is in an approval; undefined for an object that comes, which loses nothing. */
export function approvable({ action, object, fields }: AnyChange): ApprovedChange | undefined {
  return action === "create" ? undefined : { change: action, object, fields: fields.map(approvedField) };
}

/** A field with its two values. A long value is named by its digest, so that no other value passes for it. */
function approvedField({ path, before, after }: AnyField): string {
  return `${path}: ${valueText(before)} -> ${valueText(after)}`;
}

function valueText(value: unknown): string {
  if (value === undefined) return "none";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > LONGEST || /\s{2}|\n/.test(text) ? `sha256:${createHash("sha256").update(text).digest("hex").slice(0, 16)}` : text;
}

/** True for a change that nobody makes by the way: one that cannot be made, or that puts data at risk, and that no approval names. */
export function isUnwanted({ effect, refused, approved }: Pick<Change, "effect" | "refused" | "approved">): boolean {
  return approved === undefined && (refused !== undefined || effect === "data at risk");
}

/** Changes with the approvals of the site file that name them, and what is wrong with the approvals. */
export interface ApprovedChanges {
  readonly changes: readonly Change[];
  /** Approvals that have ended, and those that no change uses where all changes are known. */
  readonly problems: readonly Problem[];
}

/**
 * Finds the approval of each change that needs one.
 * @param complete true if the changes are all that the next `up` makes. An approval that none of them uses is then a problem.
 * @param today counts as a day of UTC.
 */
export function withApprovals(changes: readonly Change[], approvals: readonly Approval[], complete: boolean, today: Date): ApprovedChanges {
  const used = new Set<Approval>();
  const approved = changes.map((change) => {
    const wanted = approvable(change);
    if (wanted === undefined || !isUnwanted(change)) return change;
    const approval = approvals.find((each) => daysUntil(each.until, today) >= 0 && isSame(each, wanted));
    if (approval === undefined) return change;
    used.add(approval);
    return { ...change, approved: `approved by ${approval.owner} until ${approval.until}: ${approval.reason} (${approval.ticket})` };
  });
  const problems = approvals.flatMap((approval, index): readonly Problem[] => {
    const path = `af:approvals[${index}]`;
    if (daysUntil(approval.until, today) < 0)
      return [{ path: `${path}.until`, message: `ended on ${approval.until}; remove it, or have ${approval.owner} agree to it anew` }];
    return complete && !used.has(approval) ? [{ path, message: whyUnused(approval, changes) }] : [];
  });
  return { changes: approved, problems };
}

function isSame(approval: Approval, wanted: ApprovedChange): boolean {
  const sorted = ({ fields }: ApprovedChange) => JSON.stringify([...fields].sort());
  return approval.change === wanted.change && approval.object === wanted.object && sorted(approval) === sorted(wanted);
}

function whyUnused(approval: Approval, changes: readonly Change[]): string {
  const about = changes.filter(({ object }) => object === approval.object);
  const [change] = about;
  if (change === undefined) return `${approval.object} does not change, or not any more; remove the approval`;
  if (!about.some(isUnwanted)) return `what changes about ${approval.object} needs no approval; remove it`;
  const wanted = about.flatMap((each) => approvable(each) ?? []);
  return `${approval.object} changes in another way: ${wanted.map((each) => JSON.stringify(each)).join(", ")}; correct the approval, if that is meant`;
}
