import { changedAt } from "../../policies/model/fields";
import type { Site } from "../../stacks/site/schema";

/** One value that somebody who follows an advice writes into the site file. */
export interface SiteEdit {
  /** Where it stands, below `af:`. */
  readonly steps: readonly (string | number)[];
  readonly value: unknown;
  /** The value as people read it; of a list how many entries it has. */
  readonly to: string;
  /** What stands there now, in the same way. */
  readonly from: string;
}

/** The edit of a value that reads as it is written. */
export function valueEdit(steps: SiteEdit["steps"], value: string | number, from: string | number): SiteEdit {
  return { steps, value, to: String(value), from: String(from) };
}

/** The edit of a list that gets further entries; `entry` makes up the one of a number, from 1 on. */
export function longerList(
  steps: SiteEdit["steps"],
  present: readonly unknown[],
  by: number,
  entry: (number: number) => unknown,
): SiteEdit {
  const value = [...present, ...Array.from({ length: by }, (_, index) => entry(index + 1))];
  return { steps, value, to: String(value.length), from: String(present.length) };
}

/** The edits in words: `af:hub.users.concurrent: 29 instead of 60`. */
export function editsText(edits: readonly SiteEdit[]): string {
  return edits.map(({ steps, to, from }) => `${pathText(steps)}: ${to} instead of ${from}`).join(", ");
}

/** The site after the edits; a list has entries that are made up. */
export function edited(site: Site, edits: readonly SiteEdit[]): Site {
  return edits.reduce((changed, { steps, value }) => changedAt(changed, steps, () => value) as Site, site);
}

function pathText(steps: SiteEdit["steps"]): string {
  return `af:${steps.map((step, index) => (typeof step === "number" ? `[${step}]` : index === 0 ? step : `.${step}`)).join("")}`;
}
