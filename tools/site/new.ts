import * as fs from "node:fs";
import * as path from "node:path";
import { createInterface } from "node:readline/promises";
import { label } from "../../components/fields";
import { collisions } from "../../stacks/site/collisions";
import { projectFolder, siteFile } from "../../stacks/site/project";
import { parseSite } from "../../stacks/site/parse";
import { readStackText } from "../../stacks/site/stack-file";
import { SiteError, type Problem } from "../../stacks/site/problems";
import { UsageError } from "../../terminal/failure";
import { sitesOfProject } from "./problems";
import { missingAnswers, SITE_QUESTIONS, refusedAnswers, type SiteAnswers, type SiteQuestion } from "./questions";
import { siteText } from "./template";

/** Asks one question and returns what was typed. */
export type Ask = (prompt: string) => Promise<string>;

/**
 * Writes the file of a new site and gives its path. Nothing is written unless the whole file is right.
 * @param given answers of the command line.
 * @param ask for what is not given; undefined where nobody can be asked.
 * @param folder where the file goes.
 * @throws {UsageError} with everything that is wrong with name and answers at once, or if the file is there already.
 */
export async function newSite(name: string, given: SiteAnswers, ask: Ask | undefined, folder: string = projectFolder()): Promise<string> {
  const file = siteFile(name, folder);
  const early = [
    ...nameProblems(name, file),
    ...SITE_QUESTIONS.flatMap((question) => refusedAnswers(question, given[question.name] ?? [])),
  ];
  if (early.length > 0 && ask !== undefined) throw refused(name, early);
  const answers = ask === undefined ? given : await asked(given, ask);
  const complete = withFallbacks(answers);
  const problems = [...early, ...missingAnswers(complete)];
  if (problems.length > 0) throw refused(name, problems);
  const text = siteText(name, complete);
  const wrong = problemsOfText(name, text).map(({ path: at, message }) => `${at}: ${message}`);
  if (wrong.length > 0) throw refused(name, wrong);
  fs.writeFileSync(file, text, { flag: "wx" });
  return path.relative(process.cwd(), file);
}

/**
 * Lets `use` ask on the terminal.
 * @throws {UsageError} if whoever is asked leaves.
 */
export async function onTerminal<T>(use: (ask: Ask) => Promise<T>): Promise<T> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const left = new Promise<never>((_, reject) =>
    terminal.once("close", () => reject(new UsageError("\nno file is written: not all was answered"))),
  );
  // The terminal is closed after the last answer as well.
  left.catch(() => undefined);
  try {
    return await use((prompt) => Promise.race([terminal.question(prompt), left]));
  } finally {
    terminal.close();
  }
}

function nameProblems(name: string, file: string): readonly string[] {
  const [issue] = label.safeParse(name).error?.issues ?? [];
  if (issue !== undefined) return [`site name: found "${name}"; ${issue.message}`];
  if (fs.existsSync(file)) return [`${file} is there already; allowed: a name without a file. site explain shows what it says`];
  return fs.existsSync(path.dirname(file)) ? [] : [`--folder: there is no ${path.dirname(file)}; allowed: a folder that is there`];
}

/** Asks what is not given, and asks again where an answer is refused. An empty answer means the fallback, or no answer. */
async function asked(given: SiteAnswers, ask: Ask): Promise<SiteAnswers> {
  const answers: Record<string, readonly string[]> = { ...given };
  for (const question of SITE_QUESTIONS) {
    if (answers[question.name] !== undefined) continue;
    const reply = await askUntilRight(question, ask);
    if (reply.length > 0) answers[question.name] = reply;
  }
  return answers;
}

async function askUntilRight(question: SiteQuestion, ask: Ask): Promise<readonly string[]> {
  const hint = question.fallback === undefined ? (question.many ? " (several with spaces between)" : "") : ` [${question.fallback}]`;
  for (let note = ""; ;) {
    const typed = (await ask(`${note}${question.text}${hint}: `)).trim();
    const reply = typed === "" ? [] : question.many ? typed.split(/\s+/) : [typed];
    const wrong = refusedAnswers(question, reply);
    if (wrong.length === 0) return reply;
    note = `${wrong.join("\n")}\n`;
  }
}

function withFallbacks(answers: SiteAnswers): SiteAnswers {
  const fallbacks = SITE_QUESTIONS.flatMap((question) => ("fallback" in question ? [[question.name, [question.fallback]]] : []));
  return { ...(Object.fromEntries(fallbacks) as SiteAnswers), ...answers };
}

/** Reads the text as a site file, and compares it with the sites of the project. */
function problemsOfText(name: string, text: string): readonly Problem[] {
  const source = `Pulumi.${name}.yaml`;
  try {
    const site = parseSite(readStackText(text, source).configuration, source);
    return collisions({ site, encryption: undefined }, sitesOfProject());
  } catch (error) {
    if (error instanceof SiteError) return error.problems;
    throw error;
  }
}

function refused(name: string, problems: readonly string[]): UsageError {
  return new UsageError([`no file is written for ${name}:`, ...problems.map((problem) => `  ${problem}`)].join("\n"));
}
