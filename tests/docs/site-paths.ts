import { parse } from "yaml";
import { CONCERNS } from "#af/stacks/site/schema";
import { SITE_KEYS, type Key } from "#af/tools/site/keys";
import { lineAt, type Piece, type Text } from "./texts";

/** A path of the site file as a text names it, and what the text says stands there. */
export interface Mention {
  readonly file: string;
  readonly line: number;
  /** E.g. `af:nodes.<pool>.hosts[0]`. */
  readonly path: string;
  /** The text behind it, up to the end of the line. */
  readonly rest: string;
}

const NAME = "[A-Za-z0-9_-]+";
/** `${pool}`, `<pool>`, `*`: any name. */
const STAND_IN = String.raw`\$\{(?:[^{}]|\{[^{}]*\})*\}|<[^<>\s]+>|\*`;
const SEGMENT = `(?:${NAME}|${STAND_IN})+`;
/** Not `af:hub:Hub`, which is the type of a resource, nor `::af::`, which is part of a URN. */
const PATH = new RegExp(String.raw`(?<![\w:-])af:(?!${NAME}:[A-Z])${SEGMENT}(?:\.${SEGMENT}|\[[^\]\s]*\])*`, "g");

/** Every path of the site file that a text names; what ends a sentence is no part of it. */
export function mentionsIn({ file, text }: Text): readonly Mention[] {
  return [...text.matchAll(PATH)].map(({ index, 0: path }) => ({
    file,
    line: lineAt(text, index),
    path,
    rest: /^[^\n]*/.exec(text.slice(index + path.length))?.[0] ?? "",
  }));
}

/** The keys of a site file, with the maps by the names of secrets held to these names. */
export function siteKeys(secrets: readonly string[]): Key {
  if (SITE_KEYS.shape.kind !== "object") throw new Error("a site file is an object");
  const keys = [...SITE_KEYS.shape.keys].map(
    ([name, key]) => [name, name === "secrets" || name === "expiry" ? withNames(key, secrets) : key] as const,
  );
  return { ...SITE_KEYS, shape: { kind: "object", keys: new Map(keys) } };
}

function withNames(key: Key, names: readonly string[]): Key {
  if (key.shape.kind !== "map") throw new Error("secrets stand in a map");
  const { element } = key.shape;
  return { ...key, shape: { kind: "object", keys: new Map(names.map((name) => [name, element])) } };
}

/**
 * Paths of a message that lack their prefix, such as `tenancy.names`. Of the hub they are not told from the names of its hosts and the values of its
 * chart.
 */
export function unprefixedIn({ file, line, text }: Piece): readonly Mention[] {
  const concerns = Object.keys(CONCERNS).filter((concern) => concern !== "hub");
  const pattern = new RegExp(String.raw`(?<![\w:./$-])(${concerns.join("|")})\.(?!k8s\.io)${SEGMENT}(?:\.${SEGMENT})*`, "g");
  return [...text.matchAll(pattern)].map(([path]) => ({ file, line, path: `af:${path}`, rest: "" }));
}

/** What is wrong with a mention, for whoever has to mend the text; nothing if the schema has it. */
export function problemsOf({ file, line, path, rest }: Mention, root: Key): readonly string[] {
  const where = `${file}:${line}: ${path}`;
  const found = keysAt(path, root);
  if (typeof found === "string") return [`${where}: ${found}`];
  const settings = braced(rest).map((text) => parse(text.replace(/\$\{[^{}]*\}/g, "...")) as unknown);
  return [...settings.flatMap((value) => problemsOfSettings(path, found, value)), ...problemsOfWord(found, rest)].map(
    (problem) => `${where}: ${problem}`,
  );
}

/** What is wrong with settings that are written out, keys with their prefix as in a site file. */
export function problemsOfFile(where: string, config: Readonly<Record<string, unknown>>, root: Key): readonly string[] {
  return Object.entries(config)
    .filter(([key]) => key.startsWith("af:"))
    .flatMap(([key, value]) => {
      const found = keysAt(key, root);
      return (typeof found === "string" ? [found] : problemsOfSettings(key, found, value)).map((problem) => `${where}: ${problem}`);
    });
}

/** The keys of the schema that a path may mean: several where it has a stand-in or a union. A text says why there is none. */
function keysAt(path: string, root: Key): readonly Key[] | string {
  let keys: readonly Key[] = [root];
  let reached = "af:";
  for (const step of stepsOf(path)) {
    const next = keys.flatMap((key) => below(key, step));
    if (next.length === 0) return unknownKey(reached, step, keys);
    reached = joined(reached, step);
    keys = next;
  }
  return keys;
}

function joined(path: string, step: string): string {
  return step.startsWith("[") || path === "af:" ? path + step : `${path}.${step}`;
}

