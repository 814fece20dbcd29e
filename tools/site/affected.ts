import { siteNames, siteOfFile } from "../../stacks/site/project";

/** Files that no stack is made of: what reads the project, tests it, or tells about it. */
const DEPLOYS_NOTHING = [
  /^(\.ci|\.github|docs|sandbox|tests|tools)\//,
  /^[A-Z]+(\.md)?$/,
  /^\.(dependency-cruiser\.cjs|gitignore|mocharc\.yaml|prettierignore|prettierrc\.json)$/,
  /^(eslint\.config\.mjs|tsconfig\.tests\.json)$/,
] as const;

/** Files that every stack is made of, or is judged by. */
const EVERY_SITE = [
  /^(capacity|changes|components|policies|stacks|terminal)\//,
  /^(index\.ts|package\.json|package-lock\.json|tsconfig\.json|Pulumi\.yaml)$/,
] as const;

/** Whom a file of the project decides anything for. A file that nobody has thought of counts for every site. */
export type Reach =
  | { readonly kind: "nothing" }
  | { readonly kind: "every site"; readonly known: boolean }
  | { readonly kind: "site"; readonly site: string };

/** Whom one file reaches. @param file path from the project's folder, with `/`. */
export function reachOf(file: string): Reach {
  const site = siteOfFile(file);
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
