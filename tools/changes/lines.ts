import { counted, styled, wrapped } from "../../terminal/text";
import { approvable, isUnwanted } from "../../changes/approvals";
import type { ChangesDocument } from "./document";
import { fieldText } from "../../changes/difference";
import { EFFECTS, isNoticed } from "../../changes/effects";

/** Fields of a change that are shown to people; `--json` holds all. */
const FIELDS = 6;
/** Characters of a line. */
const LINE = 120;

type Told = ChangesDocument["changes"][number];
type SiteVerdicts = ChangesDocument["sites"][number];

/** Lines of changes for people: what cannot be made and what people notice first, then by service. */
export function changeLines({ against, changes, sites }: ChangesDocument): readonly string[] {
  const noticed = changes.filter(isNoticed);
  const rest = changes.filter((each) => !isNoticed(each));
  return [
    ...sites.map((site) => styled("bold", headline(site, changes, against))),
    ...(noticed.length === 0 ? [] : ["", "what people notice", ...inSameWords(noticed).flatMap((each) => lines(each, sites.length > 1))]),
    ...(rest.length === 0 ? [] : ["", "what nobody notices", ...byService(rest, sites.length > 1)]),
    ...sites.flatMap((site) => verdictLines(site, sites.length > 1)),
  ];
}

/** Names of objects in one line about all of them; the rest is counted. */
const ALIKE = 12;

/** Changes of objects of one kind of which the same is told, as one of all their names. */
export function inSameWords(changes: readonly Told[]): readonly Told[] {
  const groups = new Map<string, { readonly change: Told; readonly names: string[] }>();
  for (const change of changes) {
    const { object, ...told } = change;
    const [kind = "", ...name] = object.split(" ");
    const key = JSON.stringify([kind, told]);
    const group = groups.get(key) ?? { change, names: [] };
    group.names.push(name.join(" "));
    groups.set(key, group);
  }
  return [...groups.values()].map(({ change, names }) => {
    const rest = names.length > ALIKE ? ` and ${names.length - ALIKE} more` : "";
    return { ...change, object: `${change.object.split(" ")[0] ?? ""} ${names.slice(0, ALIKE).join(", ")}${rest}` };
  });
}

/** One line about one site: how much changes, and what the worst of it is. */
export function headline({ site, isNew, worst, worse }: SiteVerdicts, changes: readonly Told[], against: string): string {
  const own = changes.filter(({ sites }) => sites.includes(site));
  if (own.length === 0) return `${site}: nothing changes against ${against}`;
  const counts = (["create", "update", "replace", "delete"] as const)
    .map((action) => ({ action, count: own.filter((each) => each.action === action).length }))
    .filter(({ count }) => count > 0)
    .map(({ action, count }) => `${count} to ${action}`);
  const refused = own.filter((each) => each.refused !== undefined).length;
  const lasting = own.filter(({ reversible }) => !reversible).length;
  return [
    `${site}: ${isNew ? "a new site, " : ""}${counts.join(", ")}; ${worst === "none" ? "nobody notices" : worst}`,
    ...(refused > 0 ? [`${counted(refused, "change")} cannot be made`] : []),
    ...(lasting > 0 ? [`${counted(lasting, "change")} cannot be undone`] : []),
    ...(worse ? ["worse than before"] : []),
  ].join("; ");
}

function lines(change: Told, several: boolean): readonly string[] {
  const { sites, action, object, effect, because, reversible, refused, approved, fields } = change;
  const color = refused !== undefined || EFFECTS.indexOf(effect) >= EFFECTS.indexOf("data at risk") ? "red" : "yellow";
  const head = `  ${action} ${object}${several ? ` (${sites.join(", ")})` : ""}: ${refused === undefined ? effect : "cannot be made"}`;
  return [
    styled(color, `${head}${reversible ? "" : ", cannot be undone"}`),
    ...(refused === undefined ? [] : wrapped(`    ${refused}`, LINE, "    ")).map(indented),
    ...(because === "" ? [] : wrapped(because, LINE - 4, "")).map(indented),
    ...(approved === undefined ? [] : wrapped(approved, LINE - 4, "")).map(indented),
    ...fields.slice(0, FIELDS).map((field) => styled("dim", `    ${fieldText(field)}`)),
    ...(fields.length > FIELDS ? [styled("dim", `    and ${counted(fields.length - FIELDS, "more field")} (--json lists them)`)] : []),
    ...(isUnwanted(change) ? [styled("dim", `    if it is meant, name it in af:approvals: ${JSON.stringify(approvable(change))}`)] : []),
  ];
}

