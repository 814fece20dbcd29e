import { driftOf } from "../../changes/drift";
import { fieldManager } from "../../components/field-manager";
import { engineRun, unjudged } from "./events";
import type { DriftFacts } from "./markdown";

/**
 * What is not as a site's file says, of a preview with `--refresh`.
 * @param events the log that the engine has written with `--event-log`.
 * @throws {UsageError} if the file cannot be read, or is no such log.
 */
export function siteDrift(site: string, events: string): DriftFacts {
  const run = engineRun(events);
  const report = driftOf(run.seen, run.wanted, fieldManager(site));
  return { site, report, refusals: run.refusals, failures: run.errors.map(({ message }) => message), unjudged: unjudged(run) };
}
