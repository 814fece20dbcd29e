import { amountOf, sumAmounts, multiplyAmounts, type Amounts, type PodAmounts } from "./requests";
import type { Scale } from "./scale";

/** What a namespace holds that counts against its quota. */
export interface QuotaDemand {
  readonly pods: readonly { readonly amounts: PodAmounts; readonly scale: Scale }[];
  /** Equal claims, and how many bytes each asks for. */
  readonly claims: readonly { readonly bytes: bigint; readonly count: number }[];
  readonly loadBalancers: number;
}

/** One key of a quota beside what is needed of it; amounts as in {@link Amounts}. */
export interface QuotaComparison {
  readonly key: string;
  /** Resource whose unit the amounts have: `cpu`, `memory`, ... or the key itself for a count. */
  readonly resource: string;
  readonly need: bigint;
  readonly have: bigint;
  /** `have - need`; negative if it does not fit. */
  readonly margin: bigint;
}

/**
 * What a namespace uses at full scale, by quota key: millicores, bytes and counts. The further pods of a rollout count too, because a quota without room for
 * them stops the rollout.
 */
export function quotaUsage({ pods, claims, loadBalancers }: QuotaDemand): Amounts {
  const total = (kind: keyof PodAmounts) =>
    sumAmounts(pods.map(({ amounts, scale }) => multiplyAmounts(amounts[kind], scale.pods + scale.surge)));
  const count = pods.reduce((all, { scale }) => all + scale.pods + scale.surge, 0);
  const requests = total("requests");
  return {
    ...prefixed("requests", requests),
    ...prefixed("limits", total("limits")),
    // A quota on `cpu` is one on `requests.cpu`.
    ...requests,
    pods: BigInt(count),
    persistentvolumeclaims: claims.reduce((all, { count }) => all + BigInt(count), 0n),
    "requests.storage": claims.reduce((all, { bytes, count }) => all + bytes * BigInt(count), 0n),
    "services.loadbalancers": BigInt(loadBalancers),
  };
}

/**
 * Compares what is used with a quota, key by key. Keys that workloads do not decide (counts of Secrets, node ports) are left out.
 * @throws {RangeError} if a value of `hard` is not a quantity.
 */
export function compareWithQuota(used: Amounts, hard: Readonly<Record<string, string>>): readonly QuotaComparison[] {
  return Object.entries(hard)
    .filter(([key]) => COMPARABLE.test(key))
    .map(([key, quantity]) => {
      // Such a word is at the start of a key that is compared, if anywhere.
      const resource = key.replace(/(requests|limits)\./, "");
      const need = used[key] ?? 0n;
      const have = amountOf(resource, quantity);
      return { key, resource, need, have, margin: have - need };
    });
}

const COMPARABLE =
  /^((requests|limits)\.)?(cpu|memory|ephemeral-storage)$|^(pods|persistentvolumeclaims|requests\.storage|services\.loadbalancers)$|^requests\.[^/]+\.[^/]+\/[^/]+$/;

function prefixed(prefix: string, amounts: Amounts): Amounts {
  return Object.fromEntries(Object.entries(amounts).map(([resource, amount]) => [`${prefix}.${resource}`, amount]));
}
