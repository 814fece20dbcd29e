import { type LabelSelector, type PackHost, type PackPod } from "../model";
import { mayStandOn, selectsLabels } from "../selectors";
import { withoutEachHost, type Loss, type LossOptions } from "./losses";

/** A PodDisruptionBudget; `minAvailable` and `maxUnavailable` are numbers of pods or percentages. */
export interface DisruptionBudget {
  readonly namespace: string;
  readonly name: string;
  /** Without a selector the budget covers nothing, with an empty one the whole namespace. */
  readonly selector?: LabelSelector;
  readonly minAvailable?: number | string;
  readonly maxUnavailable?: number | string;
}

/** Why the eviction of a pod would be refused for good. */
export type Obstacle =
  /** Even with all its pods healthy none may go: `need` must stay, and only `have` are there. */
  | { readonly kind: "budget allows none"; readonly budget: DisruptionBudget; readonly need: number; readonly have: number }
  /** The eviction API refuses a pod that two budgets cover. */
  | { readonly kind: "several budgets"; readonly pod: PackPod; readonly budgets: readonly DisruptionBudget[] };

/** A host that is emptied for maintenance: what keeps its pods from leaving, and whether they fit elsewhere. `loss` names the host and those like it. */
export interface Drain {
  readonly obstacles: readonly Obstacle[];
  readonly loss: Loss;
}

/**
 * Drains one host after the other; each is back before the next goes. Pods are evicted one at a time, so that a budget which lets one go lets all go in turn.
 * A budget counts for every host on which one of its pods may run.
 * @throws {RangeError} as {@link prove} and {@link budgetOf}.
 */
export function drainEach(
  hosts: readonly PackHost[],
  pods: readonly PackPod[],
  budgets: readonly DisruptionBudget[],
  options: LossOptions = {},
): readonly Drain[] {
  const losses = withoutEachHost(hosts, pods, options).each;
  return losses.map((loss) => {
    const drained = hosts.filter(({ name }) => loss.hosts.includes(name));
    const affected = pods.filter((pod) => pod.count > 0 && drained.some((host) => mayStandOn(pod, host)));
    return { obstacles: obstaclesOf(affected, pods, budgets), loss };
  });
}

/**
 * How many of the budget's pods must stay, and how many there are. Percentages are rounded up, and a budget that says nothing lets none go:
 * https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/controller/disruption/disruption.go
 * @throws {RangeError} if a value of the budget is neither a whole number nor a percentage.
 */
export function budgetOf(budget: DisruptionBudget, pods: readonly PackPod[]): { readonly need: number; readonly have: number } {
  const have = pods.filter((pod) => budgetCovers(budget, pod)).reduce((sum, { count }) => sum + count, 0);
  const { minAvailable, maxUnavailable } = budget;
  if (maxUnavailable !== undefined) return { need: Math.max(0, have - podsIn(maxUnavailable, have)), have };
  return { need: minAvailable === undefined ? have : podsIn(minAvailable, have), have };
}

function obstaclesOf(affected: readonly PackPod[], pods: readonly PackPod[], budgets: readonly DisruptionBudget[]): readonly Obstacle[] {
  const strict = budgets
    .filter((budget) => affected.some((pod) => budgetCovers(budget, pod)))
    .map((budget) => ({ kind: "budget allows none", budget, ...budgetOf(budget, pods) }) as const)
    .filter(({ need, have }) => need >= have);
  const contested = affected
    .map((pod) => ({ kind: "several budgets", pod, budgets: budgets.filter((budget) => budgetCovers(budget, pod)) }) as const)
    .filter(({ budgets: covering }) => covering.length > 1);
  return [...strict, ...contested];
}

/** True if the budget covers the pod, so that an eviction has to ask it. */
export function budgetCovers({ namespace, selector }: DisruptionBudget, pod: PackPod): boolean {
  return namespace === pod.namespace && selectsLabels(selector, pod.labels);
}

/**
 * A number of pods, or a percentage of `of` pods, rounded up.
 * @throws {RangeError} if it is neither a whole number nor a percentage.
 */
function podsIn(share: number | string, of: number): number {
  const percent = /^(\d+)%$/.exec(String(share))?.[1];
  if (percent !== undefined) return Math.ceil((of * Number(percent)) / 100);
  if (!Number.isSafeInteger(Number(share))) throw new RangeError(`"${share}" is neither a whole number nor a percentage; write 1 or 50%`);
  return Number(share);
}
