import * as fs from "node:fs";
import * as path from "node:path";
import { projectFolder } from "../../stacks/site/project";
import { nodeScript, writeWhole } from "../folders";
import { officialPlugin } from "./official";

/** A plugin that Pulumi finds: an official one that the user has installed, the official one that was built here, or a stand-in. */
export interface InstalledPlugin {
  readonly name: string;
  readonly kind: "language" | "resource";
  readonly source: "official" | "built" | "stand-in";
  /** The executable; of a stand-in, the script without its suffix. */
  readonly path: string;
}

/** The plugins that the program needs, each with the package whose version Pulumi asks for. */
export const WANTED = [
  { name: "nodejs", kind: "language", sdk: "@pulumi/pulumi" },
  { name: "kubernetes", kind: "resource", sdk: "@pulumi/kubernetes" },
  { name: "random", kind: "resource", sdk: "@pulumi/random" },
  { name: "tls", kind: "resource", sdk: "@pulumi/tls" },
] as const;

/**
 * Chooses a plugin for each one that the program needs: one that the user has installed, else one that was built here, else a stand-in.
 * @param built the official plugins that were built here, by name.
 */
export function choosePlugins(
  built: Readonly<Record<string, string>>,
  env: Readonly<NodeJS.ProcessEnv> = process.env,
): readonly InstalledPlugin[] {
  return WANTED.map(({ name, kind, sdk }): InstalledPlugin => {
    const { found: official } = officialPlugin(kind, name, versionOf(sdk), env);
    if (official !== undefined) return { name, kind, source: "official", path: official.path };
    const own = built[name];
    if (own !== undefined) return { name, kind, source: "built", path: own };
    return { name, kind, source: "stand-in", path: path.join(__dirname, kind === "language" ? `language-${name}` : name, "main") };
  });
}

/**
 * Fills the folder in which Pulumi looks for plugins: for each chosen plugin, a folder of the version that the program's SDK asks for, with
 * a program that starts the plugin. What an earlier run has put there is replaced.
 * @param folder the folder `plugins` of the sandbox's PULUMI_HOME.
 */
export function installPlugins(folder: string, plugins: readonly InstalledPlugin[]): void {
  // An earlier version linked the user's own folder here, which is not to be written into.
  if (fs.lstatSync(folder, { throwIfNoEntry: false })?.isSymbolicLink()) fs.rmSync(folder);
  fs.mkdirSync(folder, { recursive: true });
  const wanted = new Set(WANTED.map(({ kind, name, sdk }) => `${kind}-${name}-v${versionOf(sdk)}`));
  for (const stale of fs.readdirSync(folder).filter((entry) => !wanted.has(entry))) {
    fs.rmSync(path.join(folder, stale), { recursive: true, force: true });
  }
  for (const plugin of plugins) {
    const { kind, name, sdk } = WANTED.find((each) => each.name === plugin.name) as (typeof WANTED)[number];
    const starter = path.join(folder, `${kind}-${name}-v${versionOf(sdk)}`, `pulumi-${kind}-${name}`);
    writeStarter(starter, plugin.source === "stand-in" ? nodeScript(plugin.path) : [plugin.path]);
  }
}

/** The version of an installed package, which is the version of the plugin that its resources ask for. */
export function versionOf(sdk: string): string {
  const file = path.join(projectFolder(), "node_modules", ...sdk.split("/"), "package.json");
  return (JSON.parse(fs.readFileSync(file, "utf8")) as { version: string }).version;
}

function writeStarter(file: string, command: readonly string[]): void {
  const text = `#!/bin/sh\nexec ${command.map(quote).join(" ")} "$@"\n`;
  if (fs.existsSync(file) && fs.readFileSync(file, "utf8") === text) return;
  fs.mkdirSync(path.dirname(file), { recursive: true });
  writeWhole(file, text, 0o755);
}

/** Quoted for the shell: paths may hold spaces and quotes. */
function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
