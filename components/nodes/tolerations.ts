import type { V1Toleration } from "@kubernetes/client-node";
import type { TolerationsValue } from "../charts/chart";
import { isPart, type ConcernParts, type Installation, type Part } from "../parts";
import { tolerateTaints, tolerateUse } from "./labels";
import type { Nodes } from "./settings";

/**
 * The same parts, with each release's pods tolerating the taints of the hosts that they are for. What a chart takes is told by its
 * description; values stay as they are where no pool has taints.
 */
export function tolerantParts<Parts extends ConcernParts>(parts: Parts, nodes: Nodes): Parts {
  return mapped(parts, (told) => ({
    ...told,
    releases: Object.fromEntries(Object.entries(told.releases).map(([name, release]) => [name, tolerant(release, nodes)])),
  })) as Parts;
}

function mapped(parts: ConcernParts, each: (told: Part) => Part): ConcernParts {
  return Object.fromEntries(
    Object.entries(parts).map(([name, told]) => [name, told === undefined ? told : isPart(told) ? each(told) : mapped(told, each)]),
  );
}

function tolerant(release: Installation, nodes: Nodes): Installation {
  const { tolerations = [] } = release.chart;
  const values = tolerations.reduce<object>((given, { key, hosts, own = [] }) => {
    const more = tolerationsFor(nodes, hosts).filter(({ effect }) => !own.some((each) => each.key === undefined && each.effect === effect));
    return more.length === 0 ? given : within(given, key.split("."), (list) => [...(list ?? own), ...more]);
  }, release.values);
  return { ...release, values };
}

function tolerationsFor(nodes: Nodes, hosts: TolerationsValue["hosts"]): readonly V1Toleration[] {
  return hosts === "all" ? Object.values(nodes).flatMap(tolerateTaints) : tolerateUse(nodes, hosts);
}

/** Values with another list at a key. */
function within(
  values: object,
  [step = "", ...rest]: readonly string[],
  change: (list: readonly V1Toleration[] | undefined) => unknown,
): object {
  const below = (values as Readonly<Record<string, unknown>>)[step];
  return {
    ...values,
    [step]: rest.length === 0 ? change(below as readonly V1Toleration[]) : within(below ?? {}, rest, change),
  };
}
