import type { Nodes, Pool, Use } from "./settings";

/** Key of the label whose value is the name of a host's pool. */
export const POOL_LABEL = "analysis-facility/pool";

/** Key of the label that marks a host with a use; its value is `"true"`. Pods select hosts by use, never by name. */
export function useLabel(use: Use): string {
  return `analysis-facility/${use}`;
}

/** Node selector of pods that run on the hosts with a use. */
export function selectUse(use: Use): Record<string, string> {
  return { [useLabel(use)]: "true" };
}

/** Tolerations of pods that run on the hosts with a use: one for each taint of their pools. */
export function tolerateUse(nodes: Nodes, use: Use) {
  return Object.values(nodes)
    .filter(({ runs }) => runs.includes(use))
    .flatMap(tolerateTaints);
}

/** Where pods run that need the hosts with a use: on these alone, whatever taints their pools have. */
export function placedOn(nodes: Nodes, use: Use) {
  const tolerations = tolerateUse(nodes, use);
  return { nodeSelector: selectUse(use), ...(tolerations.length > 0 && { tolerations }) };
}

/** Tolerations of pods that run on the hosts of one pool: one for each of its taints. */
export function tolerateTaints({ taints }: Pick<Pool, "taints">) {
  return taints.map(({ key, value, effect }) => ({ key, operator: "Equal", value, effect }));
}

/**
 * Key of the label from which Rook reads a host's rack. It does so once, when it puts the host's first OSD into the CRUSH map
 * (https://rook.io/docs/rook/latest-release/CRDs/Cluster/ceph-cluster-crd/#osd-topology).
 */
export const RACK_LABEL = "topology.rook.io/rack";

/** Labels of the hosts of a pool. */
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

/**
 * Purpose of a host for Zero to JupyterHub, which knows two purposes and lets a host have one. A host with both uses is for users: user
 * servers require their purpose, the hub only prefers its own (https://z2jh.jupyter.org/en/stable/administrator/optimization.html).
 */
function nodePurpose(pool: Pool): "core" | "user" | undefined {
  if (pool.runs.includes("users")) return "user";
  return pool.runs.includes("services") ? "core" : undefined;
}
