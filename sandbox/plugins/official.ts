import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { isOlder } from "../tools/build";
import { isExecutable, onPath, type PassedOver } from "../tools/executable";

/** A plugin that the user has installed. */
export interface OfficialPlugin {
  /** The executable. */
  readonly path: string;
  /** Version in the name of its folder, such as `4.34.2`; undefined for an executable beside others, which says none. */
  readonly version?: string;
}

/** A plugin that is used, if there is one, and those that are not. */
export interface PluginSearch {
  readonly found?: OfficialPlugin;
  readonly passedOver: readonly PassedOver[];
}

/** Pulumi's own folder of a user, which holds `bin` and `plugins`. */
export function pulumiHome(env: Readonly<NodeJS.ProcessEnv>): string {
  return env["PULUMI_HOME"] || path.join(env["HOME"] ?? os.homedir(), ".pulumi");
}

/**
 * The plugin of that kind and name that the user has installed: on PATH, where Pulumi looks first, in Pulumi's own folder of programs, or in
 * its folder of plugins, the newest one there.
 * @param wanted the version that the SDK asks for: an older plugin in the folder of plugins, or one of another major version, is passed over.
 */
export function officialPlugin(
  kind: "language" | "resource",
  name: string,
  wanted: string,
  env: Readonly<NodeJS.ProcessEnv> = process.env,
): PluginSearch {
  const executable = `pulumi-${kind}-${name}`;
  const home = pulumiHome(env);
  const found = onPath(executable, env) ?? [path.join(home, "bin", executable)].find(isExecutable);
  if (found !== undefined) return { found: { path: found }, passedOver: [] };
  const plugins = path.join(home, "plugins");
  const prefix = `${kind}-${name}-v`;
  // Pulumi unpacks a plugin into `<kind>-<name>-v<version>` and leaves a `.partial` file beside it until that is done.
  const installed = listFolder(plugins)
    .filter((entry) => entry.startsWith(prefix) && !entry.endsWith(".partial") && !entry.endsWith(".lock"))
    .filter((entry) => !fs.existsSync(path.join(plugins, `${entry}.partial`)))
    .map((entry) => ({ path: path.join(plugins, entry, executable), version: entry.slice(prefix.length) }))
    .filter((plugin) => isExecutable(plugin.path))
    .sort((a, b) => b.version.localeCompare(a.version, "en", { numeric: true }));
  const fitting = installed.find(({ version }) => fits(version, wanted));
  const passedOver = installed
    .filter(({ version }) => !fits(version, wanted))
    .map(({ path: file, version }) => ({ path: file, reason: `version ${version}, the program's SDK asks for ${wanted} or newer` }));
  return { ...(fitting && { found: fitting }), passedOver };
}

/** True if a plugin of one version serves an SDK of another: the same major version, and not older. */
function fits(version: string, wanted: string): boolean {
  const [have, want] = [version, wanted].map((text) => text.split(/[-+]/)[0] ?? "") as [string, string];
  return have.split(".")[0] === want.split(".")[0] && !isOlder(have, want);
}

function listFolder(folder: string): readonly string[] {
  try {
    return fs.readdirSync(folder);
  } catch {
    return [];
  }
}
