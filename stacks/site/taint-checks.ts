import { allParts } from "./parts";
import type { Problem } from "./problems";
import type { Site } from "./schema";

/** Uses of the hosts on which pods of a chart run: its own, and those that it starts for users. */
const USES = ["services", "users"] as const;

/**
 * Problems of taints that a chart gives its pods no way around. Such pods still run where no taint is, so one host of each use without a
 * taint is enough; `PreferNoSchedule` keeps no pod off.
 */
export function untoleratedTaints(site: Site): readonly Problem[] {
  const intolerant = allParts(site)
    .flatMap(({ releases }) => Object.values(releases))
    .filter(({ chart }) => chart.tolerations === undefined);
  if (intolerant.length === 0) return [];
  const names = [...new Set(intolerant.map(({ chart }) => chart.name))].join(" and of ");
  return USES.flatMap((use) => {
    const pools = Object.entries(site.nodes).filter(([, { runs }]) => runs.includes(use));
    const open = pools.some(([, { taints }]) => taints.every(({ effect }) => effect === "PreferNoSchedule"));
    return open
      ? []
      : pools.map(([name, { taints }]) => ({
          path: `af:nodes.${name}.taints`,
          message: `the chart of ${names} gives its pods no tolerations, and every pool that runs ${use} has a taint, this one ${taints.map(({ key }) => key).join(" and ")}; leave one of these pools without taints, or leave that service out`,
        }));
  });
}
