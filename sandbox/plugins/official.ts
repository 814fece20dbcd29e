import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { onPath } from "../tools/find";

/** A plugin that the user has installed. */
export interface OfficialPlugin {
  /** The executable. */
  readonly path: string;
  /** Version in the name of its folder, such as `4.34.2`; undefined for an executable on PATH, which says none. */
  readonly version?: string;
}

/**
 * The plugin of that kind and name that the user has installed: on PATH, where Pulumi looks first, or in Pulumi's own folder of plugins, the
 * newest one there.
 */
export function officialPlugin(
  kind: "language" | "resource",
  name: string,
  env: Readonly<NodeJS.ProcessEnv> = process.env,
): OfficialPlugin | undefined {
  const executable = `pulumi-${kind}-${name}`;
  const found = onPath(executable, env);
  if (found !== undefined) return { path: found };
  const plugins = path.join(env["PULUMI_HOME"] ?? path.join(env["HOME"] ?? os.homedir(), ".pulumi"), "plugins");
  const prefix = `${kind}-${name}-v`;
  // Pulumi unpacks a plugin into `<kind>-<name>-v<version>` and leaves a `.partial` file beside it until that is done.
  return listFolder(plugins)
    .filter((entry) => entry.startsWith(prefix) && !entry.endsWith(".partial") && !entry.endsWith(".lock"))
    .filter((entry) => !fs.existsSync(path.join(plugins, `${entry}.partial`)))
    .map((entry) => ({ path: path.join(plugins, entry, executable), version: entry.slice(prefix.length) }))
    .filter((plugin) => isExecutable(plugin.path))
    .sort((a, b) => b.version.localeCompare(a.version, "en", { numeric: true }))[0];
}

function isExecutable(file: string): boolean {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function listFolder(folder: string): readonly string[] {
  try {
    return fs.readdirSync(folder);
  } catch {
    return [];
  }
}
