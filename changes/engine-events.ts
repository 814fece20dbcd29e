import { z } from "zod";
import { redactedInputs } from "../policies/redact";
import type { StateResource } from "./state";

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
  diagnosticEvent: z.object({ severity: z.string(), message: z.string(), urn: z.string().optional() }).optional(),
  summaryEvent: z.object({ PolicyPacks: z.record(z.string(), z.string()).nullish() }).optional(),
});

/** An event of the engine, as far as it is read here (https://github.com/pulumi/pulumi/blob/v3.259.0/sdk/go/common/apitype/events.go). */
export type EngineEvent = z.output<typeof event>;
/** What an event says of a step of one resource. */
export type StepMetadata = z.output<typeof step>["metadata"];

/** An error of the engine, and the resource that it is about; undefined where it is about none. */
export interface EngineError {
  readonly message: string;
  readonly resource: StateResource | undefined;
}

/** The event in a line of the log that `--event-log` makes the engine write; undefined if the line holds none, such as one that a kill has cut off. */
export function engineEvent(line: string): EngineEvent | undefined {
  try {
    return event.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

/** A resource in one of the states that a step tells. */
export function resourceOf({ urn, type }: StepMetadata, given: StepMetadata["old"]): StateResource {
  const { inputs, protect = false, retainOnDelete = false } = given ?? {};
  return { urn, type, name: urn.split("::").at(-1) ?? urn, inputs: inputs ?? {}, protect, retainOnDelete };
}

/** The errors of a run of the engine, without the marks of colours that it leaves in its log, such as `<{%reset%}>`; inputs of resources are without secrets. */
export function engineErrors(events: readonly EngineEvent[]): readonly EngineError[] {
  const resources = new Map(
    events.flatMap(({ resourcePreEvent: each }) => (each === undefined ? [] : [[each.metadata.urn, redacted(each.metadata)] as const])),
  );
  return events.flatMap(({ diagnosticEvent: each }) =>
    each?.severity === "error"
      ? [{ message: each.message.replace(/<\{%[\w ]+%\}>/g, "").trim(), resource: resources.get(each.urn ?? "") }]
      : [],
  );
}

function redacted(metadata: StepMetadata): StateResource {
  const resource = resourceOf(metadata, metadata.new?.inputs ? metadata.new : metadata.old);
  return { ...resource, inputs: redactedInputs(metadata.type, resource.inputs) };
}
