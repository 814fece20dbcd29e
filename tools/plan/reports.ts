import { table } from "../../terminal/table";
import type { PlanDocument } from "./document";
import { unitedKinds, type CustomKind } from "./kinds";

/** What is to be told of plans. */
export interface Wanted {
  /** Documents in place of text. */
  readonly json: boolean;
  /** The kinds of custom resources in use, and nothing else. */
  readonly kinds: boolean;
  /** Who reaches whom, and nothing else. */
  readonly flows: boolean;
}

/** What is told of one plan. One process may make it for another, so it is plain data. */
export interface PlanReport {
  readonly site: string;
  readonly passes: boolean;
  /** What became of it, in a few words. */
  readonly verdict: string;
  readonly told: PlanDocument | readonly CustomKind[] | string;
}

/** Characters that separate the plans of sites. */
const RULE = "=".repeat(80);

/** The document of one plan, or the documents of several; or their texts, and after several what became of each. */
export function reportsText(reports: readonly PlanReport[], { json, kinds, flows }: Wanted): string {
  const told = reports.map((report) => report.told);
  if (kinds) return JSON.stringify(unitedKinds(told.flatMap((each) => (isKinds(each) ? each : []))), null, 2);
  if (json) return JSON.stringify(told.length === 1 ? told[0] : told, null, 2);
  const texts = reports.map((report) => ({ ...report, text: typeof report.told === "string" ? report.told : "" }));
  const [only] = texts;
  if (only !== undefined && texts.length === 1) return only.text;
  const rows = texts.map(({ site, verdict }) => [site, verdict]);
  return [
    ...texts.flatMap(({ site, text }) => [flows ? `${site}:\n${text}` : text, "", RULE]),
    ...table(["site", "verdict"], rows, []),
  ].join("\n");
}

function isKinds(told: PlanReport["told"]): told is readonly CustomKind[] {
  return Array.isArray(told);
}
