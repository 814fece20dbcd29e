import { grouped } from "../../capacity/packing/grouped";
import type { PackingVerdict } from "../../capacity/packing/prove";
import type { Refusal } from "../../capacity/packing/reasons";
import type { PackFacility } from "../../policies/capacity/pack-facility";

/** Pods of a workload that wait: in the best placement where there is no place for all, in a bad order of placing where there is. */
export interface Wait {
  /** `namespace/name`. */
  readonly workload: string;
  readonly verdict: Exclude<PackingVerdict, "fits">;
  /** 0 if it is not settled whether any waits. */
  readonly waiting: number;
  readonly of: number;
  /** In the scheduler's words, which hosts refuse them. */
  readonly reasons: readonly Refusal[];
}

/** For people: who waits, and how surely. */
export function whoWaits({ workload, verdict, waiting, of }: Wait): string {
  const who = waiting === 0 ? workload : `${waiting} of ${of} ${workload}`;
  return verdict === "does not fit" ? `no place for ${who}` : `in a bad order may wait: ${who}`;
}

/** Hosts by the pool that they are of: a reason is seldom one host's alone. */
export function hostsByPool(
  hosts: readonly string[],
  facility: PackFacility | undefined,
): readonly { readonly pool: string; readonly members: readonly string[] }[] {
  const pools = grouped(hosts, (host) => facility?.hosts.find(({ name }) => name === host)?.pool ?? "");
  return [...pools].map(([pool, members]) => ({ pool, members }));
}
