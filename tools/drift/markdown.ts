import { fieldText } from "../../changes/difference";
import { type Drift, type DriftKind, type DriftReport, DRIFTS } from "../../changes/drift";
import { WAYS_BACK } from "../../changes/ways-back";
import { counted } from "../../terminal/text";
import { COMMENT, cut, escaped } from "../changes/markdown";
import { upCommand } from "./up-command";

/** What the report of a site's drift is made of. */
export interface DriftFacts {
  readonly site: string;
  readonly report: DriftReport;
  /** What the packs refuse. */
  readonly refusals: readonly string[];
  readonly failures: readonly string[];
  /** Why it counts as judged by nobody. */
  readonly unjudged: readonly string[];
}

/** Whether a site is not as its file says, or nobody knows. */
export function isAdrift({ report, refusals, failures, unjudged }: DriftFacts): boolean {
  return [report.drifts, refusals, failures, unjudged].some((each) => each.length > 0);
}

/** What differs at a site, as the text of an issue: by kind, with the way back of each. */
export function driftMarkdown(facts: DriftFacts): string {
  const { site, report, refusals, failures, unjudged } = facts;
  const unknown = failures.length + unjudged.length > 0;
  if (!isAdrift(facts)) return `### ✅ ${site} is as its site file says\n${expectedText(report.expected)}`.trimEnd();
  const head = unknown ? `### ❌ Whether ${site} is as its site file says is not known` : `### ⚠️ ${site} is not as its site file says`;
  return cut(
    [
      head,
      ...listed("The run failed", failures),
      ...listed("Not judged", unjudged),
      ...listed("Refused by the packs", refusals),
      ...(report.drifts.some(({ kind }) => kind !== "waiting" && kind !== "added") ? [wayBack(site)] : []),
      ...DRIFTS.flatMap((kind) =>
        section(
          kind,
          report.drifts.filter((each) => each.kind === kind),
        ),
      ),
    ],
    COMMENT - 2_000,
  );
}

function wayBack(site: string): string {
  return `An \`up\` alone sees nothing of this: it compares with what the last one wrote. This one asks the cluster first:\n\n\`\`\`sh\n${upCommand(site, true)}\n\`\`\``;
}

function section(kind: DriftKind, drifts: readonly Drift[]): readonly string[] {
  if (drifts.length === 0) return [];
  const { title, back } = WAYS_BACK[kind];
  return [`#### ${title}: ${drifts.length}\n\n${back}\n\n${drifts.map(row).join("\n")}`];
}

function row({ object, fields, by, because }: Drift): string {
  const who = by.length === 0 ? "" : ` (by ${by.join("; ")})`;
  const told = [`- **${escaped(object)}**${escaped(who)}${because === "" ? "" : `: ${escaped(because)}`}`];
  return [...told, ...fields.map((field) => `  - ${escaped(fieldText(field))}`)].join("\n");
}

function listed(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [`#### ${title}\n\n${lines.map((line) => `- ${escaped(line)}`).join("\n")}`];
}

function expectedText(expected: readonly string[]): string {
  return expected.length === 0 ? "" : `\nControllers have written what is expected of them: ${counted(expected.length, "field")}.`;
}
