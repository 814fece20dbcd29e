import * as fs from "node:fs";
import * as path from "node:path";
import * as ts from "typescript";
import { projectFolder } from "#af/stacks/site/project";

/** A file of the project as it is read here. */
export interface Text {
  /** From the project's folder, with slashes. */
  readonly file: string;
  readonly text: string;
}

/** A piece of a file, and the line on which it starts, from 1. */
export interface Piece {
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

/** A fenced block of a Markdown file. */
export interface Fence extends Piece {
  /** What stands behind the opening fence: `sh`, `yaml`, or nothing. */
  readonly language: string;
}

/** Folders that hold what is written by hand and ships. */
const SOURCES = ["capacity", "components", "stacks", "policies", "changes", "tools", "sandbox"];

/** Every TypeScript file that ships. */
export function sourceTexts(): readonly Text[] {
  return [readText("index.ts"), ...SOURCES.flatMap((folder) => filesBelow(folder, ".ts")).map(readText)];
}

/** The Markdown files that people write; docs/reference is generated. */
export function documentTexts(): readonly Text[] {
  const documents = fs.readdirSync(path.join(projectFolder(), "docs")).filter((file) => file.endsWith(".md"));
  return ["README.md", "CONTRIBUTING.md", ...documents.sort().map((file) => `docs/${file}`)].map(readText);
}

/** The workflows of the project's repository. */
export function workflowTexts(): readonly Text[] {
  return filesBelow(".github/workflows", ".yml").map(readText);
}

/** One file of the project. */
export function readText(file: string): Text {
  return { file, text: fs.readFileSync(path.join(projectFolder(), file), "utf8") };
}

/** Files of a folder of the project, at any depth. */
export function filesBelow(folder: string, ending: string): readonly string[] {
  return fs
    .readdirSync(path.join(projectFolder(), folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(ending) && !file.includes("node_modules"))
    .map((file) => `${folder}/${file.split(path.sep).join("/")}`)
    .sort();
}

/** The line of a place in a text, from 1. */
export function lineAt(text: string, index: number): number {
  return text.slice(0, index).split("\n").length;
}

/** Inline code of a Markdown file, without what stands in fenced blocks. */
export function inlineCode({ file, text }: Text): readonly Piece[] {
  const prose = text.replace(FENCE, (block) => block.replace(/[^\n]/g, " "));
  return [...prose.matchAll(/`([^`\n]+)`/g)].map(({ index, 1: code = "" }) => ({ file, line: lineAt(text, index), text: code }));
}

/** Fenced blocks of a Markdown file, those inside of lists too. */
export function fences({ file, text }: Text): readonly Fence[] {
  return [...text.matchAll(FENCE)].map(({ index, 2: language = "", 3: body = "" }) => ({
    file,
    line: lineAt(text, index) + 1,
    language,
    text: body,
  }));
}

const FENCE = /^( *)```(\w*)\n([\s\S]*?)^ *```$/gm;

/** Messages of a source file: literals with a blank in them. What a template fills in reads `${x}`. */
export function messagesIn({ file, text }: Text): readonly Piece[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022);
  const messages: Piece[] = [];
  const visit = (node: ts.Node): void => {
    const message = messageOf(node);
    if (message?.includes(" ")) messages.push({ file, line: lineAt(text, node.getStart(source)), text: message });
    ts.forEachChild(node, visit);
  };
  visit(source);
  return messages;
}

function messageOf(node: ts.Node): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return undefined;
  return node.head.text + node.templateSpans.map(({ literal }) => `\${x}${literal.text}`).join("");
}
