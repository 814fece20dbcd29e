import * as fs from "node:fs";
import * as path from "node:path";

/** A program on the machine that is not used, and why. */
export interface PassedOver {
  readonly path: string;
  readonly reason: string;
}

/** True if a path is a file that the user may run. */
export function isExecutable(file: string): boolean {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}

/** The first executable of that name on PATH. */
export function onPath(name: string, env: Readonly<NodeJS.ProcessEnv> = process.env): string | undefined {
  return (env["PATH"] ?? "")
    .split(path.delimiter)
    .filter((folder) => folder !== "")
    .map((folder) => path.join(folder, name))
    .find(isExecutable);
}
