import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { projectFolder } from "#af/stacks/site/project";

/** How a command ended, and what it printed. */
export interface ToolResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command as a user does, from compiled code if that is fresh, else from its source. */
export function runTool(
  name: string,
  args: readonly string[],
  { input = "", env = {} }: { readonly input?: string; readonly env?: NodeJS.ProcessEnv } = {},
): ToolResult {
  const root = projectFolder();
  const program = compiledIsFresh(root)
    ? [path.join(root, "bin", "tools", `${name}.js`)]
    : ["--import", "tsx", path.join(root, "tools", `${name}.ts`)];
  const { status, stdout, stderr } = spawnSync(process.execPath, [...program, ...args], {
    cwd: root,
    input,
    encoding: "utf8",
    maxBuffer: 2 ** 26,
    env: { ...process.env, NO_COLOR: "1", ...env },
  });
  return { code: status, stdout, stderr };
}

/** True if no source is newer than the record of `tsc --build`, which is touched by every build. */
function compiledIsFresh(root: string): boolean {
  const record = path.join(root, "bin", ".tsbuildinfo");
  if (!fs.existsSync(record) || !fs.existsSync(path.join(root, "bin", "tools", "plan.js"))) return false;
  const { mtimeMs } = fs.statSync(record);
  return ["tools", "terminal", "changes", "policies", "stacks", "components", "capacity"].every((folder) =>
    fs
      .readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .every((file) => fs.statSync(path.join(root, folder, file)).mtimeMs <= mtimeMs),
  );
}
