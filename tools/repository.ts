import { execFileSync } from "node:child_process";
import { projectFolder } from "../stacks/site/project";
import { UsageError } from "../terminal/failure";

/** Bytes that one answer of git may have. */
const LARGEST = 2 ** 28;

/** What git prints about the project's repository, whose paths are those from the project's folder. */
function git(args: readonly string[]): Buffer {
  return execFileSync("git", args, { cwd: projectFolder(), maxBuffer: LARGEST, stdio: ["ignore", "pipe", "ignore"] });
}

/**
 * The commit of a state of the repository.
 * @param ref anything that git takes for a commit, such as `origin/main`.
 * @throws {UsageError} if git does not know it, or this is no repository.
 */
export function commitOf(ref: string): string {
  try {
    return git(["rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`])
      .toString()
      .trim();
  } catch {
    throw new UsageError(
      `found the state ${ref}; allowed: a commit, branch or tag that this repository has. In a shallow clone: git fetch origin ${ref}`,
    );
  }
}

/**
 * The commit at which a state of the repository and the one that is checked out parted.
 * @throws {UsageError} if git does not know the state, or both have nothing in common.
 */
export function partedFrom(ref: string): string {
  const commit = commitOf(ref);
  try {
    return git(["merge-base", commit, "HEAD"]).toString().trim();
  } catch {
    throw new UsageError(
      `found the state ${ref}, which has nothing in common with what is checked out; allowed: one that has. In a shallow clone: git fetch --unshallow origin`,
    );
  }
}

/** The commit that is checked out, and whether files here differ from it; undefined where the project is no repository. */
export function checkedOut(): { readonly commit: string; readonly edited: boolean } | undefined {
  try {
    const commit = commitOf("HEAD");
    return { commit, edited: filesSince(commit).length > 0 };
  } catch {
    return undefined;
  }
}

/** Paths of the files that differ between a commit and what lies here, committed or not, deleted ones among them. */
export function filesSince(commit: string): readonly string[] {
  const listed = [
    git(["diff", "--name-only", "--no-renames", "--relative", "-z", commit, "--"]),
    git(["ls-files", "--others", "--exclude-standard", "-z"]),
  ];
  return listed.flatMap((each) => each.toString().split("\0")).filter((file) => file !== "");
}

/** The project's files of a commit, as an archive for tar. */
export function archiveOf(commit: string): Buffer {
  return git(["archive", "--format=tar", commit]);
}
