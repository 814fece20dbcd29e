import * as fs from "node:fs";
import * as path from "node:path";
import { parseAllDocuments } from "yaml";
import { plain } from "../policies/engine-values";
import { objectsOf, type KubernetesObject } from "../policies/model/objects";
import { reasonOf, UsageError } from "../terminal/failure";

/** Name under which standard input appears in messages. */
export const STDIN = "standard input";

/**
 * Reads Kubernetes objects from YAML or JSON: files of several documents, folders of such files, `-` for standard input, lists.
 * @throws {UsageError} naming every file that cannot be read, is not YAML, or holds something else.
 */
export function readObjects(sources: readonly string[]): readonly KubernetesObject[] {
  const problems: string[] = [];
  const objects: KubernetesObject[] = [];
  for (const source of sources.flatMap(expanded)) {
    try {
      objects.push(
        ...parseObjects(source === "-" ? fs.readFileSync(0, "utf8") : fs.readFileSync(source, "utf8"), source === "-" ? STDIN : source),
      );
    } catch (error) {
      problems.push(error instanceof UsageError ? error.message : `${source}: cannot be read (${whyUnreadable(error)})`);
    }
  }
  if (problems.length > 0) throw new UsageError(problems.join("\n"));
  if (objects.length === 0)
    throw new UsageError(
      `${sources.map((source) => (source === "-" ? STDIN : source)).join(", ")}: no Kubernetes object; allowed: YAML with apiVersion and kind`,
    );
  return objects;
}

function expanded(source: string): readonly string[] {
  if (source === "-" || !fs.existsSync(source) || !fs.statSync(source).isDirectory()) return [source];
  return fs
    .readdirSync(source, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(ya?ml|json)$/.test(name))
    .sort()
    .map((name) => path.join(source, name));
}

function parseObjects(text: string, source: string): readonly KubernetesObject[] {
  const documents = parseAllDocuments(text, { merge: true, logLevel: "error" });
  if ("empty" in documents) return [];
  return documents.flatMap((document, index) => {
    const [mistake] = document.errors;
    if (mistake) {
      const place = mistake.linePos ? `line ${mistake.linePos[0].line}, column ${mistake.linePos[0].col}` : `document ${index + 1}`;
      throw new UsageError(`${source}: ${place}: not YAML (${withoutExcerpt(mistake.message)}); mend the line or its indentation`);
    }
    const content = contentOf(document, source, index);
    if (content === null || content === undefined) return [];
    if (typeof content !== "object" || !("apiVersion" in content) || !("kind" in content))
      throw new UsageError(`${source}: document ${index + 1} has no apiVersion and kind; allowed: Kubernetes objects, and lists of them`);
    // A kind that ends in List holds the objects in its items.
    return objectsOf(plain(content));
  });
}

function contentOf(document: ReturnType<typeof parseAllDocuments>[number], source: string, index: number): unknown {
  try {
    return document.toJS() as unknown;
  } catch (error) {
    throw new UsageError(`${source}: document ${index + 1}: not YAML (${reasonOf(error)}); mend its anchors and aliases`);
  }
}

function whyUnreadable(error: unknown): string {
  const code: unknown = typeof error === "object" && error !== null ? Reflect.get(error, "code") : undefined;
  if (code === "ENOENT") return "there is no such file";
  if (code === "EACCES") return "no permission";
  return reasonOf(error);
}

/** The parser's message without the excerpt of the file below it, and without the position, which the problem names by itself. */
function withoutExcerpt(message: string): string {
  return (message.split("\n")[0] ?? message).replace(/ at line \d+, column \d+:?$/, "");
}
