import * as path from "node:path";
import { EXIT } from "./failure";

/** What the system's error codes mean to whoever called, and the way out (https://man7.org/linux/man-pages/man3/errno.3.html). */
const MEANINGS: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full; make room, or choose another place",
  EDQUOT: "the quota of the disk is used up; make room, or choose another place",
  EROFS: "the file system is read-only; choose another place",
  EACCES: "there is no permission",
  EPERM: "there is no permission",
  ENOENT: "there is no such file or folder",
  ENOTDIR: "a part of the path is a file; allowed: folders",
  EISDIR: "it is a folder; allowed: a file",
  ELOOP: "its symbolic links lead in a circle",
  EMFILE: "too many files are open",
  ENAMETOOLONG: "the name is too long",
};

/** What an error of the system is, for people: the path and the reason; undefined for any other error. */
export function systemFailure(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error) || typeof error.code !== "string") return undefined;
  const meaning = MEANINGS[error.code];
  if (meaning === undefined) return undefined;
  return "path" in error && typeof error.path === "string" ? `${error.path}: ${meaning}` : meaning;
}

/**
 * Ends the process without a stack trace when its output can no longer be written. A reader that has seen enough, as `head` has, is no
 * failure: the verdict that the command has come to stays its exit code.
 */
export function guardOutput(): void {
  for (const stream of [process.stdout, process.stderr])
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EPIPE") process.exit(process.exitCode ?? EXIT.fails);
      if (stream === process.stdout) process.stderr.write(`the output cannot be written: ${systemFailure(error) ?? error.message}\n`);
      process.exit(EXIT.wrongInput);
    });
}

/**
 * Goes back to the folder in which somebody called `npm run <command>`, so that their paths are read from there: npm starts a script in the
 * project's folder (https://docs.npmjs.com/cli/v11/commands/npm-run-script).
 * @param command name of the script that npm was asked for.
 */
export function enterCallersFolder(command: string, env: NodeJS.ProcessEnv = process.env): void {
  const { npm_lifecycle_event: script, npm_package_json: manifest, INIT_CWD: folder } = env;
  if (script !== command || manifest === undefined || folder === undefined) return;
  if (path.dirname(manifest) === process.cwd()) process.chdir(folder);
}
