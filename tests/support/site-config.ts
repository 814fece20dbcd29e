import * as fs from "node:fs";
import { parse } from "yaml";
import { siteFile, siteNames } from "#af/stacks/site/project";

/** The `af:` settings of a site file as plain data, keys without the prefix; a fresh copy at each call, free to be spoilt. */
export function siteConfig(name: string): Record<string, unknown> {
  const { config } = parse(fs.readFileSync(siteFile(name), "utf8")) as { config: Record<string, unknown> };
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [key.replace(/^af:/, ""), value]));
}

export const SITES = siteNames();

type Step = string | number;

/** A path as messages spell it, e.g. `af:nodes.workers.hosts[2]`. */
export function spelt(path: readonly Step[]): string {
  return path.reduce<string>(
    (text, step) => (typeof step === "number" ? `${text}[${step}]` : `${text}${text === "af:" ? "" : "."}${step}`),
    "af:",
  );
}

/** Every path of a tree, the root left out. */
export function pathsOf(tree: unknown, path: readonly Step[] = []): readonly (readonly Step[])[] {
  if (typeof tree !== "object" || tree === null) return [];
  const steps = Array.isArray(tree) ? tree.map((_, index) => index) : Object.keys(tree);
  return steps.flatMap((step) => [[...path, step], ...pathsOf(Reflect.get(tree, step), [...path, step])]);
}

export function valueAt(tree: unknown, path: readonly Step[]): unknown {
  return path.reduce<unknown>((value, step) => Reflect.get(value as object, step) as unknown, tree);
}

/** The same tree with one value replaced, or removed if `value` is undefined. */
export function spoilt(tree: Record<string, unknown>, path: readonly Step[], value: unknown): Record<string, unknown> {
  const copy = structuredClone(tree);
  const parent = valueAt(copy, path.slice(0, -1)) as object;
  const last = path.at(-1) ?? "";
  if (value === undefined) Reflect.deleteProperty(parent, last);
  else Reflect.set(parent, last, value);
  return copy;
}
