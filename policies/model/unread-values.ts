import type { Chart, Release } from "../../components/charts/chart";
import { changedAt, isFields, type Fields } from "./fields";
import { TRAP } from "./unknown-values";

/** Keys from the values down; a number is an index of a list. */
type Path = readonly (string | number)[];

/**
 * Values of a release that change nothing of what the description of its chart tells, and that the description does not list as mere configuration. Nobody can
 * say what they do: a template of the chart may read them, and a rule that judges the description is blind to them. Each value is taken for unknown, switched,
 * counted up and written otherwise; where that changes nothing, the same is tried with every switch beside its way turned on.
 * @param values those of the release, with {@link TRAP} in place of what is not known.
 * @returns their paths, in the order of the values.
 */
export function unreadValues(chart: Chart<unknown>, { name, namespace, values }: Release<Fields>): readonly Path[] {
  const described: readonly ((release: Release<unknown>) => unknown)[] = [
    (release) => chart.workloads(release),
    (release) => chart.startedPods?.(release),
    (release) => chart.networkPolicies?.(release),
  ];
  const parts = described.map((part) => (given: unknown): unknown => {
    try {
      return part({ name, namespace, values: given });
    } catch {
      return REFUSED;
    }
  });
  const told = (given: unknown): readonly unknown[] => parts.map((part) => part(given));
  /** Part by part, for mostly the first one says something else already. Values that are refused say the same as others that are, whatever the rest says. */
  const tellsTheSame = (given: unknown, before: readonly unknown[]): boolean =>
    before.includes(REFUSED) ? told(given).includes(REFUSED) : parts.every((part, index) => saysTheSame(part(given), before[index]));
  const listed = chart.configuration.map((entry) => (typeof entry === "string" ? { key: entry, only: /^/ } : entry));
  const unread: Path[] = [];
  const asTheyAre = told(values);
  for (const [path, value] of leavesOf(values)) {
    if (listed.some(({ key, only }) => keyMatches(key, path) && (value === TRAP ? only.source === "^" : only.test(String(value)))))
      continue;
    const switched = withSwitches(values, path);
    const read = [values, ...(switched === values ? [] : [switched])].some((base) => {
      const before = base === values ? asTheyAre : told(base);
      return othersThan(value).some(
        (other) =>
          !tellsTheSame(
            changedAt(base, path, () => other),
            before,
          ),
      );
    });
    if (!read) unread.push(path);
  }
  return unread;
}

/** What a description says that refuses the values, whatever its reason. */
const REFUSED = "refused";

/** True if two descriptions say the same. A field that is undefined is left out of an object, and says nothing. */
function saysTheSame(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (one === TRAP || other === TRAP) return false;
  if (Array.isArray(one))
    return Array.isArray(other) && one.length === other.length && one.every((each, index) => saysTheSame(each, other[index]));
  if (!isFields(one) || !isFields(other)) return false;
  return (
    Object.keys(one).every((key) => saysTheSame(one[key], other[key])) &&
    Object.keys(other).every((key) => other[key] === undefined || one[key] !== undefined)
  );
}

function othersThan(value: unknown): readonly unknown[] {
  switch (typeof value) {
    case "boolean":
      return [TRAP, !value];
    case "number":
      return [TRAP, value + 1, 0];
    case "string":
      return [TRAP, `${value}x`, ""];
    default:
      return [TRAP, undefined];
  }
}

/** Every value with its path. An empty list and null take the place of what the chart has there, so they are values; an empty map says nothing. */
function leavesOf(value: unknown, path: Path = []): readonly (readonly [Path, unknown])[] {
  if (value === TRAP) return [[path, value]];
  if (Array.isArray(value) && value.length > 0) return value.flatMap((each: unknown, index) => leavesOf(each, [...path, index]));
  return isFields(value) ? Object.entries(value).flatMap(([key, each]) => leavesOf(each, [...path, key])) : [[path, value]];
}

/** The values with every switch turned on that lies beside the way to a value; the same values if there is none to turn. No way leads through {@link TRAP}. */
function withSwitches(values: Fields, path: Path): Fields {
  return path.reduce<Fields>((result, _, length) => {
    const beside = path.slice(0, length);
    const map = beside.reduce<unknown>((below, step) => (isFields(below) ? below[step] : undefined), result);
    const off = isFields(map) && map["enabled"] === false && path[length] !== "enabled";
    return off ? (changedAt(result, [...beside, "enabled"], () => true) as Fields) : result;
  }, values);
}

/** True if a dotted key of {@link Chart.configuration} matches a path; a step of the path that itself has dots is matched by `*` alone. */
export function keyMatches(key: string, path: Path): boolean {
  const entry = key.split(".");
  const agree = entry.every((step, index) => index < path.length && (step === "**" || step === "*" || step === String(path[index])));
  return agree && (entry.at(-1) === "**" || entry.length === path.length);
}
