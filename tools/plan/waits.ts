import { grouped } from "../../capacity/packing/grouped";
import type { PackingVerdict } from "../../capacity/packing/prove";
import type { Refusal } from "../../capacity/packing/reasons";
import type { PackFacility } from "../../policies/capacity/pack-facility";

/** Pods of a workload that wait: in the best known placement if not all have a place, else in a bad order of placing. */
export interface Wait {
  /** `namespace/name`. */
  readonly workload: string;
  readonly verdict: Exclude<PackingVerdict, "fits">;
  /** How many wait; 0 if it is not settled whether any does. */
  readonly waiting: number;
  readonly of: number;
  /** Why hosts refuse them, in the scheduler's words. */
  readonly reasons: readonly Refusal[];
}

/** Says who waits, and how surely. */
export function whoWaits(wait: Wait): string {
  return whoAllWait(wait.verdict, [wait]);
}

/** Says who waits, of several workloads about which the same is said. */
export function whoAllWait(verdict: Wait["verdict"], waits: readonly Wait[]): string {
  const who = waits.map(({ workload, waiting, of }) => (waiting === 0 ? workload : `${waiting} of ${of} ${workload}`)).join(", ");
  switch (verdict) {
    case "does not fit":
      return `no place for ${who}`;
    case "not settled":
      return `not settled whether there is a place for ${who}`;
    case "at risk":
      return `in a bad order may wait: ${who}`;
  }
}

/** Groups hosts by their pool, because a reason mostly concerns all hosts of a pool. */
export function hostsByPool(
  hosts: readonly string[],
  facility: PackFacility | undefined,
): readonly { readonly pool: string; readonly members: readonly string[] }[] {
  const pools = grouped(hosts, (host) => facility?.hosts.find(({ name }) => name === host)?.pool ?? "");
  return [...pools].map(([pool, members]) => ({ pool, members }));
}
