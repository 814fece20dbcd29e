import type { Field } from "../model/field";
import { isDaemonSet } from "../model/pods";
import { objectName, type StackRule } from "../model/rules";
import { is, type KubernetesObject } from "../model/objects";
import { SelectedPods, type LabelledPods } from "../model/selected-pods";
import { attemptOf, stackWorkloads } from "../model/workloads";

/** More pods than any budget selects: a budget that lets none of so many go lets none go at all. */
const MANY = 1_000_000;

export const disruptionBudgetsAllowADrain: StackRule = {
  name: "disruption-budgets-allow-a-drain",
  pack: "quotas",
  title: "Every disruption budget lets at least one of its pods go, and no pod has two budgets.",
  why: "An eviction that a budget forbids is retried for ever, so the drain of the host never ends. The eviction of a pod with two budgets is an error.",
  sources: ["https://kubernetes.io/docs/concepts/scheduling-eviction/api-eviction/"],
  severity: "high",
  enforcement: "mandatory",
  remedy: "Add a replica, or set maxUnavailable to 1: with a budget that lets nothing go, its host can never be drained.",
  frameworks: ["facility:Q-23"],
  scope: "stack",
  check: (objects, on) => {
    const selected = new SelectedPods(stackWorkloads(objects, undefined, attemptOf(on)).filter(({ object }) => !isDaemonSet(object)));
    const budgeted = new Map<LabelledPods, KubernetesObject>();
    for (const object of objects.filter((each) => is(each, "policy/v1", "PodDisruptionBudget"))) {
      const judgement = on(object);
      judgement.attempt(() => {
        const spec = object.root.at("spec");
        const chosen = selected.by(spec.at("selector"), object.namespace);
        const pods = chosen.reduce((sum, each) => sum + each.pods, 0);
        judgement.countChecked();
        if (pods > 0) {
          const have = BigInt(disruptions(spec, pods));
          judgement.compared(spec, { subject: object.name, resource: `of ${pods} pods that may go`, unit: "count", need: 1n, have });
        } else if (disruptions(spec, MANY) === 0)
          // Its pods may be made by something that is not in the stack.
          judgement.violation(spec, "lets none of its pods go, however many there are; allowed: at least one");
        for (const other of doubles(chosen, object, budgeted))
          judgement.violation(
            spec.at("selector"),
            `selects pods of ${objectName(other)} too; the eviction of a pod with two budgets is an error`,
          );
      });
    }
  },
};

/** The budgets that select some of the chosen pods already. Notes that this budget selects them too. */
function doubles(
  chosen: readonly LabelledPods[],
  budget: KubernetesObject,
  budgeted: Map<LabelledPods, KubernetesObject>,
): readonly KubernetesObject[] {
  const others = new Set(chosen.flatMap((each) => budgeted.get(each) ?? []));
  for (const each of chosen) budgeted.set(each, budget);
  return [...others];
}

/**
 * Number of pods that may be evicted while all are healthy. Percentages are rounded up
 * (https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/controller/disruption/disruption.go).
 */
function disruptions(spec: Field, pods: number): number {
  const unavailable = spec.at("maxUnavailable");
  if (unavailable.given) return Math.min(pods, podCount(unavailable, pods));
  // Without either field one pod has to stay.
  const available = spec.at("minAvailable");
  return Math.max(pods - (available.given ? podCount(available, pods) : 1), 0);
}

function podCount(field: Field, pods: number): number {
  if (typeof field.raw() === "number") return field.number() ?? 0;
  const percent = /^(\d{1,9})%$/.exec(field.text() ?? "")?.[1];
  return Math.ceil((Number(percent ?? 0) * pods) / 100);
}
