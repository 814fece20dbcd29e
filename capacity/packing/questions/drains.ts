import { type LabelSelector, type PackHost, type PackPod } from "../model";
import { mayStandOn, selectsLabels } from "../selectors";
import { withoutEachHost, type Loss, type LossOptions } from "./losses";

/** A PodDisruptionBudget: a number or a percentage of either. */
export interface DisruptionBudget {
  readonly namespace: string;
  readonly name: string;
  /** Without one it covers nothing, with an empty one the namespace. */
  readonly selector?: LabelSelector;
  readonly minAvailable?: number | string;
  readonly maxUnavailable?: number | string;
}

/** Why an eviction would be refused for good. */
export type Obstacle =
  /** All its pods are well, and still none may go: `need` must stay, `have` are there. */
  | { readonly kind: "budget allows none"; readonly budget: DisruptionBudget; readonly need: number; readonly have: number }
  /** The eviction API refuses a pod that two budgets cover. */
  | { readonly kind: "several budgets"; readonly pod: PackPod; readonly budgets: readonly DisruptionBudget[] };

/** A host emptied for maintenance: whether its pods may leave, and whether they fit elsewhere (`loss`, which names the host and those like it). */
export interface Drain {
  readonly obstacles: readonly Obstacle[];
  readonly loss: Loss;
}

/**
 * Drains one host after the other; each is back before the next goes. Pods are evicted one at a time, so that a budget which allows one lets all go in turn.
 * A pod counts for every host that it may run on.
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
 * How many of the budget's pods must stay, and how many there are; percentages are rounded up, and a budget that says nothing lets none go (v1.37
 * `pkg/controller/disruption`, getExpectedPodCount and updatePdbStatus).
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

/** True if an eviction of the pod has to ask the budget. */
export function budgetCovers({ namespace, selector }: DisruptionBudget, pod: PackPod): boolean {
  return namespace === pod.namespace && selectsLabels(selector, pod.labels);
}

/**
 * @throws {RangeError} if it is neither a whole number nor a percentage.
 */
function podsIn(share: number | string, of: number): number {
  const percent = /^(\d+)%$/.exec(String(share))?.[1];
  if (percent !== undefined) return Math.ceil((of * Number(percent)) / 100);
  if (!Number.isSafeInteger(Number(share))) throw new RangeError(`"${share}" is neither a whole number nor a percentage; write 1 or 50%`);
  return Number(share);
}
