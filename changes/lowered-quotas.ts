import { bytes, dividedUp, isQuantity, larger, millicores, multiplied } from "../capacity/quantity";
import { QUOTA_HEADROOM } from "../components/tenancy/tenant";
import { EPHEMERAL_PER_POD } from "../stacks/namespaces";
import { groupKindOf, namesOf, subject, type ResourceChange } from "./change";
import { type Consequence, UNNOTICED } from "./effects";
import { restarts } from "./restarts";
import type { StateResource } from "./state";

/** Keys of a quota in which pods count. Other objects that a quota counts do not come and go with a restart. */
const COUNTED = ["requests.cpu", "requests.memory", "limits.memory", "pods", "requests.ephemeral-storage"] as const;
type Counted = (typeof COUNTED)[number];

/** A key that would become less than the pods of before may have. */
interface Short {
  readonly key: Counted;
  readonly before: string;
  readonly after: string;
}

/** Namespaces in which a change starts pods: it makes, changes or replaces what runs them. */
export function namespacesOfNewPods(changes: readonly ResourceChange[]): ReadonlySet<string> {
  return new Set(changes.filter(startsPods).flatMap((change) => namesOf(subject(change)).namespace || []));
}

function startsPods(change: ResourceChange): boolean {
  switch (change.action) {
    case "create":
      return /^apps\/|\/(HelmRelease|Release)$/.test(groupKindOf(subject(change)) ?? "");
    case "update":
    case "replace":
      return restarts(change).effect !== "none";
    case "delete":
      return false;
  }
}

/**
 * What a lowered quota does to pods that start in the same update. The quota changes before them, and pods of before count in it until they end: those that
 * wait for their turn, servers of users, and what the engine deletes last. With less than these may have, new pods are refused, the engine waits for them, and
 * so for ever. Enough is what the quota of before was made for; pods that become larger while others become smaller have no more room than that.
 * @param starting namespaces in which the update starts pods.
 */
export function loweredQuota(change: ResourceChange, starting: ReadonlySet<string>): Consequence {
  const { action, before, after } = change;
  if (action !== "update" || before === undefined || after === undefined || groupKindOf(after) !== "/ResourceQuota") return UNNOTICED;
  if (!starting.has(namesOf(after).namespace)) return UNNOTICED;
  const short = shortKeys(before, after);
  if (short.length === 0) return UNNOTICED;
  const lowered = short.map((each) => `${each.key} from ${each.before} to ${each.after}`).join(", ");
  const pin = `af:tenancy.pins.${after.name.replace(/-quota$/, "")}`;
  return {
    ...UNNOTICED,
    refused:
      `the quota is lowered first (${lowered}), and pods of before count in it until they end, so that the API server may refuse those that take their place; ` +
      `keep it for this update, ${pin}: { because: "until smaller pods run", ${pinned(short)} }, and take that out in a later one that restarts nothing there`,
  };
}

/** The keys of a quota of which less is left than the one of before was made for. */
function shortKeys(before: StateResource, after: StateResource): readonly Short[] {
  const [old, now] = [hardOf(before), hardOf(after)];
  const headroom = headroomOf(before);
  return COUNTED.flatMap((key) => {
    const [was, is] = [old[key], now[key]];
    if (typeof was !== "string" || typeof is !== "string" || !isQuantity(was) || !isQuantity(is)) return [];
    // What the quota was made for, times the headroom, was rounded up.
    return multiplied(amountOf(key, is), headroom, "down") >= amountOf(key, was) ? [] : [{ key, before: was, after: is }];
  });
}

/** Keys of the pin that keep what is short as it was. One of memory bounds requests and limits, and ephemeral storage follows the number of pods. */
function pinned(short: readonly Short[]): string {
  const most = (...keys: readonly Counted[]) =>
    short
      .filter(({ key }) => keys.includes(key))
      .map(({ key, before }) => ({ text: before, amount: amountOf(key, before) }))
      .sort((a, b) => (a.amount < b.amount ? 1 : -1))[0];
  const [cpu, memory, pods, ephemeral] = [
    most("requests.cpu"),
    most("requests.memory", "limits.memory"),
    most("pods"),
    most("requests.ephemeral-storage"),
  ];
  const ofStorage = dividedUp(ephemeral?.amount ?? 0n, EPHEMERAL_PER_POD);
  const count = larger(pods?.amount ?? 0n, ofStorage);
  return [
    ...(cpu ? [`cpu: ${cpu.text}`] : []),
    ...(memory ? [`memory: ${memory.text}`] : []),
    ...(count > 0n ? [`pods: ${count}`] : []),
  ].join(", ");
}

function amountOf(key: Counted, text: string): bigint {
  return key === "requests.cpu" ? millicores(text) : bytes(text);
}

/** By how much more a quota was than what it was made for; 1 where that is not written, as in quotas that were set by hand. */
function headroomOf({ inputs }: StateResource): number {
  const { annotations } = (inputs["metadata"] ?? {}) as { readonly annotations?: Readonly<Record<string, unknown>> };
  const factor = Number(annotations?.[QUOTA_HEADROOM] ?? 1);
  return factor >= 1 ? factor : 1;
}

function hardOf({ inputs }: StateResource): Readonly<Record<string, unknown>> {
  return ((inputs["spec"] ?? {}) as { readonly hard?: Readonly<Record<string, unknown>> }).hard ?? {};
}
