import { withCondition } from "../cluster/world";
import { addFinalizer, removeFinalizer, type Reconciler, statusAction } from "./reconciler";
import { isStatic } from "./helm-release";
import { actingOperator } from "./operator";

const GROUP = "source.toolkit.fluxcd.io";
const FINALIZER = "finalizers.fluxcd.io";

/** Plays Flux's source-controller (https://fluxcd.io/flux/components/source/): every source is ready at once, and nothing is fetched. */
export const fluxSources: Reconciler = {
  name: "source",
  subjects: (world) => ["HelmRepository", "OCIRepository", "GitRepository", "Bucket"].flatMap((kind) => world.all(GROUP, kind)),
  actions: (world, source) => {
    if (actingOperator(world, GROUP) === undefined || isStatic(source)) return [];
    if (source.metadata.deletionTimestamp !== undefined) return removeFinalizer(source, FINALIZER);
    return [
      ...addFinalizer(source, FINALIZER),
      ...statusAction(source, {
        observedGeneration: source.metadata.generation ?? 1,
        conditions: withCondition(source, "Ready", "True", "Succeeded", "stand-in: nothing was fetched"),
      }),
    ];
  },
};
