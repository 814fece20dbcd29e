import { nearest, spell } from "../../stacks/site/problems";
import { PREFIX } from "../../stacks/site/stack-file";
import { UsageError } from "../../terminal/failure";
import { counted } from "../../terminal/text";
import { defaultOf, SITE_KEYS, type Key } from "./keys";

/** One step of a path: a key, or a position in a list. */
export type SettingStep = string | number;
/** The steps from a site's settings to one of them; empty for all settings. */
export type SettingPath = readonly SettingStep[];

/** A key of one site file, with the value that is in force there. */
export interface Place {
  readonly path: SettingPath;
  readonly key: Key;
  /** The value in the file, else the default; undefined if there is neither. */
  readonly value: unknown;
  /** The outermost key on the path that the file leaves out; undefined if it leaves out none. */
  readonly leftOut: SettingPath | undefined;
  /** Services that read the key, as the nearest key on the path names them, else the concern. */
  readonly readBy: readonly string[];
  /** Whether the key, or one that holds it, differs from site to site by nature. */
  readonly perSite: boolean;
}

/** A path as problems spell it, e.g. `af:nodes.workers.hosts[2]`. */
export function spelt([concern, ...rest]: SettingPath): string {
  return concern === undefined ? PREFIX : spell(`${PREFIX}${concern}`, rest);
}

/** True if the inner path, in its spelling, is the outer one or lies below it. */
export function pathCovers(outer: string, inner: string): boolean {
  return inner === outer || outer === PREFIX || inner.startsWith(`${outer}.`) || inner.startsWith(`${outer}[`);
}

/**
 * The steps of a path; the prefix `af:` may be left out, and alone it means the whole site.
 * @throws {UsageError} if the text is no path.
 */
export function stepsOf(text: string): SettingPath {
  const path = text.startsWith(PREFIX) ? text.slice(PREFIX.length) : text;
  if (path === "") return [];
  if (!/^[^.[\]]+(\.[^.[\]]+|\[\d+\])*$/.test(path))
    throw new UsageError(`${text}: not a path; allowed: names and positions such as af:nodes.workers.hosts[2]`);
  return [...path.matchAll(/\[(\d+)\]|[^.[\]]+/g)].map(([word, position]) => (position === undefined ? word : Number(position)));
}

/**
 * Finds a path in the settings of a site.
 * @param configuration as the file has it, keys without `af:`; it may be wrong elsewhere.
 * @throws {UsageError} if nothing is there; it says what is.
 */
export function locate(configuration: Readonly<Record<string, unknown>>, path: SettingPath): Place {
  let place: Place = { path: [], key: SITE_KEYS, value: configuration, leftOut: undefined, readBy: [], perSite: false };
  for (let rest = path; rest.length > 0;) {
    const name = nameWithDots(place, rest);
    const [first = ""] = rest;
    place = below(place, name?.step ?? first);
    rest = rest.slice(name?.length ?? 1);
  }
  return place;
}

/** The longest name of a map that the rest of the path begins with: names that a site chooses may hold dots and brackets. */
function nameWithDots({ key, value }: Place, rest: SettingPath): { readonly step: string; readonly length: number } | undefined {
  if (key.shape.kind !== "map" || typeof value !== "object" || value === null) return undefined;
  const candidates = rest.map((_, index) => ({ step: spelt(rest.slice(0, index + 1)).slice(PREFIX.length), length: index + 1 }));
  return candidates.reverse().find(({ step }) => Object.hasOwn(value, step));
}

/** The places directly below a place: the keys of its schema, and for maps and lists the names and positions of its value. */
export function placesBelow(place: Place): readonly Place[] {
  return stepsBelow(place).map((step) => below(place, step));
}

function stepsBelow({ key: { shape }, value }: Place): readonly SettingStep[] {
  switch (shape.kind) {
    case "value":
      return [];
    case "object":
      return [...shape.keys.keys()];
    case "union":
      return stepsOfOption(shape.options.get(choice(value, shape.discriminator)));
    case "map":
      return typeof value === "object" && value !== null ? Object.keys(value) : [];
    case "list":
      return Array.isArray(value) ? value.map((_, index) => index) : [];
    default:
      return shape satisfies never;
  }
}

function stepsOfOption(option: Key | undefined): readonly string[] {
  return option?.shape.kind === "object" ? [...option.shape.keys.keys()] : [];
}

function below(place: Place, step: SettingStep): Place {
  const key = keyBelow(place, step);
  const path = [...place.path, step];
  const written: unknown = typeof place.value === "object" && place.value !== null ? Reflect.get(place.value, step) : undefined;
  const inFile = written !== undefined && place.leftOut === undefined;
  return {
    path,
    key,
    // What a default holds has its own defaults already.
    value: written ?? (place.leftOut === undefined ? defaultOf(key) : undefined),
    leftOut: inFile ? undefined : (place.leftOut ?? path),
    readBy: key.facts.readBy ?? (place.path.length === 0 ? [String(step)] : place.readBy),
    perSite: key.facts.perSite ?? place.perSite,
  };
}

function keyBelow(place: Place, step: SettingStep): Key {
  const { shape } = place.key;
  const steps = stepsBelow(place);
  const here = place.path.length === 0 ? "the site" : spelt(place.path);
  const refused = (reason: string) => new UsageError(`${spelt([...place.path, step])}: ${reason}`);
  switch (shape.kind) {
    case "value":
      throw refused(`${here} is a single value; nothing lies below it`);
    case "object": {
      const key = shape.keys.get(String(step));
      if (key === undefined) throw refused(unknown(step, steps, place));
      return key;
    }
    case "union": {
      const chosen = choice(place.value, shape.discriminator);
      const option = shape.options.get(chosen)?.shape;
      const key = option?.kind === "object" ? option.keys.get(String(step)) : undefined;
      if (key !== undefined) return key;
      const others = [...shape.options].filter(([, other]) => stepsOfOption(other).includes(String(step))).map(([name]) => name);
      if (option === undefined)
        throw refused(`${here} does not say its ${shape.discriminator}; allowed: ${[...shape.options.keys()].join(", ")}`);
      throw refused(
        others.length > 0
          ? `${here} is of the ${shape.discriminator} ${chosen}; only ${others.join(", ")} has ${step}`
          : unknown(step, steps, place),
      );
    }
    case "map":
      if (!steps.includes(step)) throw refused(unknown(step, steps, place));
      return shape.element;
    case "list":
      if (!steps.includes(step)) throw refused(`${here} has ${counted(steps.length, "element")}; allowed: ${positions(steps.length)}`);
      return shape.element;
    default:
      return shape satisfies never;
  }
}

function unknown(step: SettingStep, steps: readonly SettingStep[], { path }: Place): string {
  const known = steps.map(String);
  const hint = nearest(String(step), known).replace(/mean (.*)\?/, (_, name: string) => `mean ${spelt([...path, name])}?`);
  return `no such key${hint}; there is: ${known.join(", ") || "none"}`;
}

function positions(length: number): string {
  return length === 0 ? "none" : length === 1 ? "[0]" : `[0] to [${length - 1}]`;
}

function choice(value: unknown, discriminator: string): string {
  return typeof value === "object" && value !== null ? String(Reflect.get(value, discriminator)) : "";
}
