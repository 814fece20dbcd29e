import { changedAt, type Fields as Values, isFields as isMap } from "../../policies/model/fields";
import { eachAtOnce } from "./at-once";
import { type HelmTemplate, type Rendering, type TemplateInput } from "./helm";

type Path = readonly string[];

/** Renderings that run at the same time: Helm uses one core. */
const AT_ONCE = 2;

/**
 * Those of the values that a release is sent that no template reads, as dotted paths. A value is read if another value in its place changes an object of the rendering, or lets the
 * rendering fail. It is tried in the values as they are, and, where that changes nothing, with every switch beside its way turned on, because a template may
 * read it only there. A line into which a chart writes all of its values proves nothing; the files of the chart must then name the value.
 * @param input the release with all that it needs to render.
 * @param sent the values in question, which are among those of the input.
 */
export async function deadValues(helm: HelmTemplate, input: TemplateInput, sent: unknown): Promise<readonly string[]> {
  const values = input.values as Values;
  const render = (changed: Values) => helm.render({ ...input, values: changed, schema: false });
  const [first, second] = [await render(values), await render(values)];
  const copies = new Set<string>();
  for (const key of Object.keys(values)) for (const line of copiesOf(first, await render(probed(values, key)))) copies.add(line);
  const base = partsOf(first, copies);
  // What differs between two renderings of the same values is drawn at random and proves nothing.
  const random = differing(base, partsOf(second, copies));
  const text = [...base.values()].join("\n");
  const dead: string[] = [];
  // Most values of one map have the same switches beside their way.
  const switchedParts = new Map<string, Promise<ReadonlyMap<string, string>>>();
  const partsWith = (switched: Values): Promise<ReadonlyMap<string, string>> => {
    const key = JSON.stringify(switched);
    const found = switchedParts.get(key) ?? render(switched).then((rendering) => partsOf(rendering, copies));
    switchedParts.set(key, found);
    return found;
  };
  await eachAtOnce(AT_ONCE, leavesOf(sent), async (path) => {
    const changed = await render(withAnother(values, path));
    const proves = (found: ReadonlySet<string>) => [...found].some((name) => !random.has(name));
    if (proves(differing(base, partsOf(changed, copies)))) return;
    if ("text" in first && "text" in changed && changed.text !== first.text && isNamed(path, text)) return;
    const switched = withSwitches(values, path);
    if (switched !== undefined) {
      const from = await partsWith(switched);
      if (proves(differing(from, partsOf(await render(withAnother(switched, path)), copies)))) return;
    }
    dead.push(path.join("."));
  });
  return dead.sort();
}

/** Beginning of a line of a ConfigMap or a Secret, up to what is assigned in it. */
const ASSIGNED = /^\s*[^:=(]*[:=(]/;
const PROBE = "analysisFacilityProbe";

/** Beginnings of the lines into which a chart copies all of its values: the lines of ConfigMaps and Secrets that change with a key that no chart knows. */
function copiesOf(plain: Rendering, withProbe: Rendering): readonly string[] {
  if ("failure" in plain || "failure" in withProbe) return [];
  const lines = new Set(plain.text.split("\n"));
  return withProbe.text
    .split(/^---$/m)
    .filter((object) => /^kind: *(ConfigMap|Secret)$/m.test(object))
    .flatMap((object) => object.split("\n").filter((line) => !lines.has(line) && !/^\s*(checksum\/|#)/.test(line)))
    .flatMap((line) => ASSIGNED.exec(line)?.[0] ?? []);
}

/**
 * The text of each object by kind and name, without copies of all values and without checksums, which say that something else has changed. A failed rendering
 * has one part, its reason.
 */
function partsOf(rendering: Rendering, copies: ReadonlySet<string>): ReadonlyMap<string, string> {
  if ("failure" in rendering) return new Map([["failure", rendering.failure]]);
  const parts = new Map<string, string>();
  for (const object of rendering.text.split(/^---$/m)) {
    const kind = /^kind: *(\S+)/m.exec(object)?.[1];
    if (kind === undefined) continue;
    const name = `${kind} ${/^ {2}name: *(\S+)/m.exec(object)?.[1] ?? ""}`;
    const holds = kind === "ConfigMap" || kind === "Secret";
    const lines = object.split("\n").filter((line) => {
      return !/^\s*(checksum|# "[0-9a-f]{64}")/.test(line) && !(holds && copies.has(ASSIGNED.exec(line)?.[0] ?? ""));
    });
    parts.set(name, `${parts.get(name) ?? ""}${lines.join("\n")}`);
  }
  return parts;
}

function differing(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): ReadonlySet<string> {
  return new Set([...a.keys(), ...b.keys()].filter((name) => a.get(name) !== b.get(name)));
}

/** The values with a key that no chart knows in one of the maps at the top. */
function probed(values: Values, key: string): Values {
  const value = values[key];
  return isMap(value) ? { ...values, [key]: { ...value, [PROBE]: "unknown" } } : values;
}

/** Paths of all values; what is empty is none, for it gives nothing to read. */
function leavesOf(value: unknown, path: Path = []): readonly Path[] {
  if (isMap(value) || Array.isArray(value)) return Object.entries(value).flatMap(([key, inner]) => leavesOf(inner, [...path, key]));
  return value === null || value === undefined || value === "" ? [] : [path];
}

/** Another value of the same type at a path. */
function withAnother(values: Values, path: Path): Values {
  return changedAt(values, path, (value) => {
    if (typeof value === "boolean") return !value;
    if (typeof value === "number") return value + 1;
    return `${String(value)}x`;
  }) as Values;
}

/** The values with every switch turned on that lies beside the way to a value; undefined if there is none to turn. */
function withSwitches(values: Values, path: Path): Values | undefined {
  let result: Values = values;
  for (let length = 0; length < path.length; length += 1)
    for (const name of ["enabled", "create"]) {
      const at = [...path.slice(0, length), name];
      const found = at.reduce<unknown>((inner, key) => (isMap(inner) ? inner[key] : undefined), result);
      if (found === false && at.join(".") !== path.join(".")) result = changedAt(result, at, () => true) as Values;
    }
  return result === values ? undefined : result;
}

/**
 * True if a text names the value in quotes: the path of it or of a map around it, the end of such a path, or its last step as Python spells it. The hub's
 * configuration makes the names of keys from those of traits.
 */
function isNamed(path: Path, text: string): boolean {
  return path.some((step, index) => {
    const around = path.slice(0, index + 1);
    if (around.length < 2) return false;
    const python = step.replaceAll(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`);
    const ends = around.map((_, from) => around.slice(from)).filter((end, from) => end.length > 1 || from === 1);
    return [...ends.map((end) => end.join(".")), ...(python === step ? [] : [python])].some((name) => text.includes(`"${name}"`));
  });
}
