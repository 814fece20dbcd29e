import { type z } from "zod";
import { knownKeys } from "./known-keys";

/** One mistake in a site file. */
export interface Problem {
  /** Path of the setting, e.g. `af:nodes.workers.hosts[2]`. */
  readonly path: string;
  /** What was found, what is allowed, and how to mend it. */
  readonly message: string;
}

/** Error with all problems of a site file. Its message is for people and lists every problem. */
export class SiteError extends Error {
  constructor(
    readonly source: string,
    readonly problems: readonly Problem[],
  ) {
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    super([`${source}: ${count}`, ...problems.map(({ path, message }) => `  ${path}: ${message}`)].join("\n"));
    this.name = "SiteError";
  }
}

/**
 * Turns the issues of one concern's schema into problems that say what was found at each path.
 * @param input what the site file gives for the concern; undefined if it gives nothing.
 */
export function problemsOf(concern: string, schema: z.core.$ZodType, error: z.ZodError, input: unknown): readonly Problem[] {
  if (input === undefined) return [{ path: `af:${concern}`, message: "missing; every site has this part" }];
  return error.issues.flatMap((issue) => problemsOfIssue(`af:${concern}`, schema, issue, input));
}

/**
 * The text ` (did you mean X?)` for a known word X that is close to the given one, else an empty text. We chose what is close: two slips of
 * the finger, or in a long word one for every three letters.
 */
export function nearest(word: string, known: readonly string[]): string {
  const [best] = known.map((candidate) => ({ candidate, distance: editDistance(word, candidate) })).sort((a, b) => a.distance - b.distance);
  return best && best.distance <= Math.max(2, Math.floor(best.candidate.length / 3)) ? ` (did you mean ${best.candidate}?)` : "";
}

function problemsOfIssue(base: string, schema: z.core.$ZodType, issue: z.core.$ZodIssue, input: unknown): readonly Problem[] {
  const path = spell(base, issue.path);
  const found = valueAt(input, issue.path);
  switch (issue.code) {
    case "unrecognized_keys": {
      const known = knownKeys(schema, issue.path, input);
      return issue.keys.map((key) => ({
        path: `${path}.${key}`,
        message: `unknown key${nearest(key, known)}; allowed here: ${known.join(", ")}`,
      }));
    }
    case "invalid_key":
      return issue.issues.flatMap((inner) => [{ path, message: `the key itself: ${inner.message}` }]);
    case "invalid_union":
      return [{ path, message: unionMessage(issue, found) }];
    case "custom":
      // A field's message says only what is allowed; a check's message is complete.
      return [{ path, message: issue.message.startsWith("allowed") ? `found ${shown(found)}; ${issue.message}` : issue.message }];
    default:
      return [{ path, message: `found ${shown(found)}; ${allowed(issue)}` }];
  }
}

/** Writes a path below a base as messages do, e.g. `af:nodes.workers.hosts[2]`. */
export function spell(base: string, path: readonly PropertyKey[]): string {
  return base + path.map((step) => (typeof step === "number" ? `[${step}]` : `.${String(step)}`)).join("");
}

function unionMessage(issue: z.core.$ZodIssueInvalidUnion, found: unknown): string {
  if ("options" in issue && Array.isArray(issue.options)) return `found ${shown(found)}; allowed: ${issue.options.join(", ")}`;
  return `found ${shown(found)}; ${issue.message.startsWith("allowed") ? issue.message : "allowed: text or a number"}`;
}

/** What is allowed, in the words of the field's message or else of zod. */
function allowed(issue: z.core.$ZodIssue): string {
  if (issue.message.startsWith("allowed")) return issue.message;
  if (issue.code === "invalid_type") return `allowed: ${issue.expected}`;
  if (issue.code === "too_big" || issue.code === "too_small") return boundOf(issue);
  if (issue.code === "invalid_value") return `allowed: ${issue.values.map(String).join(", ")}`;
  return issue.message;
}

/** The bound that a value has passed: of a number itself, of the characters of a text, or of the entries of a list. */
function boundOf(issue: z.core.$ZodIssueTooBig | z.core.$ZodIssueTooSmall): string {
  const [side, bound] = issue.code === "too_big" ? ["most", issue.maximum] : ["least", issue.minimum];
  const of = { string: " characters", array: " entries" }[String(issue.origin)] ?? "";
  return `allowed: ${issue.inclusive === false ? (side === "most" ? "less than" : "more than") : `at ${side}`} ${bound}${of}`;
}

/** The value as JSON, cut to 60 characters so that a message stays on a line of a terminal. */
function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, step) => (typeof value === "object" && value !== null ? Reflect.get(value, step) : undefined), input);
}

/** Damerau-Levenshtein distance of two short words, in which a swap of two adjacent letters counts once. */
function editDistance(a: string, b: string): number {
  const rows: number[][] = Array.from({ length: a.length + 1 }, (_, i) =>
    Array.from({ length: b.length + 1 }, (_, j) => (i === 0 ? j : j === 0 ? i : 0)),
  );
  const at = (i: number, j: number): number => rows[i]?.[j] ?? 0;
  for (let i = 1; i <= a.length; i += 1) {
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1];
      const swap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? at(i - 2, j - 2) + 1 : Infinity;
      (rows[i] ?? [])[j] = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + (same ? 0 : 1), swap);
    }
  }
  return at(a.length, b.length);
}
