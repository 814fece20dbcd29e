import * as fs from "node:fs";
import * as path from "node:path";
import { isMap, isScalar, parseAllDocuments, visit, type Document } from "yaml";
import { plain } from "../policies/engine-values";
import { objectsOf, type KubernetesObject } from "../policies/model/objects";
import { yamlMistake } from "../stacks/site/yaml-mistakes";
import { reasonOf, UsageError } from "../terminal/failure";
import { systemFailure } from "../terminal/machine";
import { filesBelow } from "./files-below";

/** Name under which standard input appears in messages. */
export const STDIN = "standard input";

/** Objects of one document of a file. */
export interface SourceObjects {
  /** The file as it was named, or as it was found in a folder that was named. */
  readonly source: string;
  /** Line of the file on which the document begins, from 1. */
  readonly line: number;
  readonly objects: readonly KubernetesObject[];
}

/** What was read, and what was not. */
export interface ReadObjects {
  readonly sources: readonly SourceObjects[];
  /** What cannot be read and so is not judged: a line each, with the file, the reason and the way out. */
  readonly unread: readonly string[];
  /** Files in folders that are neither YAML nor JSON, and links that lead in a circle. */
  readonly skipped: readonly string[];
}

/**
 * Reads Kubernetes objects from YAML or JSON: files of several documents, folders and patterns of such files, `-` for standard input, lists.
 * A document that cannot be read keeps none of the others from being read.
 * @throws {UsageError} if there is no object at all, with the reasons.
 */
export function readObjects(given: readonly string[]): ReadObjects {
  const unread: string[] = [];
  const skipped: string[] = [];
  const attempt = <T>(source: string, read: () => T): readonly T[] => {
    try {
      return [read()];
    } catch (error) {
      unread.push(`${source}: cannot be read (${whyUnreadable(error)})`);
      return [];
    }
  };
  const files = given.flatMap((source) =>
    attempt(source, () => {
      const found = expanded(source);
      skipped.push(...found.skipped);
      return found.files;
    }).flat(),
  );
  const sources = files.flatMap((file) => {
    const source = file === "-" ? STDIN : file;
    return attempt(source, () => fs.readFileSync(file === "-" ? 0 : file, "utf8")).flatMap((text) => parseObjects(text, source, unread));
  });
  if (sources.every(({ objects }) => objects.length === 0)) {
    const names = given.map((source) => (source === "-" ? STDIN : source)).join(", ");
    throw new UsageError(unread.length > 0 ? unread.join("\n") : `${names}: no Kubernetes object; allowed: YAML with apiVersion and kind`);
  }
  return { sources, unread, skipped };
}

/** The files that an argument names: itself, those below a folder, or those that fit a pattern that no shell has expanded. */
function expanded(source: string): { readonly files: readonly string[]; readonly skipped: readonly string[] } {
  if (source === "-") return { files: [source], skipped: [] };
  const found = fs.statSync(source, { throwIfNoEntry: false });
  if (found?.isDirectory() === true) return filesBelow(source);
  if (found !== undefined || !/[*?{]/.test(source)) return { files: [source], skipped: [] };
  const [head = "."] = source.split(/[*?{]/);
  const folder = head.includes("/") ? head.slice(0, head.lastIndexOf("/")) || "/" : ".";
  const pattern = patternOf(path.resolve(source));
  const files = filesBelow(folder).files.filter((file) => pattern.test(path.resolve(file)));
  if (files.length === 0) throw new UsageError("no file fits the pattern");
  return { files, skipped: [] };
}

/** A pattern of files as an expression: `*` and `?` within a name, `**` over folders, `{a,b}` for either. */
function patternOf(glob: string): RegExp {
  const parts: Readonly<Record<string, string>> = {
    "**/": "(?:.*/)?",
    "**": ".*",
    "*": "[^/]*",
    "?": "[^/]",
    "{": "(?:",
    "}": ")",
    ",": "|",
  };
  return new RegExp(`^${glob.replace(/\*\*\/|\*\*|[*?{},]|[.+^$()|\\]/g, (mark) => parts[mark] ?? `\\${mark}`)}$`);
}

/** The objects of a text; what of it cannot be read is added to the list. */
function parseObjects(text: string, source: string, unread: string[]): readonly SourceObjects[] {
  const documents = parseAllDocuments(text, { merge: true, logLevel: "error" });
  if ("empty" in documents) return [];
  return documents.flatMap((document, index) => {
    const which = `document ${index + 1}`;
    if (isTemplate(document, text)) {
      unread.push(
        `${source}: ${which} is a template of Helm, so it is not judged; render it: helm template CHART | npm run -s policy -- -`,
      );
      return [];
    }
    const [mistake] = document.errors;
    if (mistake) {
      const place = mistake.linePos ? `line ${mistake.linePos[0].line}, column ${mistake.linePos[0].col}` : which;
      unread.push(`${source}: ${place}: ${yamlMistake(mistake)}`);
      return [];
    }
    const content = contentOf(document);
    if (content === null) return [];
    if (content instanceof Error) {
      unread.push(`${source}: ${which}: not YAML: ${reasonOf(content)}; mend its anchors and references`);
      return [];
    }
    if (typeof content !== "object" || !("apiVersion" in content) || !("kind" in content)) {
      unread.push(`${source}: ${which} has no apiVersion and kind; allowed: Kubernetes objects, and lists of them`);
      return [];
    }
    // A kind that ends in List holds the objects in its items.
    const line = text.slice(0, document.contents?.range[0] ?? document.range[0]).split("\n").length;
    return [{ source, line, objects: objectsOf(plain(content)) }];
  });
}

/** What only a chart's template refers to. Alerts and dashboards hold other things in double braces. */
const OF_HELM = /\{\{-?\s*(\.(Values|Release|Chart|Capabilities|Files|Template)\b|(include|template|tpl|toYaml|define) )/;
/** An action of a template on a line of its own. */
const ACTION = /^\s*\{\{-?\s*(if|else|end|range|with|define|include|template|\/\*|\$\w+ :?=)/m;

/** True for a document with actions of Go templates outside of texts that go on over several lines. */
function isTemplate(document: Document.Parsed, text: string): boolean {
  if (!text.includes("{{")) return false;
  const [start, end] = [document.range[0], document.range[2]];
  if (document.errors.length > 0) return ACTION.test(text.slice(start, end)) || OF_HELM.test(text.slice(start, end));
  let found = false;
  visit(document, {
    Pair: (_, { key }) => {
      // Braces without quotes are a map whose key is a map.
      if (isMap(key)) found = true;
      return found ? visit.BREAK : undefined;
    },
    Scalar: (_, scalar) => {
      if (isScalar(scalar) && !/^BLOCK/.test(scalar.type ?? "") && typeof scalar.value === "string" && OF_HELM.test(scalar.value))
        found = true;
      return found ? visit.BREAK : undefined;
    },
  });
  return found;
}

/** The content of a document; null if it is empty, an error if its references cannot be followed. */
function contentOf(document: Document.Parsed): unknown {
  try {
    return (document.toJS() as unknown) ?? null;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function whyUnreadable(error: unknown): string {
  return systemFailure(error)?.replace(/^.*?: /, "") ?? reasonOf(error);
}
