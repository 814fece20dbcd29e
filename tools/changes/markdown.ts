import { fieldText } from "../../changes/difference";
import type { ChangesDocument } from "./document";
import { isNoticed } from "../../changes/effects";
import { answerText, findingText, headline, inSameWords } from "./lines";

/** Characters that GitHub takes in one comment, less some for what the workflow puts around it: https://github.com/orgs/community/discussions/27190. */
export const COMMENT = 60_000;

type Told = ChangesDocument["changes"][number];

/**
 * The changes as a comment on a pull request: the decisive first, details folded away. What does not fit into `limit` characters is left out
 * from the end, section by section, and counted.
 */
export function changesMarkdown({ against, changes, sites }: ChangesDocument, limit = COMMENT): string {
  const several = sites.length > 1;
  const noticed = changes.filter(isNoticed);
  const rest = changes.filter((each) => !isNoticed(each));
  const sections = [
    ...sites.map((site) => `### ${sign(site.worse, site.worst)} ${escaped(headline(site, changes, against))}`),
    ...sites.flatMap((site) => verdictSections(site, several)),
    ...(noticed.length === 0 ? [] : ["#### What people notice", ...inSameWords(noticed).map((each) => noticedSection(each, several))]),
    ...(rest.length === 0 ? [] : [restSection(rest, several)]),
  ];
  return cut(sections, limit);
}

function sign(worse: boolean, worst: string): string {
  return worse ? "❌" : worst === "none" ? "✅" : "⚠️";
}

function verdictSections(
  { site, unfitApprovals, newFindings, goneFindings, answers }: ChangesDocument["sites"][number],
  several: boolean,
): readonly string[] {
  const rows = [
    ...unfitApprovals.map(({ path, message }) => `- **wrong** ${escaped(`${path}: ${message}`)}`),
    ...newFindings.map((each) => `- **new** ${escaped(findingText(each))}`),
    ...answers.filter(({ worse }) => worse).map((each) => `- **worse** ${escaped(answerText(each))}`),
    ...answers.filter(({ worse }) => !worse).map((each) => `- ${escaped(answerText(each))}`),
    ...goneFindings.map((each) => `- gone: ${escaped(findingText(each))}`),
  ];
  return rows.length === 0 ? [] : [`#### Verdicts${several ? ` of ${site}` : ""}\n\n${rows.join("\n")}`];
}

function noticedSection({ sites, action, object, effect, because, reversible, refused, approved, fields }: Told, several: boolean): string {
  const head = `**${action} ${escaped(object)}**${several ? ` (${sites.join(", ")})` : ""}: ${refused === undefined ? effect : "**cannot be made**"}${reversible ? "" : ", **cannot be undone**"}`;
  const details = [refused, because, approved].filter((text) => text !== undefined && text !== "").map((text) => escaped(text ?? ""));
  const list =
    fields.length === 0 ? [] : [`<details><summary>${fields.length} changed</summary>\n\n${code(fields.map(fieldText))}\n</details>`];
  return [head, ...details, ...list].join("\n\n");
}

function restSection(changes: readonly Told[], several: boolean): string {
  const rows = changes.map(
    ({ action, object, sites, fields, because }) =>
      `${action} ${object}${several ? ` (${sites.join(", ")})` : ""}${because === "" ? "" : `: ${because}`}${fields.map((field) => `\n    ${fieldText(field)}`).join("")}`,
  );
  return `<details><summary>What nobody notices: ${changes.length}</summary>\n\n${code(rows)}\n</details>`;
}

/** A block of code that nothing inside can close. */
function code(lines: readonly string[]): string {
  const text = lines.join("\n");
  const fence = "`".repeat(Math.max(3, ...[...text.matchAll(/`+/g)].map(([run]) => run.length + 1)));
  return `${fence}text\n${text}\n${fence}`;
}

/** Text in which Markdown and HTML find nothing of theirs; names come from a pull request, which anyone may open. */
export function escaped(text: string): string {
  return text.replace(/[\\`*_{}[\]<>#|~@]/g, (mark) => (mark === "@" ? "@\u200b" : `\\${mark}`)).replace(/\s+/g, " ");
}

/** Sections as far as they fit, in their order, with a line about those that do not. */
export function cut(sections: readonly string[], limit: number): string {
  const room = limit - 200;
  const kept: string[] = [];
  let length = 0;
  for (const section of sections) {
    if (length + section.length + 2 > room) break;
    kept.push(section);
    length += section.length + 2;
  }
  const left = sections.length - kept.length;
  return [...kept, ...(left === 0 ? [] : [`_${left} more sections do not fit here; npm run -s plan shows all of them._`]), ""].join("\n\n");
}
