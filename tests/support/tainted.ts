/** Settings of a site whose pools may have taints. */
export type TaintedSettings = Record<string, unknown> & { nodes: Record<string, { runs: readonly string[]; taints?: unknown[] }> };

/** Keys of the taints of a pool in the settings that {@link tainted} makes, one that keeps pods off and one that drives them away. */
export function taintKeys(pool: string): readonly [NoSchedule: string, NoExecute: string] {
  return [`example.edu/${pool}`, `example.edu/${pool}-now`];
}

/** The settings with taints of its own on every pool but the control plane's. */
export function tainted(settings: Record<string, unknown>): TaintedSettings {
  const config = structuredClone(settings) as TaintedSettings;
  for (const [name, pool] of Object.entries(config.nodes)) {
    const [key, now] = taintKeys(name);
    if (!pool.runs.includes("control-plane")) pool.taints = [...(pool.taints ?? []), { key }, { key: now, effect: "NoExecute" }];
  }
  return config;
}
