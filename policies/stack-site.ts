import * as pulumi from "@pulumi/pulumi";
import { stackSettings } from "../stacks/site/configuration";
import { parseSite } from "../stacks/site/parse";
import type { Site } from "../stacks/site/schema";

/**
 * The site that the stack under judgement is, from the stack's own configuration: a pack is started with it.
 * @throws {SiteError} if there is none or it is wrong. Rules about the site then fail, they never pass for want of it.
 */
export function siteOfStack(): Site {
  return parseSite(stackSettings(), `configuration of stack ${pulumi.getStack()}`);
}
