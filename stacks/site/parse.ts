import { CHECKS } from "./checks";
import { emptyShares, withSizes } from "./profiles";
import { nearest, problemsOf, SiteError, type Problem } from "./problems";
import { SCHEMAS, SECRETS_KEY, type Site } from "./schema";

/**
 * Reads a site from its configuration.
 * @param configuration settings by key, without the prefix `af:`.
 * @param source name of the file, for messages.
 * @throws {SiteError} with every problem of every concern, and of every check whose concerns could be read.
 */
export function parseSite(configuration: Readonly<Record<string, unknown>>, source: string): Site {
  const known = [...Object.keys(SCHEMAS), SECRETS_KEY];
  const problems: Problem[] = Object.keys(configuration)
    .filter((key) => !known.includes(key))
    .map((key) => ({
      path: `af:${key}`,
      message: `unknown key${nearest(key, known)}; allowed: ${known.map((one) => `af:${one}`).join(", ")}`,
    }));
  const site: Record<string, unknown> = {};
  for (const [concern, schema] of Object.entries(SCHEMAS)) {
    const result = schema.safeParse(configuration[concern]);
    if (result.success) site[concern] = result.data;
    else problems.push(...problemsOf(concern, schema, result.error, configuration[concern]));
  }
  for (const { needs, find } of CHECKS) {
    // A check runs only if all its concerns could be read; the problems of the others are in the list already.
    if ((needs === "all" ? Object.keys(SCHEMAS) : needs).every((concern) => site[concern] !== undefined))
      problems.push(...find(site as unknown as Site));
  }
  if (problems.length > 0) throw new SiteError(source, problems);
  const sized = withSizes(site as unknown as Site);
  const empty = emptyShares(sized);
  if (empty.length > 0) throw new SiteError(source, empty);
  return sized;
}
