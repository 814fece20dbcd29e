import * as pulumi from "@pulumi/pulumi";
import { refusal } from "./refusal";
import { frozen } from "./site/freeze";
import type { Site } from "./site/schema";

/**
 * Refuses an update of a site of which nothing may change now. A preview tells what would change all the same.
 * @throws {pulumi.RunError} with the window and its reason.
 */
export function assertNotFrozen(site: Site, now: Date = new Date()): void {
  const reason = frozen(site, now);
  if (reason === undefined) return;
  if (pulumi.runtime.isDryRun()) return void pulumi.log.warn(reason);
  throw refusal(reason);
}
