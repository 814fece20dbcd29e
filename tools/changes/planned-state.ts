import { z } from "zod";
import { PACKING_VERDICTS } from "../../capacity/packing/prove";
import { isOfFacility, type StateResource } from "../../changes/state";
import { UsageError } from "../../terminal/failure";

const planned = z.object({
  site: z.object({ name: z.string() }),
  resources: z.array(
    z.object({
      urn: z.string(),
      type: z.string(),
      name: z.string(),
      component: z.boolean(),
      inputs: z.record(z.string(), z.unknown()),
      options: z.object({ protect: z.boolean(), retainOnDelete: z.boolean() }),
    }),
  ),
  findings: z.array(
    z.object({
      rule: z.string(),
      enforcement: z.string(),
      object: z.object({ kind: z.string(), namespace: z.string(), name: z.string() }),
      path: z.string(),
      message: z.string(),
    }),
  ),
  capacity: z.object({
    answers: z.array(
      z.object({
        question: z.string(),
        about: z.string(),
        verdict: z.enum(PACKING_VERDICTS),
        unit: z.string(),
        need: z.number(),
        have: z.number(),
      }),
    ),
  }),
});

/** What the difference reads of a plan's document. The document of an older state of the repository may hold more or less beside it. */
export type PlannedState = z.output<typeof planned>;

/**
 * A plan's document, as `plan --json` printed it here or at another state of the repository.
 * @throws {UsageError} if it is none.
 */
export function plannedState(document: unknown, source: string): PlannedState {
  const read = planned.safeParse(document);
  if (read.success) return read.data;
  throw new UsageError(`${source}: found no plan of this project; allowed: the output of npm run -s plan -- SITE --json`);
}

/** The resources of a plan that are no components. */
export function plannedResources({ resources }: PlannedState): readonly StateResource[] {
  return resources
    .filter(({ component, type }) => !component && isOfFacility(type))
    .map(({ urn, type, name, inputs, options }) => ({ urn, type, name, inputs, ...options }));
}
