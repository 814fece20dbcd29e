import { execFile } from "node:child_process";
import * as path from "node:path";
import { promisify } from "node:util";
import { officialPlugin, pulumiHome } from "../plugins/official";
import { isExecutable, onPath, type PassedOver } from "./executable";
import { minorOf, pinnedVersion, publishedVersion, type Tool } from "./tool";

const run = promisify(execFile);

/** A program of a fitting version. */
export interface FoundTool {
  readonly path: string;
  readonly version: string;
  /** Where the program was found; the command prints it. */
  readonly source: "KUBEBUILDER_ASSETS" | "PATH" | "Pulumi's folder" | "cache" | "downloaded" | "built";
}

/** The folders in which a tool is looked for, in order. */
function searchFolders(env: Readonly<NodeJS.ProcessEnv>): readonly { readonly folder: string; readonly source: FoundTool["source"] }[] {
  const assets = env["KUBEBUILDER_ASSETS"];
  return [
    ...(assets ? [{ folder: assets, source: "KUBEBUILDER_ASSETS" as const }] : []),
    ...(env["PATH"] ?? "")
      .split(path.delimiter)
      .filter((folder) => folder !== "")
      .map((folder) => ({ folder, source: "PATH" as const })),
    { folder: path.join(pulumiHome(env), "bin"), source: "Pulumi's folder" as const },
  ];
}

/** True if a version can replace the pinned one: the same major and minor, and for Pulumi the same major and at least the minor. */
export function isUsable(tool: Tool, found: string, pinned: string): boolean {
  const [have, want] = [minorOf(found), minorOf(pinned)];
  if (tool.name === "pulumi") return have.major === want.major && have.minor >= want.minor;
  return have.major === want.major && have.minor === want.minor;
}

async function versionOf(tool: Tool, file: string): Promise<string> {
  const { stdout, stderr } = await run(file, [...tool.versionArguments], {
    timeout: 20_000,
    env: { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" },
  });
  return minorOf(`${stdout}\n${stderr}`).full;
}

/**
 * Looks for a tool in KUBEBUILDER_ASSETS, on PATH and in Pulumi's own folders. Programs of another minor version are passed over, because a control plane of mixed
 * versions fails in ways that have nothing to do with the facility.
 */
export async function findTool(
  tool: Tool,
  env: Readonly<NodeJS.ProcessEnv> = process.env,
): Promise<{ readonly found?: FoundTool; readonly passedOver: readonly PassedOver[] }> {
  if (tool.plugin !== undefined) {
    const { found, passedOver } = officialPlugin("resource", tool.plugin, publishedVersion(tool).slice(1), env);
    if (found === undefined) return { passedOver };
    const source = onPath(path.basename(found.path), env) === found.path ? "PATH" : "Pulumi's folder";
    return { found: { path: found.path, version: found.version === undefined ? "of its own" : `v${found.version}`, source }, passedOver };
  }
  const passedOver: PassedOver[] = [];
  const pinned = pinnedVersion(tool);
  for (const { folder, source } of searchFolders(env)) {
    const file = path.join(folder, tool.name);
    if (!isExecutable(file)) continue;
    try {
      const version = await versionOf(tool, file);
      if (isUsable(tool, version, pinned)) return { found: { path: file, version, source }, passedOver };
      passedOver.push({ path: file, reason: `version ${version}, the sandbox needs ${wanted(tool, pinned)}` });
    } catch {
      passedOver.push({ path: file, reason: `does not answer ${tool.versionArguments.join(" ")}` });
    }
  }
  return { passedOver };
}

function wanted(tool: Tool, pinned: string): string {
  const { major, minor } = minorOf(pinned);
  return tool.name === "pulumi" ? `${major}.${minor} or newer` : `${major}.${minor}`;
}
