import * as fs from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { projectFolder, siteNames } from "#af/stacks/site/project";
import { isOurs, type OurCommands } from "./our-commands";
import { fences, inlineCode, lineAt, type Piece, type Text } from "./texts";

/** One command that a text tells people to run, its words as a shell has them. */
export interface Told {
  readonly file: string;
  readonly line: number;
  readonly words: readonly string[];
  /** False in the middle of a sentence, where words that follow may be the sentence's. */
  readonly exact: boolean;
}

/** Programs that a command starts with. */
const PROGRAMS = ["npm", "npx", "node", "pulumi", "bash", "kubectl"];

/** Commands of a Markdown file: the lines of its shell blocks, and inline code that starts with a program or with a command of ours. */
export function commandsOfDocument(text: Text, ours: OurCommands): readonly Told[] {
  const blocks = fences(text).filter(({ language }) => language === "sh");
  const isCommand = ([first = "", second]: readonly string[]) =>
    second !== "->" &&
    (PROGRAMS.includes(first) || (second !== undefined && (isOurs(first) || ours.subcommands("sandbox").includes(first))));
  return [...blocks.flatMap(linesOf), ...inlineCode(text)].flatMap((piece) => told(piece, true)).filter(({ words }) => isCommand(words));
}

/** Commands of a workflow's steps. */
export function commandsOfWorkflow({ file, text }: Text): readonly Told[] {
  const { jobs } = parse(text) as { readonly jobs: Readonly<Record<string, { readonly steps?: readonly { readonly run?: string }[] }>> };
  return Object.values(jobs)
    .flatMap(({ steps = [] }) => steps.flatMap(({ run }) => (run === undefined ? [] : [run])))
    .flatMap((run) => linesOf({ file, line: lineAt(text, text.indexOf(run.split("\n")[0] ?? "")), text: run }))
    .flatMap((piece) => told(piece, true))
    .filter(({ words: [first = ""] }) => PROGRAMS.includes(first));
}

/** Commands in the messages and comments of a source file: npm's, Pulumi's and kubectl's that the prose around them does not blur. */
export function commandsOfSource({ file, text }: Text): readonly Told[] {
  return [...text.matchAll(IN_PROSE)].flatMap(({ index, 0: command }) =>
    told({ file, line: lineAt(text, index), text: command.replace(/[.:\\]+$/, "") }, false),
  );
}

const TO_ITS_END = "[^\"'`;,()\\n]*";
/** In backticks, or known by its options: "never lets npm run behind the user's back" is none, nor is "kubectl reads". */
const IN_PROSE = new RegExp(
  [
    `(?<=\`)(?:npm|pulumi) [a-z]${TO_ITS_END}`,
    `kubectl (?:logs|[a-z-]*[a-rt-z])(?![\\w-])${TO_ITS_END}`,
    `npm run (?:-s |[\\w:]+ -- )${TO_ITS_END}`,
    `pulumi [a-z]${TO_ITS_END} -${TO_ITS_END}`,
  ].join("|"),
  "g",
);

/** The lines of a shell script; one that ends in a backslash goes on in the next. */
function linesOf({ file, line, text }: Piece): readonly Piece[] {
  let next = line;
  return text.split(/(?<!\\)\n/).map((each) => {
    const piece = { file, line: next, text: each.replaceAll("\\\n", " ") };
    next += each.split("\n").length;
    return piece;
  });
}

/** The commands of a line, with real names for its placeholders. */
function told({ file, line, text }: Piece, exact: boolean): readonly Told[] {
  const [site = "", other = site] = siteNames();
  const filled = text
    .replace(/\$\{\{[^}]*\}\}|\$\{(?:site|stack|folder\.site|site\.site\.name|sites\[@\])\}|<site>|\$?\bSITE\b/g, site)
    .replace(/<other>/g, other)
    .replace(/\$\{[^}]*\}|<[\w.-]+>/g, "x");
  return filled.split(/\s*(?:&&|\|\|?|;)\s*/).map((command) => ({ file, line, words: wordsOf(command), exact }));
}

/** Words as a shell parts them; a comment and what is redirected are none. */
function wordsOf(command: string): readonly string[] {
  const words = [...command.matchAll(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g)].map(([word]) => word.replace(/'([^']*)'|"([^"]*)"/g, "$1$2"));
  const end = words.findIndex((word) => /^(#|\d?>)/.test(word));
  return (end < 0 ? words : words.slice(0, end)).filter((word) => word !== "...");
}

/** What is wrong with a command, as far as the project itself can tell; Pulumi's and kubectl's are asked of them (`pulumi.real.ts`, `kubectl.real.ts`). */
export function problemsOfCommand({ file, line, words, exact }: Told, ours: OurCommands): readonly string[] {
  const problem = problemOf(words, exact, ours);
  return problem === undefined ? [] : [`${file}:${line}: ${words.join(" ")}: ${problem}`];
}

function problemOf(words: readonly string[], exact: boolean, ours: OurCommands): string | undefined {
  const [program = "", ...args] = words;
  switch (program) {
    case "npm":
      return problemOfNpm(args, exact, ours);
    case "npx":
      return missing(`node_modules/.bin/${args.find((word) => !word.startsWith("-")) ?? ""}`);
    case "node":
    case "bash":
      return missing(args.find((word) => !word.startsWith("-")) ?? "");
    case "pulumi":
      return args
        .flatMap((word, index) => (word === "--policy-pack" ? [missing(`${args[index + 1] ?? ""}/PulumiPolicy.yaml`)] : []))
        .find((each) => each !== undefined);
    case "kubectl":
      return undefined;
    default:
      return named(isOurs(program) ? ours.refusal(program, args) : ours.refusal("sandbox", words));
  }
}

/** npm takes the first `--` for itself, so that a second one reaches the command. */
function problemOfNpm([command = "", ...rest]: readonly string[], exact: boolean, ours: OurCommands): string | undefined {
  if (command === "ci") return undefined;
  const words = command === "run" ? rest : [command, ...rest];
  const [script = "", ...args] = words[0] === "-s" ? words.slice(1) : words;
  if (!(script in scripts())) return `package.json has no script ${script}; allowed: ${Object.keys(scripts()).join(", ")}`;
  const [dash, ...passed] = args;
  if (dash === undefined) return undefined;
  if (dash !== "--") return exact ? `${dash} needs -- before it` : undefined;
  const refusal = isOurs(script) ? ours.refusal(script, passed) : undefined;
  return exact ? refusal : named(refusal);
}

/** A sentence may name a command without what it is given, such as `plan --html`. */
function named(refusal: string | undefined): string | undefined {
  return refusal !== undefined && /missing required argument|argument missing/.test(refusal) ? undefined : refusal;
}

function scripts(): Readonly<Record<string, string>> {
  const file = path.join(projectFolder(), "package.json");
  return (JSON.parse(fs.readFileSync(file, "utf8")) as { readonly scripts: Readonly<Record<string, string>> }).scripts;
}

function missing(file: string): string | undefined {
  return fs.existsSync(path.join(projectFolder(), file)) ? undefined : `there is no ${file}`;
}
