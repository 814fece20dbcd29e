import { changed, workload, type Data } from "../manifests";

/** Pods that keep away from each other, one a host or one a rack of the 17 hosts in three racks that take any pod. */
export function apart(topologyKey: string, replicas: number): Data {
  const labelled = changed(workload("Deployment"), ["spec", "template", "metadata", "labels"], { app: "program" });
  const term = { topologyKey, labelSelector: { matchLabels: { app: "program" } } };
  const affinity = { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } };
  return changed(changed(labelled, ["spec", "template", "spec", "affinity"], affinity), ["spec", "replicas"], replicas);
}

export const REPLICAS = ["spec", "replicas"] as const;
