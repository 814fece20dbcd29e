import * as path from "node:path";
import { siteFile } from "../../stacks/site/project";
import { UsageError } from "../../terminal/failure";

/** A site as it is named on the command line. */
export interface SiteArgument {
  readonly name: string;
  readonly file: string;
}

/**
 * Reads a site's name, or the path of a site file that lies elsewhere.
 * @throws {UsageError} if a path does not end in `Pulumi.<site>.yaml`.
 */
export function siteArgument(text: string): SiteArgument {
  if (!text.endsWith(".yaml")) return { name: text, file: siteFile(text) };
  const name = /^Pulumi\.(.+)\.yaml$/.exec(path.basename(text))?.[1];
  if (name === undefined)
    throw new UsageError(`${text}: not a site file; allowed: the name of a site, or a path that ends in Pulumi.<site>.yaml`);
  return { name, file: text };
}