function stepsOf(path: string): readonly string[] {
  return path.slice("af:".length).match(new RegExp(String.raw`${SEGMENT}|\[[^\]]*\]`, "g")) ?? [];
}

function below({ shape }: Key, step: string): readonly Key[] {
  switch (shape.kind) {
    case "object":
      return isStandIn(step) ? [...shape.keys.values()] : [shape.keys.get(step)].filter((key) => key !== undefined);
    case "union":
      return [...shape.options.values()].flatMap((option) => below(option, step));
    case "map":
      return step.startsWith("[") ? [] : [shape.element];
    case "list":
      return step.startsWith("[") ? [shape.element] : [];
    case "value":
      return [];
    default:
      return shape satisfies never;
  }
}

function isStandIn(step: string): boolean {
  return new RegExp(STAND_IN).test(step) || step === "...";
}

function unknownKey(reached: string, step: string, keys: readonly Key[]): string {
  const known = [...new Set(keys.flatMap(({ shape }) => namesBelow(shape)))].sort();
  if (known.length === 0) return `nothing is below ${reached}`;
  const alike = (name: string) => [...name].findIndex((letter, index) => step[index] !== letter) >>> 0;
  const [nearest = ""] = [...known].sort((a, b) => alike(b) - alike(a));
  return `${reached} has no ${step}; the nearest key is ${joined(reached, nearest)}; allowed: ${known.join(", ")}`;
}

function namesBelow(shape: Key["shape"]): readonly string[] {
  if (shape.kind === "object") return [...shape.keys.keys()];
  if (shape.kind === "union") return [...shape.options.values()].flatMap((option) => namesBelow(option.shape));
  return shape.kind === "list" ? ["[]"] : shape.kind === "map" ? ["<name>"] : [];
}

/** The settings in braces that a text gives to a path: `af:x: { ... }`, `af:x to { ... } or { ... }`. */
function braced(rest: string): readonly string[] {
  const settings: string[] = [];
  let text = rest;
  for (let start = /^(?::| to) (?=\{)/.exec(text); start; start = /^ or (?=\{)/.exec(text)) {
    const found = balanced(text.slice(start[0].length));
    if (found === undefined) break;
    settings.push(found);
    text = text.slice(start[0].length + found.length);
  }
  return settings;
}

/** A text from its opening brace to the closing one; undefined if it ends before. */
function balanced(text: string): string | undefined {
  let depth = 0;
  for (const [index, letter] of [...text].entries()) {
    if (letter === "{") depth += 1;
    if (letter === "}") depth -= 1;
    if (depth === 0) return text.slice(0, index + 1);
  }
  return undefined;
}

/** Keys of settings that the schema does not have at a path, at any depth, and kinds that its unions do not have. */
function problemsOfSettings(path: string, keys: readonly Key[], value: unknown): readonly string[] {
  if (Array.isArray(value))
    return value.flatMap((each) =>
      problemsOfSettings(
        `${path}[]`,
        keys.flatMap((key) => below(key, "[]")),
        each,
      ),
    );
  if (typeof value !== "object" || value === null) return [];
  const settings = value as Readonly<Record<string, unknown>>;
  const chosen = keys.flatMap((key) => optionsFor(key, settings));
  if (chosen.length === 0) return [`${JSON.stringify(value)} is of no kind that is allowed at ${path}`];
  return Object.entries(settings).flatMap(([name, inner]) => {
    if (isStandIn(name)) return [];
    const next = chosen.flatMap((key) => below(key, name));
    return next.length === 0 ? [unknownKey(path, name, chosen)] : problemsOfSettings(`${path}.${name}`, next, inner);
  });
}

function optionsFor(key: Key, settings: Readonly<Record<string, unknown>>): readonly Key[] {
  if (key.shape.kind !== "union") return [key];
  const choice = settings[key.shape.discriminator];
  if (typeof choice !== "string" || choice === "...") return [...key.shape.options.values()];
  return [key.shape.options.get(choice)].filter((option) => option !== undefined);
}

/** `af:x.kind to rook`: the word has to be one of those that the key takes, where it takes no others. */
function problemsOfWord(keys: readonly Key[], rest: string): readonly string[] {
  const word = /^ to ([\w-]+)/.exec(rest)?.[1];
  const types = keys.map(({ shape }) => (shape.kind === "value" ? shape.type.split(" or ") : []));
  const isChoice = types.length > 0 && types.every((words) => words.length > 1 && !words.some((each) => OPEN_TYPES.includes(each)));
  if (word === undefined || !isChoice || types.some((words) => words.includes(word))) return [];
  return [`does not take ${word}; allowed: ${[...new Set(types.flat())].join(", ")}`];
}

/** Types that take more than the words that they name. */
const OPEN_TYPES = ["text", "number", "whole number"];