function indented(line: string): string {
  return `    ${line.trim()}`;
}

/** Changes that nobody notices, a line each, those of a service together. */
function byService(changes: readonly Told[], several: boolean): readonly string[] {
  const services = [...new Set(changes.map(({ service }) => service))].sort();
  return services.flatMap((service) => {
    const own = changes.filter((each) => each.service === service);
    return [`  ${service}`, ...alike(own).map((group) => styled("dim", `    ${quietText(group, several)}`))];
  });
}

/** Changes of one action and one kind together. */
export function alike(changes: readonly Told[]): readonly (readonly Told[])[] {
  const groups = new Map<string, Told[]>();
  for (const change of changes) {
    const key = `${change.action} ${change.object.split(" ")[0] ?? ""} ${change.sites.join()}`;
    groups.set(key, [...(groups.get(key) ?? []), change]);
  }
  return [...groups.values()];
}

/** Names of a group that are listed; the rest is counted. */
const NAMES = 4;

/** One line about changes of one kind: the only one with its first field, several by their names. */
export function quietText(group: readonly Told[], several: boolean): string {
  const [first] = group;
  if (first === undefined) return "";
  const at = several ? ` (${first.sites.join(", ")})` : "";
  const [field, ...more] = first.fields;
  if (group.length === 1)
    return `${first.action} ${first.object}${at}${field === undefined ? "" : `: ${fieldText(field)}${more.length === 0 ? "" : ` and ${more.length} more`}`}`;
  const [kind = ""] = first.object.split(" ");
  const names = group.map(({ object }) => object.slice(kind.length + 1));
  const rest = names.length > NAMES ? ` and ${names.length - NAMES} more` : "";
  return `${first.action} ${group.length} of ${kind}${at}: ${names.slice(0, NAMES).join(", ")}${rest}`;
}

function verdictLines({ site, unfitApprovals, newFindings, goneFindings, answers }: SiteVerdicts, several: boolean): readonly string[] {
  const head = `verdicts${several ? ` of ${site}` : ""}`;
  const rows = [
    ...unfitApprovals.map(({ path, message }) => styled("red", `  wrong ${path}: ${message}`)),
    ...newFindings.map((each) => styled(each.enforcement === "mandatory" ? "red" : "yellow", `  new   ${findingText(each)}`)),
    ...goneFindings.map((each) => styled("green", `  gone  ${findingText(each)}`)),
    ...answers.map((each) => styled(each.worse ? "red" : "dim", `  ${each.worse ? "worse" : "now  "} ${answerText(each)}`)),
  ];
  return rows.length === 0 ? [] : ["", head, ...rows];
}

/** A finding on one line. */
export function findingText({ enforcement, rule, object, message }: SiteVerdicts["newFindings"][number]): string {
  return `${enforcement} ${rule}: ${object === "Stack" ? "" : `${object}: `}${message}`;
}

/** A changed answer on one line: `without the worst host: fits, 162 of 160 -> does not fit, 158 of 160 pods`. */
export function answerText({ about, before, after }: SiteVerdicts["answers"][number]): string {
  const text = (answer: typeof before) => (answer === undefined ? "not asked" : `${answer.verdict}, ${answer.have} for ${answer.need}`);
  return `${about}: ${text(before)} -> ${text(after)} ${(after ?? before)?.unit ?? ""}`.trimEnd();
}
