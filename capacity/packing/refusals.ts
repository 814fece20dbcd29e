import { selects, toleratesTaintsOf } from "../placement";
import type { Occupancy } from "./occupancy";
import { byCodeUnits, insufficient, REASON, type Refusal } from "./reasons";
import { hasVolumes, passesOver } from "./selectors";

/** Why hosts refuse a further pod of a class, reason by reason; hosts that would take it are left out. */
export function schedulerRefusals(occupancy: Occupancy, podClass: number): readonly Refusal[] {
  const hosts = new Map<string, string[]>();
  occupancy.problem.hosts.forEach(({ name }, host) => {
    for (const reason of reasonsOn(occupancy, podClass, host)) hosts.set(reason, [...(hosts.get(reason) ?? []), name]);
  });
  return [...hosts].map(([reason, names]) => ({ reason, hosts: names })).sort((a, b) => byCodeUnits(a.reason, b.reason));
}

/**
 * What the scheduler says of one host: the reasons of the first filter that refuses the pod, none if all admit it. The order of filters is the scheduler's:
 * https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/scheduler/apis/config/v1/default_plugins.go
 */
function reasonsOn(occupancy: Occupancy, podClass: number, host: number): readonly string[] {
  const [kind, machine] = [occupancy.problem.kinds[podClass], occupancy.problem.hosts[host]];
  if (!kind || !machine) return [];
  const byNeighbours = occupancy.repulsions(podClass, host);
  const spread = occupancy.spreadProblem(podClass, host);
  const filters: readonly (readonly string[])[] = [
    onlyIf(passesOver(kind, machine), REASON.passedOver),
    onlyIf(kind.placement?.nodeName !== undefined && kind.placement.nodeName !== machine.name, REASON.name),
    onlyIf(!toleratesTaintsOf(kind.placement ?? {}, machine), REASON.taints),
    onlyIf(!selects(kind.placement ?? {}, machine), REASON.selector),
    onlyIf(byNeighbours.includes(REASON.ports), REASON.ports),
    occupancy.lacking(podClass, host).map((resource) => insufficient(occupancy.problem.resources[resource] ?? "")),
    onlyIf(!hasVolumes(kind, machine), REASON.volumes),
    onlyIf(spread !== undefined, spread === "label" ? REASON.spreadLabel : REASON.spread),
    onlyIf(!occupancy.isNearItsOwn(podClass, host), REASON.affinity),
    onlyIf(byNeighbours.includes(REASON.antiAffinity), REASON.antiAffinity),
    onlyIf(byNeighbours.includes(REASON.standingAntiAffinity), REASON.standingAntiAffinity),
  ];
  return filters.find((reasons) => reasons.length > 0) ?? [];
}

function onlyIf(refused: boolean, reason: string): readonly string[] {
  return refused ? [reason] : [];
}
