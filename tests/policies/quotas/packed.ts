import { changed, workload, type Data } from "../manifests";

/** Pods with required anti-affinity: one for each host, or one for each rack. 17 hosts in three racks take any pod. */
export function apart(topologyKey: string, replicas: number): Data {
  const labelled = changed(workload("Deployment"), ["spec", "template", "metadata", "labels"], { app: "program" });
  const term = { topologyKey, labelSelector: { matchLabels: { app: "program" } } };
  const affinity = { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } };
  return changed(changed(labelled, ["spec", "template", "spec", "affinity"], affinity), ["spec", "replicas"], replicas);
}

export const REPLICAS = ["spec", "replicas"] as const;
