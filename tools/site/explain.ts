import { isAlias, isMap, isNode, isScalar, isSeq } from "yaml";
import { readSite } from "../../stacks/site/read";
import type { DeclaredSecret } from "../../components/secret";
import { declaredSecrets } from "../../stacks/site/secrets";
import { SECRETS_KEY } from "../../stacks/site/schema";
import { PREFIX, readStackFile, type StackFile } from "../../stacks/site/stack-file";
import { table } from "../../terminal/table";
import { counted } from "../../terminal/text";
import { siteArgument, type SiteArgument } from "./argument";
import type { ExplainDocument } from "./document";
import { allowedAt, defaultOf, mustBeGiven, typeOf } from "./keys";
import { pathCovers, locate, placesBelow, spelt, stepsOf, type SettingPath, type Place } from "./place";
import { problemsOfSite } from "./problems";
import { inShort, valueOf } from "./values";

type Origin = ExplainDocument["origin"];

/**
 * Says what is in force at a path of a site, what set it, and what the settings say about it. A file that is wrong elsewhere is explained
 * too.
 * @throws {UsageError} if there is nothing at the path.
 * @throws {SiteError} if the file cannot be read at all.
 */
export function explain(siteText: string, pathText: string): ExplainDocument {
  const argument = siteArgument(siteText);
  const file = readStackFile(argument.name, argument.file);
  const place = locate(file.configuration, stepsOf(pathText));
  const problems = problemsOfSite(argument);
  const { description, unit, examples } = place.key.facts;
  const fallback = defaultOf(place.key);
  const secret = problems.length === 0 ? secretAt(place.path, argument) : undefined;
  return {
    site: argument.name,
    path: spelt(place.path),
    value: valueOf(place),
    origin: originOf(place, file),
    type: typeOf(place.key),
    required: mustBeGiven(place.key),
    description: secret?.purpose ?? description,
    unit,
    allowed: allowedAt(place.key) || undefined,
    examples,
    default: fallback,
    readBy: secret === undefined ? place.readBy : [secret.readBy],
    below: leavesBelow(place).map((leaf) => ({ path: spelt(leaf.path), value: valueOf(leaf), origin: originOf(leaf, file) })),
    problems,
  };
}

/** Lines of an explanation for people. */
export function explainLines(document: ExplainDocument): readonly string[] {
  const { site, path, value, below, problems } = document;
  const facts: readonly (readonly [string, string | undefined])[] = [
    ["set by", originText(document)],
    ["what", document.description],
    ["type", document.type],
    ["unit", document.unit],
    ["allowed", document.allowed],
    ["default", document.required ? "none; every site says it" : document.default === undefined ? "nothing" : inShort(document.default)],
    ["examples", document.examples?.map((example) => inShort(example)).join(", ")],
    ["read by", document.readBy.join(", ")],
  ];
  const here = problems.filter((problem) => pathCovers(path, problem.path));
  return [
    below.length > 0 ? path : `${path} = ${value === undefined ? "(nothing)" : inShort(value)}`,
    ...facts.flatMap(([name, text]) => (text === undefined || text === "" ? [] : [`  ${name.padEnd(10)}${text}`])),
    ...(below.length === 0
      ? []
      : [
          "",
          ...table(
            ["path", "value", "set by"],
            below.map((leaf) => [leaf.path, inShort(leaf.value), originText(leaf)]),
          ),
        ]),
    ...here.map((problem) => `wrong: ${problem.path}: ${problem.message}`),
    ...(problems.length > 0 ? [`${site} has ${counted(problems.length, "problem")}: npm run -s site -- validate ${site}`] : []),
  ];
}

/** The single values below a place; a list of single values counts as one. */
function leavesBelow(place: Place): readonly Place[] {
  if (place.key.facts.secret || place.value === undefined) return [];
  const { shape } = place.key;
  if (shape.kind === "list" && shape.element.shape.kind === "value") return [];
  return placesBelow(place).flatMap((each) => {
    const leaves = leavesBelow(each);
    return leaves.length > 0 ? leaves : [each];
  });
}

function originOf({ leftOut, value, path }: Place, file: StackFile): Origin {
  if (leftOut === undefined) return { kind: "file", file: file.source, line: lineOf(file, path) };
  return value === undefined ? { kind: "nothing" } : { kind: "default", of: spelt(leftOut) };
}

function originText({ path, origin }: Pick<ExplainDocument, "path" | "origin">): string {
  switch (origin.kind) {
    case "file":
      return `${origin.file}:${origin.line}`;
    case "default":
      return origin.of === path ? "default" : `default of ${origin.of}`;
    case "nothing":
      return "nothing";
    default:
      return origin satisfies never;
  }
}

/** The line, counted from 1, on which the key or the element of a list begins. */
function lineOf({ document, lines }: StackFile, path: SettingPath): number {
  let node: unknown = document.contents;
  let offset = 0;
  const [concern, ...rest] = path;
  for (const step of ["config", ...(concern === undefined ? [] : [`${PREFIX}${concern}`]), ...rest]) {
    const holder = isAlias(node) ? node.resolve(document) : node;
    if (isMap(holder)) {
      const pair = holder.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
      if (isScalar(pair?.key)) offset = pair.key.range?.[0] ?? offset;
      node = pair?.value;
    } else if (isSeq(holder) && typeof step === "number") {
      node = holder.items[step];
      if (isNode(node)) offset = node.range?.[0] ?? offset;
    }
  }
  return lines.linePos(offset).line;
}

function secretAt([concern, name]: SettingPath, { name: site, file }: SiteArgument): DeclaredSecret | undefined {
  return concern === SECRETS_KEY ? declaredSecrets(readSite(site, file)).find((secret) => secret.name === name) : undefined;
}
