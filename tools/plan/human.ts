import { amountText, marginOf, unitOf } from "../../policies/model/figures";
import type { PackVerdict } from "../../policies/judge";
import type { NamespaceDemand } from "../../policies/model/demand";
import type { RecordedResource } from "../../stacks/record";
import { isWithoutBound } from "../../stacks/storage-quota";
import { conclusion, findingLines } from "../finding-lines";
import { exceptionsUsed, ruleSummary, tightestFirst, waiverLines } from "../findings";
import { table } from "../../terminal/table";
import { counted, styled } from "../../terminal/text";
import { capacityLines } from "./capacity-lines";
import type { Plan } from "./plan";
import { dataRatesOf } from "./rates";
import { failOverLines, rateLines } from "./rate-lines";

/** How many of the tightest comparisons are shown. */
const TIGHTEST = 5;

/** Most characters of a line that is a list. We chose them: notes of the tables are as wide. */
const WIDTH = 170;

/** Lines of a plan for people; they fit on two screens, however large the site is. */
export function planLines(plan: Plan): readonly string[] {
  const { site, verdict, schemas, findings } = plan;
  const resources = plan.resources.map(({ resource }) => resource);
  const exceptions = exceptionsUsed(verdict);
  const rates = dataRatesOf(site);
  const used =
    exceptions.length === 0 ? [] : [`${counted(exceptions.length, "standing exception")} of upstream software used (--json lists them)`];
  return [
    styled("bold", `${site.site.name}: ${site.site.title}`),
    "",
    ...table(["concern", "component", "resources", "what"], concerns(resources), ["resources"]),
    "",
    ...table(["namespace", "pods", "cpu", "of", "memory", "of", "volumes", "of"], plan.demands.map(demandRow), [
      "pods",
      "cpu",
      "memory",
      "volumes",
    ]),
    styled("dim", "  at full scale and while every deployment is rolled out at once; users, workers and transformers come on top"),
    "",
    ...table(["tightest", "what", "need", "have", "rule"], tightestRows(verdict), ["need", "have"]),
    "",
    ...capacityLines(plan.capacity),
    "",
    ...rateLines(rates),
    ...failOverLines(site, rates),
    "",
    ...protectedLines(resources),
    "",
    ...table(["policy", "rules", "looked at", "findings"], packRows(plan), ["rules", "looked at", "findings"]),
    styled("dim", `  ${["--flows shows who reaches whom", ...used].join("; ")}`),
    `custom resources  ${schemas.crds}`,
    `chart values      ${schemas.charts}`,
    ...(findings.length === 0 ? [] : ["", ...findingLines(findings)]),
    ...(verdict.waived.length === 0 ? [] : ["", ...waiverLines(verdict)]),
    "",
    conclusion(findings, "fits and passes"),
  ];
}

/** One row for each component directly below the facility, in the order of their making. */
function concerns(resources: readonly RecordedResource[]): readonly (readonly string[])[] {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const facility = resources.find(({ type }) => type === "af:stacks:Facility");
  const concernOf = (resource: RecordedResource): RecordedResource | undefined => {
    if (resource.parent === facility?.urn) return resource;
    const parent = resource.parent === undefined ? undefined : byUrn.get(resource.parent);
    return parent && concernOf(parent);
  };
  const groups = new Map<RecordedResource, RecordedResource[]>();
  for (const resource of resources) {
    const concern = concernOf(resource);
    if (!concern) continue;
    const members = groups.get(concern) ?? [];
    groups.set(concern, members);
    if (resource.custom) members.push(resource);
  }
  return [...groups].map(([{ name, type }, members]) => [name, type.split(":").at(-1) ?? type, String(members.length), kinds(members)]);
}

function kinds(resources: readonly RecordedResource[]): string {
  const counts = new Map<string, number>();
  for (const { type } of resources) {
    const kind = type.split(":").at(-1) ?? type;
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  const sorted = [...counts]
    .sort(([a, countA], [b, countB]) => countB - countA || a.localeCompare(b))
    .map(([kind, count]) => `${count} ${kind}`);
  const shown = sorted.slice(0, 5);
  return sorted.length > shown.length ? `${shown.join(", ")}, ${sorted.length - shown.length} further kinds` : shown.join(", ");
}

function demandRow({ namespace, pods, comparisons }: NamespaceDemand): readonly string[] {
  const cells = ["requests.cpu", "requests.memory", "requests.storage"].flatMap((key) => {
    const found = comparisons.find(({ comparison }) => comparison.key === key)?.comparison;
    if (!found) return ["-", "-"];
    const have = key === "requests.storage" && isWithoutBound(found.have) ? "no bound" : amountText(unitOf(found.resource), found.have);
    return [amountText(unitOf(found.resource), found.need), have];
  });
  return [namespace.name, String(pods), ...cells];
}

/** The comparisons with the least left over. A count that is exactly met was chosen so, and is left out. */
function tightestRows(verdict: PackVerdict): readonly (readonly string[])[] {
  return tightestFirst(verdict)
    .filter(({ figure }) => figure.unit !== "count" || marginOf(figure) < 0n)
    .slice(0, TIGHTEST)
    .map(({ rule, figure: { subject, resource, unit, need, have } }) => [
      subject,
      resource,
      amountText(unit, need),
      amountText(unit, have),
      rule,
    ]);
}

function protectedLines(resources: readonly RecordedResource[]): readonly string[] {
  const names = resources.filter(({ options }) => options.protect).map(({ type, name }) => `${type.split(":").at(-1)} ${name}`);
  const [begin, ...rest] = names;
  const lines = [`${counted(names.length, "resource")} protected from destroy and from mistakes${begin === undefined ? "" : `: ${begin}`}`];
  for (const name of rest) {
    const last = lines.at(-1) ?? "";
    if (last.length + name.length < WIDTH) lines[lines.length - 1] = `${last}, ${name}`;
    else lines.push(`  ${name}`);
  }
  return lines;
}

function packRows({ verdict, findings }: Plan): readonly (readonly string[])[] {
  const rules = ruleSummary(verdict);
  return [...new Set(rules.map(({ pack }) => pack))].map((pack) => {
    const own = rules.filter((rule) => rule.pack === pack);
    const checked = own.reduce((sum, rule) => sum + rule.looked, 0);
    return [pack, String(own.length), String(checked), String(findings.filter((finding) => finding.pack === pack).length)];
  });
}
