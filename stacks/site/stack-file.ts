import * as fs from "node:fs";
import * as path from "node:path";
import { LineCounter, parseDocument, type Document } from "yaml";
import { SiteError } from "./problems";
import { siteFile, siteNames } from "./project";
import { yamlMistake } from "./yaml-mistakes";

/** Prefix of this project's configuration keys: the project's name in Pulumi.yaml. */
export const PREFIX = "af:";

/** A stack file as it is written, before any schema has checked it. */
export interface StackFile {
  /** Base name of the file, for messages. */
  readonly source: string;
  /** Settings of this project, by key without the prefix. */
  readonly configuration: Readonly<Record<string, unknown>>;
  /** Salt, or key wrapped by a key service, with which the file's secrets are encrypted; undefined if the file has no secret yet. */
  readonly encryption: string | undefined;
  /** The parsed text; `lines` gives the line and column of its nodes. */
  readonly document: Document;
  readonly lines: LineCounter;
}

/**
 * Reads a stack file without the engine.
 * @param name name of the stack.
 * @param file path of the file, if it is not `Pulumi.<name>.yaml`.
 * @throws {SiteError} if there is no such file, it is not YAML, or it has no settings.
 */
export function readStackFile(name: string, file: string = siteFile(name)): StackFile {
  const source = path.basename(file);
  if (!fs.existsSync(file)) {
    const sites = siteNames().join(", ") || "none";
    throw new SiteError(source, [
      { path: name, message: `there is no such site file; sites of this project: ${sites}. A new site is a new file Pulumi.<site>.yaml` },
    ]);
  }
  return readStackText(fs.readFileSync(file, "utf8"), source);
}

/**
 * Reads the text of a stack file.
 * @param source name of the file, for messages.
 * @throws {SiteError} if it is not YAML or has no settings.
 */
export function readStackText(text: string, source: string): StackFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { prettyErrors: true, lineCounter: lines });
  if (document.errors.length > 0) {
    throw new SiteError(
      source,
      document.errors.map((mistake) => ({
        path: mistake.linePos ? `line ${mistake.linePos[0].line}, column ${mistake.linePos[0].col}` : "file",
        message: yamlMistake(mistake),
      })),
    );
  }
  return { source, configuration: configurationOf(document, source), encryption: encryptionOf(document), document, lines };
}

function encryptionOf(document: Document): string | undefined {
  const found = [document.get("encryptedkey"), document.get("encryptionsalt")].find((value) => typeof value === "string");
  return typeof found === "string" ? found : undefined;
}

function configurationOf(document: Document, source: string): Readonly<Record<string, unknown>> {
  const content: unknown = document.toJS();
  const config: unknown = typeof content === "object" && content !== null ? Reflect.get(content, "config") : undefined;
  if (typeof config !== "object" || config === null || Array.isArray(config)) {
    throw new SiteError(source, [
      { path: "config", message: "missing; a site file is a Pulumi stack file with its settings below config:" },
    ]);
  }
  return Object.fromEntries(
    Object.entries(config)
      .filter(([key]) => key.startsWith(PREFIX))
      .map(([key, value]) => [key.slice(PREFIX.length), value]),
  );
}
