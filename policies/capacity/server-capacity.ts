import { freeOf } from "../../capacity/allocatable";
import { placesAll } from "../../capacity/packing/layout";
import { sumAmounts, type Amounts } from "../../capacity/requests";
import { greatest } from "../../capacity/packing/questions/searching";
import { mayStandOn } from "../../capacity/packing/selectors";
import { everythingPlaced } from "./packing-results";
import type { PackFacility } from "./pack-facility";
import { memoize } from "../../capacity/memoize";
import type { OnDemandPods } from "./on-demand";

/** How many pods of one kind, such as the servers of a profile, fit at once beside everything else that the site expects. */
export interface OnDemandCapacity {
  readonly asked: OnDemandPods;
  /** Number of pods for which the packer finds a place on the hosts. */
  readonly packed: number;
  /** Number of pods that would fit on one host as large as all hosts together with nothing else on it: what a division of totals says. */
  readonly totals: number;
}

/** How many servers of each profile fit at once. */
export const serverCapacities = memoize((facility: PackFacility): readonly OnDemandCapacity[] =>
  facility.onDemand.filter(({ profile }) => profile !== undefined).map((asked) => onDemandCapacity(facility, asked)),
);

/** How many pods of one kind that users bring fit at once. */
export function onDemandCapacity(facility: PackFacility, asked: OnDemandPods): OnDemandCapacity {
  const { hosts, pods } = facility;
  const allowed = hosts.filter((host) => mayStandOn(asked.pod, host));
  const room = allowed.reduce((places, host) => places + timesIn(freeOf(host), asked), 0);
  const { verdict } = everythingPlaced(facility);
  const known = verdict === "fits" || verdict === "at risk" ? asked.pod.count : 0;
  // Stryker disable next-line EqualityOperator: it spares the packer what is proven already, and changes no answer
  const holds = (count: number) =>
    count <= known ||
    placesAll(
      hosts,
      pods.map((pod) => (pod === asked.pod ? { ...pod, count } : pod)),
    );
  return {
    asked,
    packed: greatest(Math.max(room, known), holds),
    totals: timesIn(sumAmounts(allowed.map(({ allocatable }) => allocatable)), asked),
  };
}

/** How many times the requests of a pod fit into amounts. */
function timesIn(amounts: Amounts, { pod }: OnDemandPods): number {
  const times = Object.entries({ ...pod.requests, pods: 1n })
    .filter(([, asked]) => asked > 0n)
    .map(([resource, asked]) => Math.max(0, Number((amounts[resource] ?? 0n) / asked)));
  return Math.min(...times);
}
