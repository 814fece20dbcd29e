import * as fs from "node:fs";
import * as path from "node:path";
import { parseDocument } from "yaml";
import { SiteError } from "./problems";
import { siteFile, siteNames } from "./project";
import { parseSite, type Site } from "./site";

export { SiteError } from "./problems";

/** Prefix of this project's configuration keys: the project's name in Pulumi.yaml. */
const PREFIX = "af:";

/**
 * Reads a site without the engine: no CLI, no cluster, no secret.
 * @param name the stack.
 * @param file another file than `Pulumi.<name>.yaml`.
 * @throws {SiteError} if there is no such site, the file is not YAML, or the site is wrong; with all problems at once.
 */
export function readSite(name: string, file: string = siteFile(name)): Site {
  const source = path.basename(file);
  if (!fs.existsSync(file)) {
    const sites = siteNames().join(", ") || "none";
    throw new SiteError(source, [
      { path: name, message: `there is no such site file; sites of this project: ${sites}. A new site is a new file Pulumi.<site>.yaml` },
    ]);
  }
  const site = parseSite(configurationOf(fs.readFileSync(file, "utf8"), source), source);
  assertStack(site, name, source);
  return site;
}

/** The site's own name must be the stack's, or `up` would build one site under another's name. */
export function assertStack(site: Site, stack: string, source: string): void {
  if (site.site.name === stack) return;
  throw new SiteError(source, [{ path: "af:site.name", message: `found "${site.site.name}"; allowed: "${stack}", the name of the stack` }]);
}

/** The keys of this project in a stack file, without their prefix. */
function configurationOf(text: string, source: string): Record<string, unknown> {
  const document = parseDocument(text, { prettyErrors: true });
  if (document.errors.length > 0) {
    throw new SiteError(
      source,
      document.errors.map(({ message, linePos }) => ({
        path: linePos ? `line ${linePos[0].line}, column ${linePos[0].col}` : "file",
        message: `not YAML: ${message.split("\n")[0]?.replace(/ at line .*$/, "") ?? message}; mend the line or its indentation`,
      })),
    );
  }
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
