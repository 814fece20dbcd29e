import { withCondition } from "../cluster/world";
import { addFinalizer, removeFinalizer, type Rule, status } from "./change";
import { isStatic } from "./helm-release";
import { actingOperator } from "./operator";

const group = "source.toolkit.fluxcd.io";
const finalizer = "finalizers.fluxcd.io";

/** What Flux's source-controller does, without fetching anything: a source is ready as soon as it is declared. */
export const fluxSources: Rule = {
  name: "source",
  subjects: (world) => ["HelmRepository", "OCIRepository", "GitRepository", "Bucket"].flatMap((kind) => world.all(group, kind)),
  changes: (world, source) => {
    if (actingOperator(world, group) === undefined || isStatic(source)) return [];
    if (source.metadata.deletionTimestamp !== undefined) return removeFinalizer(source, finalizer);
    return [
      ...addFinalizer(source, finalizer),
      ...status(source, {
        observedGeneration: source.metadata.generation ?? 1,
        conditions: withCondition(source, "Ready", "True", "Succeeded", "stand-in: nothing was fetched"),
      }),
    ];
  },
};
