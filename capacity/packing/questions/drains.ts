import { labelIndex } from "../../label-index";
import type { Labels } from "../../labels";
import { grouped } from "../grouped";
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
  const covered = coverageOf(budgets, pods);
  return losses.map((loss) => {
    const drained = hosts.filter(({ name }) => loss.hosts.includes(name));
    const affected = pods.filter((pod) => pod.count > 0 && drained.some((host) => mayStandOn(pod, host)));
    return { obstacles: obstaclesOf(affected, covered), loss };
  });
}

/**
 * How many of the budget's pods must stay, of as many as there are. Percentages are rounded up, and a budget that says nothing lets none go:
 * https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/controller/disruption/disruption.go
 * @throws {RangeError} if a value of the budget is neither a whole number nor a percentage.
 */
export function mustStay({ minAvailable, maxUnavailable }: DisruptionBudget, have: number): number {
  if (maxUnavailable !== undefined) return Math.max(0, have - podsIn(maxUnavailable, have));
  return minAvailable === undefined ? have : podsIn(minAvailable, have);
}

/** Workloads of one namespace with the same labels: what covers one of them covers all. */
interface Labelled {
  readonly labels: Labels;
  readonly pods: readonly PackPod[];
  /** How many pods the workloads have together. */
  readonly count: number;
  /** The budgets that an eviction of one of the pods has to ask. */
  readonly budgets: DisruptionBudget[];
}

/** Which budget covers which pods. */
interface Coverage {
  readonly each: readonly { readonly budget: DisruptionBudget; readonly groups: readonly Labelled[] }[];
  readonly groupOf: ReadonlyMap<PackPod, Labelled>;
}

function coverageOf(budgets: readonly DisruptionBudget[], pods: readonly PackPod[]): Coverage {
  const byNamespace = new Map(
    [...grouped(pods, ({ namespace }) => namespace)].map(([namespace, members]) => {
      const groups = [...grouped(members, ({ labels = {} }) => JSON.stringify(labels)).values()].map((alike): Labelled => ({
        labels: alike[0]?.labels ?? {},
        pods: alike,
        count: alike.reduce((sum, { count }) => sum + count, 0),
        budgets: [],
      }));
      return [namespace, { groups, having: labelIndex(groups) }] as const;
    }),
  );
  const each = budgets.map((budget) => {
    const { namespace, selector } = budget;
    const candidates = byNamespace.get(namespace)?.having(selector?.matchLabels ?? {}) ?? [];
    const groups = candidates.filter(({ labels }) => selectsLabels(selector, labels));
    for (const group of groups) group.budgets.push(budget);
    return { budget, groups };
  });
  const all = [...byNamespace.values()].flatMap(({ groups }) => groups);
  return { each, groupOf: new Map(all.flatMap((group) => group.pods.map((pod) => [pod, group]))) };
}

function obstaclesOf(affected: readonly PackPod[], { each, groupOf }: Coverage): readonly Obstacle[] {
  const groups = affected.flatMap((pod) => groupOf.get(pod) ?? []);
  const isAffected = new Set(groups);
  const strict = each
    .filter((covered) => covered.groups.some((group) => isAffected.has(group)))
    .map(({ budget, groups: its }) => {
      const have = its.reduce((sum, { count }) => sum + count, 0);
      return { kind: "budget allows none", budget, need: mustStay(budget, have), have } as const;
    })
    .filter(({ need, have }) => need >= have);
  const contested = affected
    .map((pod) => ({ kind: "several budgets", pod, budgets: groupOf.get(pod)?.budgets ?? [] }) as const)
    .filter(({ budgets }) => budgets.length > 1);
  return [...strict, ...contested];
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
