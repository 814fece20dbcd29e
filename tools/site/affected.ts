import { execFileSync } from "node:child_process";
import { projectFolder, siteNames } from "../../stacks/site/project";
import { UsageError } from "../../terminal/failure";

/** Files that no stack is made of: what reads the project, tests it, or tells about it. */
const DEPLOYS_NOTHING = [
  /^(\.ci|\.github|docs|sandbox|tests|tools)\//,
  /^[A-Z]+(\.md)?$/,
  /^\.(dependency-cruiser\.cjs|gitignore|mocharc\.yaml|prettierignore|prettierrc\.json)$/,
  /^(eslint\.config\.mjs|tsconfig\.tests\.json)$/,
] as const;

/** Files that every stack is made of, or is judged by. */
const EVERY_SITE = [
  /^(capacity|components|policies|stacks|terminal)\//,
  /^(index\.ts|package\.json|package-lock\.json|tsconfig\.json|Pulumi\.yaml)$/,
] as const;

/** The file of one site. */
const SITE_FILE = /^Pulumi\.([a-z0-9-]+)\.yaml$/;

/** Whom a file of the project decides anything for. A file that nobody has thought of counts for every site. */
export type Reach =
  | { readonly kind: "nothing" }
  | { readonly kind: "every site"; readonly known: boolean }
  | { readonly kind: "site"; readonly site: string };

/** Whom one file reaches. @param file path from the project's folder, with `/`. */
export function reachOf(file: string): Reach {
  const site = SITE_FILE.exec(file)?.[1];
  if (site !== undefined) return { kind: "site", site };
  if (DEPLOYS_NOTHING.some((pattern) => pattern.test(file))) return { kind: "nothing" };
  return { kind: "every site", known: EVERY_SITE.some((pattern) => pattern.test(file)) };
}

/**
 * The sites whose stack a change of these files may change, of those that the project has, in alphabetical order.
 * @param files paths from the project's folder, deleted files among them.
 */
export function affectedBy(files: readonly string[], sites: readonly string[] = siteNames()): readonly string[] {
  const reached = files.map(reachOf);
  if (reached.some(({ kind }) => kind === "every site")) return sites;
  const named = new Set(reached.flatMap((reach) => (reach.kind === "site" ? [reach.site] : [])));
  return sites.filter((site) => named.has(site));
}

/**
 * The files that differ between another state of the repository and what lies here, committed or not.
 * @param ref anything that git takes for a commit. What differs is counted from where both states parted, as a pull request does.
 * @throws {UsageError} if git does not know it.
 */
export function changedFiles(ref: string): readonly string[] {
  const folder = projectFolder();
  const git = (args: readonly string[]): string =>
    execFileSync("git", args, { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  try {
    const parted = git(["merge-base", "--end-of-options", ref, "HEAD"]).trim();
    const listed = `${git(["diff", "--name-only", "--no-renames", "-z", parted, "--"])}${git(["ls-files", "--others", "--exclude-standard", "-z"])}`;
    return listed.split("\0").filter((file) => file !== "");
  } catch {
    throw new UsageError(
      `found the state ${ref}; allowed: a commit, branch or tag that this repository has, with what both have in common. In a shallow clone: git fetch --unshallow origin`,
    );
  }
}
