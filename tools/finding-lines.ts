import { cannotBeJudged, passes } from "../policies/judge";
import { objectName, pageOf, SEVERITIES, type Finding } from "../policies/model/rules";
import { RULES } from "../policies/packs";
import { counted, styled } from "../terminal/text";

/** Places with the same cause that are named; the rest is counted. */
const NAMED = 3;

/**
 * Lines about findings for people: the worst first, the remedy of a rule once, and one cause on one line, however many objects have it and however many
 * rules say it.
 */
export function findingLines(findings: readonly Finding[]): readonly string[] {
  const groups = causesOf(findings);
  return groups.flatMap((group, index) => {
    const [finding] = group;
    if (finding === undefined) return [];
    const { rule, severity, enforcement, message, remedy } = finding;
    const rules = [...new Set(group.map((each) => `${each.pack}/${each.rule}`))];
    const head =
      groups[index - 1]?.[0]?.rule === rule && rules.length === 1
        ? []
        : [
            `${styled(enforcement === "mandatory" ? "red" : "yellow", `${enforcement} (${severity})`)} ${rules.join(", ")}`,
            styled(
              "dim",
              `  ${rules.length === 1 ? `${remedy}${pageNote(rule)}` : "Mend what is said below; until then these rules cannot be judged."}`,
            ),
          ];
    return [...head, `  ${placesText(group)}: ${message}`];
  });
}

/** The last line, which says whether the objects pass. A cause counts once, and is a violation if one of the rules that say it is mandatory. */
export function conclusion(findings: readonly Finding[], passed: string): string {
  const causes = causesOf(findings);
  const violations = causes.filter((group) => !passes(group)).length;
  const hints = causes.length - violations;
  const hinted = hints === 0 ? "" : `, ${counted(hints, "hint")}`;
  const all = findings.length === causes.length ? "" : ` (${findings.length} findings)`;
  return violations === 0
    ? styled("green", `${passed}${hinted}${all}`)
    : styled("red", `${counted(violations, "violation")}${hinted}${all}`);
}

/** Findings by their cause; the worst first, in each cause too. */
function causesOf(findings: readonly Finding[]): readonly (readonly Finding[])[] {
  const rank = ({ enforcement, severity }: Finding) => (enforcement === "mandatory" ? 10 : 0) + SEVERITIES.indexOf(severity);
  const sorted = [...findings].sort((a, b) => rank(b) - rank(a) || a.rule.localeCompare(b.rule));
  const causes = new Map<string, Finding[]>();
  for (const finding of sorted) {
    const cause = causeOf(finding);
    const group = causes.get(cause) ?? [];
    causes.set(cause, group);
    group.push(finding);
  }
  return [...causes.values()];
}

/**
 * What findings with the same cause have in common: the rule, the name of the field, and what is said apart from the object's own names and path, which
 * differs between kinds. What a rule cannot judge is one cause for all rules that read it.
 */
function causeOf({ rule, enforcement, object: { name, namespace }, path, message }: Finding): string {
  const own = [path, name, namespace].filter((each) => each !== "");
  const withoutNames = own.reduce(
    (text, each) => text.replace(new RegExp(`(?<![\\w.-])${each.replace(/[^\w-]/g, "\\$&")}(?![\\w.-])`, "g"), "*"),
    message,
  );
  const field = path
    .replace(/\[\d+\]/g, "[]")
    .split(/\.(?![^[]*"\])/)
    .at(-1);
  return JSON.stringify([...(cannotBeJudged(message) ? [] : [rule, enforcement]), field, withoutNames]);
}

/** Where a cause is: the objects, and the field behind them if it is the same everywhere. */
function placesText(group: readonly Finding[]): string {
  const paths = new Set(group.map(({ path }) => path));
  const [path = ""] = paths;
  const about = (own: string) => (own === "" ? "" : ` ${own}`);
  const places = [...new Set(group.map((each) => `${objectName(each.object)}${paths.size === 1 ? "" : about(each.path)}`))];
  const more = places.length > NAMED ? ` and ${places.length - NAMED} more` : "";
  return `${places.slice(0, NAMED).join(", ")}${more}${paths.size === 1 ? about(path) : ""}`;
}

/** Names the page about a rule of the packs; what a command itself checks has none. */
function pageNote(rule: string): string {
  return RULES.some(({ name }) => name === rule) ? ` (${pageOf(rule)})` : "";
}
