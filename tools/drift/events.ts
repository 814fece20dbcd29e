import * as fs from "node:fs";
import type { SeenResource, WantedStep } from "../../changes/drift";
import { engineErrors, engineEvent, resourceOf, type EngineError, type StepMetadata } from "../../changes/engine-events";
import { isOfFacility } from "../../changes/state";
import { FACILITY_PACK, PACKS } from "../../policies/pack-names";
import { reasonOf, UsageError } from "../../terminal/failure";

/** What one run of the engine has read, judged and said. */
export interface EngineRun {
  readonly seen: readonly SeenResource[];
  /** What the engine would do, or has done, by URN; resources that stay as they are are left out. */
  readonly wanted: ReadonlyMap<string, WantedStep>;
  /** Names of the packs that have judged it. */
  readonly packs: readonly string[];
  /** What a pack refuses. */
  readonly refusals: readonly string[];
  /** Errors of the engine, the program or a provider. */
  readonly errors: readonly EngineError[];
  /** Whether it came to its end. */
  readonly ended: boolean;
}

/** Operations by which a resource stays as it is, or is only read. */
const STAYS = /^(same|refresh|read|read-replacement|read-discard|discard-replaced|remove-pending-replace)$/;

/**
 * A run of the engine, of the log that `--event-log` makes it write: a line of JSON for each event.
 * @throws {UsageError} if the file cannot be read, or is no such log.
 */
export function engineRun(file: string): EngineRun {
  const events = linesOf(file).map((line, index) => {
    const read = engineEvent(line);
    if (read === undefined)
      throw new UsageError(`${file}, line ${index + 1}: found no event; allowed: the log that --event-log makes the engine write`);
    return read;
  });
  const started = events.flatMap(({ resourcePreEvent: each }) => (each && isOfFacility(each.metadata.type) ? [each.metadata] : []));
  const read = events.flatMap(({ resOutputsEvent: each }) => (each?.metadata.op === "refresh" ? [each.metadata] : []));
  const summary = events.map(({ summaryEvent }) => summaryEvent).findLast((each) => each !== undefined);
  return {
    seen: read.filter(({ type }) => isOfFacility(type)).flatMap(seenResource),
    wanted: new Map(started.filter(({ op }) => !STAYS.test(op)).map((each) => [each.urn, wantedStep(each)])),
    packs: Object.keys(summary?.PolicyPacks ?? {}).map((name) => name.split("|")[0] ?? name),
    refusals: events.flatMap(({ policyEvent: each }) =>
      each?.enforcementLevel === "mandatory" ? [`${each.policyName}: ${each.message.trim()}`] : [],
    ),
    errors: engineErrors(events),
    ended: summary !== undefined,
  };
}

/** Why a run counts as judged by nobody, in whole or in part; empty if the pack with all rules has judged all of it, or both packs with a part of them have. */
export function unjudged({ packs, ended }: EngineRun): readonly string[] {
  if (!ended) return ["the run did not come to its end, so nothing was judged to its end"];
  if (packs.includes(FACILITY_PACK)) return [];
  const parts = Object.values(PACKS);
  const missing = parts.filter((pack) => !packs.includes(pack));
  return (missing.length === parts.length ? [FACILITY_PACK] : missing).map((pack) => `the pack ${pack} has not judged this run`);
}

function linesOf(file: string): readonly string[] {
  try {
    return fs
      .readFileSync(file, "utf8")
      .split("\n")
      .filter((line) => line !== "");
  } catch (error) {
    throw new UsageError(`${file}: cannot be read: ${reasonOf(error)}; allowed: the log that --event-log makes the engine write`);
  }
}

function seenResource(metadata: StepMetadata): readonly SeenResource[] {
  const { old, new: now } = metadata;
  if (!old) return [];
  const uid = (old.outputs?.["metadata"] as { readonly uid?: unknown } | undefined)?.uid;
  return [{ recorded: resourceOf(metadata, old), uid: typeof uid === "string" ? uid : "", live: now?.outputs ?? undefined }];
}

function wantedStep(metadata: StepMetadata): WantedStep {
  const { op, old, new: now, detailedDiff } = metadata;
  return { op, resource: resourceOf(metadata, now ?? old), paths: Object.keys(detailedDiff ?? {}) };
}
