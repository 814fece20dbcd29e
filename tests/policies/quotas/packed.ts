import assert from "node:assert/strict";
import type { Site } from "#af/stacks/site/schema";
import { SITE } from "../expect";
import { changed, CONTAINER, workload, type Data } from "../manifests";

/** Pods with required anti-affinity: one for each host, or one for each rack. 17 hosts in three racks take any pod. */
export function apart(topologyKey: string, replicas: number): Data {
  const labelled = changed(workload("Deployment"), ["spec", "template", "metadata", "labels"], { app: "program" });
  const term = { topologyKey, labelSelector: { matchLabels: { app: "program" } } };
  const affinity = { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } };
  return changed(changed(labelled, ["spec", "template", "spec", "affinity"], affinity), ["spec", "replicas"], replicas);
}

export const REPLICAS = ["spec", "replicas"] as const;

/**
 * Two workloads that need 14 hosts of {@link racksOf}: none holds two larger pods and a smaller one, and no sum says so, for all ask for 118.8 of the 130 CPU of
 * 13 hosts. A search that tries a few hundred placements neither finds one on 13 hosts nor excludes it.
 */
export const HARD_TO_PLACE: readonly Data[] = [
  ["larger", "3600m"],
  ["smaller", "3000m"],
].map(([name, cpu]) => {
  const resources = { requests: { cpu, memory: "1Mi" }, limits: { memory: "1Mi" } };
  const program = workload("Deployment", { containers: [{ ...CONTAINER, resources }] });
  return changed(changed(program, REPLICAS, 18), ["metadata", "name"], name);
});

/** The site with other hosts for users: so many of 10 CPU in each rack. */
export function racksOf(...counts: readonly number[]): Site {
  const { masters, "x2200-24g": pool } = SITE.nodes;
  assert.ok(masters && pool);
  const nodes: Site["nodes"] = { masters };
  for (const [rack, count] of counts.entries())
    nodes[`rack${rack}`] = {
      ...pool,
      hosts: Array.from({ length: count }, (_, index) => `host-${rack}-${index}`),
      rack: `r${rack}`,
      capacity: { ...pool.capacity, cpu: "10" },
    };
  return { ...SITE, nodes };
}
