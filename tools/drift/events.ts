import * as fs from "node:fs";
import { z } from "zod";
import type { SeenResource, WantedStep } from "../../changes/drift";
import { engineErrors, plainText, type EngineError } from "../../changes/refusals";
import { isOfFacility, type StateResource } from "../../changes/state";
import { PACKS } from "../../policies/pack-names";
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
  readonly failures: readonly string[];
  /** The same, each with the resource that it is about. */
  readonly errors: readonly EngineError[];
  /** Whether it came to its end. */
  readonly ended: boolean;
}

const fields = z.record(z.string(), z.unknown());
const state = z
  .object({
    inputs: fields.nullish(),
    outputs: fields.nullish(),
    protect: z.boolean().default(false),
    retainOnDelete: z.boolean().default(false),
  })
  .nullish();
const step = z.object({
  metadata: z.object({ op: z.string(), urn: z.string(), type: z.string(), old: state, new: state, detailedDiff: fields.nullish() }),
});
const event = z.object({
  resourcePreEvent: step.optional(),
  resOutputsEvent: step.optional(),
  policyEvent: z.object({ message: z.string(), policyName: z.string(), enforcementLevel: z.string() }).optional(),
  diagnosticEvent: z.object({ severity: z.string(), message: z.string() }).optional(),
  summaryEvent: z.object({ PolicyPacks: z.record(z.string(), z.string()).nullish() }).optional(),
});
type Metadata = z.output<typeof step>["metadata"];
type State = z.output<typeof state>;

/** Operations by which a resource stays as it is, or is only read. */
const STAYS = /^(same|refresh|read|read-replacement|read-discard|discard-replaced|remove-pending-replace)$/;

/**
 * A run of the engine, of the log that `--event-log` makes it write: a line of JSON for each event
 * (https://github.com/pulumi/pulumi/blob/v3.259.0/sdk/go/common/apitype/events.go).
 * @throws {UsageError} if the file cannot be read, or is no such log.
 */
export function engineRun(file: string): EngineRun {
  const lines = linesOf(file).map(parsed);
  const events = lines.map((line, index) => {
    const read = event.safeParse(line);
    if (!read.success)
      throw new UsageError(`${file}, line ${index + 1}: found no event; allowed: the log that --event-log makes the engine write`);
    return read.data;
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
    failures: events.flatMap(({ diagnosticEvent: each }) => (each?.severity === "error" ? [plainText(each.message)] : [])),
    errors: engineErrors(lines),
    ended: summary !== undefined,
  };
}

/** Why a run counts as judged by nobody, in whole or in part; empty if both packs have judged all of it. */
export function unjudged({ packs, ended }: EngineRun): readonly string[] {
  if (!ended) return ["the run did not come to its end, so nothing was judged to its end"];
  return Object.values(PACKS).flatMap((pack) => (packs.includes(pack) ? [] : [`the pack ${pack} has not judged this run`]));
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

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function seenResource({ urn, type, old, new: now }: Metadata): readonly SeenResource[] {
  if (!old) return [];
  const uid = (old.outputs?.["metadata"] as { readonly uid?: unknown } | undefined)?.uid;
  return [{ recorded: resourceOf(urn, type, old), uid: typeof uid === "string" ? uid : "", live: now?.outputs ?? undefined }];
}

function wantedStep({ op, urn, type, old, new: now, detailedDiff }: Metadata): WantedStep {
  return { op, resource: resourceOf(urn, type, now ?? old), paths: Object.keys(detailedDiff ?? {}) };
}

function resourceOf(urn: string, type: string, given: State): StateResource {
  const { inputs, protect = false, retainOnDelete = false } = given ?? {};
  return { urn, type, name: urn.split("::").at(-1) ?? urn, inputs: inputs ?? {}, protect, retainOnDelete };
}
