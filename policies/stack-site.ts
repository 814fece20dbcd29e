import { getStack } from "@pulumi/pulumi";
import { stackSettings } from "../stacks/site/configuration";
import { parseSite } from "../stacks/site/parse";
import type { Site } from "../stacks/site/schema";

/**
 * The site of the stack that is judged, read from the configuration of that stack, with which the engine starts a pack.
 * @throws {SiteError} if the configuration has no site or a wrong one. Rules about the site then fail; they never pass because the site is missing.
 */
export function siteOfStack(): Site {
  return parseSite(stackSettings(), `configuration of stack ${getStack()}`);
}
