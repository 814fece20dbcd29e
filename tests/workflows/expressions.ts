import type * as Library from "@actions/expressions" with { "resolution-mode": "import" };

type Data = Library.data.ExpressionData;

/** Where a job or a step stands: what the status functions answer by. */
export interface Standing {
  readonly failed: boolean;
  /** Something that it waits for was skipped or cancelled, so that `success()` is false. */
  readonly held: boolean;
}

/** What an expression may read. */
export interface Scope {
  /** By name, such as `github` or `needs`. A name that a workflow uses and that is not here is an error, and so is a field of one. */
  readonly contexts: Readonly<Record<string, unknown>>;
  readonly standing: Standing;
  /** Called with the name of each secret that is read. */
  readonly onSecret?: (name: string) => void;
}

/** Functions that make a condition look at more than what went well: https://docs.github.com/en/actions/reference/workflows-and-actions/expressions#status-check-functions */
const STATUS = /\b(success|failure|always|cancelled)\s*\(/;

/** GitHub's own reader of expressions, which is a module of ECMAScript. */
const library = import("@actions/expressions");

/**
 * Whether a condition holds. Without a status function it holds only where all went well so far.
 * @throws {Error} if a name in it is not known.
 */
export async function holds(condition: string | boolean | undefined, scope: Scope): Promise<boolean> {
  const text = String(condition ?? "success()").trim();
  const inner = /^\$\{\{(.*)\}\}$/s.exec(text)?.[1] ?? text;
  return truthy(await evaluated(STATUS.test(inner) ? inner : `success() && (${inner})`, scope));
}

/**
 * A value of a workflow with its expressions evaluated. A text that is one expression and nothing else becomes what that gives.
 * @throws {Error} if a name in it is not known.
 */
export async function filled(value: unknown, scope: Scope): Promise<unknown> {
  if (Array.isArray(value)) return Promise.all(value.map((each) => filled(each, scope)));
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(
      await Promise.all(Object.entries(value).map(async ([key, each]) => [key, await filled(each, scope)] as const)),
    );
  if (typeof value !== "string") return value;
  const whole = /^\$\{\{((?:(?!\}\}).)*)\}\}$/s.exec(value)?.[1];
  if (whole !== undefined) return evaluated(whole, scope);
  const parts = await Promise.all(
    value.split(/\$\{\{(.*?)\}\}/s).map(async (part, index) => (index % 2 === 0 ? part : evaluated(part, scope))),
  );
  return parts.map(textOf).join("");
}

/** A value as a text, as GitHub writes it into an environment. */
export function textOf(value: unknown): string {
  if (value === null || value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

async function evaluated(expression: string, { contexts, standing, onSecret }: Scope): Promise<unknown> {
  const { data, Evaluator, Lexer, Parser } = await library;
  const flag = (name: string, value: boolean) => ({ name, minArgs: 0, maxArgs: 0, call: () => new data.BooleanData(value) });
  const functions = [
    flag("success", !standing.failed && !standing.held),
    flag("failure", standing.failed),
    flag("always", true),
    flag("cancelled", false),
    { name: "hashFiles", minArgs: 1, maxArgs: 255, call: () => new data.StringData("0".repeat(64)) },
  ];
  /** A field that is not there would be an empty text to GitHub, whatever it was meant to be. */
  class Strict extends data.Dictionary {
    constructor(private readonly path: string) {
      super();
    }
    override get(key: string): Data {
      const found = super.get(key);
      if (this.path === "secrets") onSecret?.(key);
      if (found !== undefined) return found;
      // What a step has not written is empty, and so is a secret that an environment does not have.
      if (/^(secrets|steps\.[\w-]+\.outputs)$/.test(this.path)) return new data.StringData("");
      throw new Error(`${expression.trim()}: found ${this.path === "" ? "" : `${this.path}.`}${key}, which nobody gives`);
    }
  }
  const toData = (value: unknown, path: string): Data => {
    if (typeof value === "string") return new data.StringData(value);
    if (typeof value === "number") return new data.NumberData(value);
    if (typeof value === "boolean") return new data.BooleanData(value);
    if (Array.isArray(value)) return new data.Array(...value.map((each, index) => toData(each, `${path}[${index}]`)));
    if (typeof value !== "object" || value === null) return new data.Null();
    const dictionary = new Strict(path);
    for (const [key, each] of Object.entries(value)) dictionary.add(key, toData(each, path === "" ? key : `${path}.${key}`));
    return dictionary;
  };
  const { tokens } = new Lexer(expression).lex();
  const tree = new Parser(tokens, Object.keys(contexts), functions).parse();
  const named = new Map(functions.map((each) => [each.name.toLowerCase(), each]));
  const result = new Evaluator(tree, toData(contexts, "") as Library.data.Dictionary, named).evaluate();
  return JSON.parse(JSON.stringify(result, data.replacer)) as unknown;
}

function truthy(value: unknown): boolean {
  return value !== false && value !== null && value !== "" && value !== 0;
}
