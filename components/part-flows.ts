import type { Part } from "./parts";
import { isPodKind, isSameKind, type Flow, type PodKind } from "./tenancy/flows";

/** The kinds of pods of the given parts, each once, with all ports on which any part says that they listen. */
export function podsOfParts(parts: readonly Part[]): readonly PodKind[] {
  return [...new Map(parts.flatMap(({ pods }) => pods.map((pod) => [`${pod.role}/${pod.name}`, pod] as const))).values()];
}

/** The flows of the given parts, without those from and to pods that none of the parts runs. */
export function flowsOfParts(parts: readonly Part[]): readonly Flow[] {
  const pods = podsOfParts(parts);
  const runs = (end: Flow["from"] | Flow["to"]) => !isPodKind(end) || pods.some((pod) => isSameKind(pod, end));
  return parts.flatMap(({ flows }) => flows.filter(({ from, to }) => runs(from) && runs(to)));
}
