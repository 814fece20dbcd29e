import { parseSite } from "#af/stacks/site/parse";
import { SiteError, type Problem } from "#af/stacks/site/problems";

/** The problems of settings of a site; none where they are taken. */
export function problemsOf(settings: Readonly<Record<string, unknown>>, source = "a test"): readonly Problem[] {
  try {
    parseSite(settings, source);
    return [];
  } catch (error) {
    if (error instanceof SiteError) return error.problems;
    throw error;
  }
}
