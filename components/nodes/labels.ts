import type { Nodes, Pool, Use } from "./settings";

/** Label that names a host's pool. */
export const POOL_LABEL = "analysis-facility/pool";

/** Label `analysis-facility/<use>: "true"` for each use of a host; pods select hosts by use, never by name. */
export function useLabel(use: Use): string {
  return `analysis-facility/${use}`;
}

/** Node selector of pods that go where a use is. */
export function selectUse(use: Use): Record<string, string> {
  return { [useLabel(use)]: "true" };
}

/** Tolerations of pods that must get onto the tainted pools of a use. */
export function tolerateUse(nodes: Nodes, use: Use) {
  return Object.values(nodes)
    .filter(({ runs }) => runs.includes(use))
    .flatMap(({ taints }) => taints.map(({ key, value, effect }) => ({ key, operator: "Equal", value, effect })));
}

/** Rook reads the rack from here when it puts an OSD into the CRUSH map, once (guide storage.md §2.3). */
export const RACK_LABEL = "topology.rook.io/rack";

/** What the hosts of a pool are labelled with. */
export function labelsOf(name: string, pool: Pool): Record<string, string> {
  const labels: Record<string, string> = { [POOL_LABEL]: name };
  if (pool.runs.includes("control-plane")) return labels;
  for (const use of pool.runs) labels[useLabel(use)] = "true";
  labels["topology.kubernetes.io/zone"] = pool.rack;
  labels[RACK_LABEL] = pool.rack;
  const purpose = nodePurpose(pool);
  if (purpose) labels["hub.jupyter.org/node-purpose"] = purpose;
  return labels;
}

/** Z2JH knows two purposes and one value a node: where users may run, the node is for users (guide jupyterhub-and-dask.md §9, trap 16). */
function nodePurpose(pool: Pool): "core" | "user" | undefined {
  if (pool.runs.includes("users")) return "user";
  return pool.runs.includes("services") ? "core" : undefined;
}
