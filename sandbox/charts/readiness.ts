import type { ClusterObject, ObjectKey } from "../cluster/client";

interface Counts {
  readonly observedGeneration?: number;
  readonly replicas?: number;
  readonly readyReplicas?: number;
  readonly updatedReplicas?: number;
  readonly desiredNumberScheduled?: number;
  readonly numberReady?: number;
  readonly succeeded?: number;
  readonly failed?: number;
  readonly phase?: string;
  readonly loadBalancer?: { readonly ingress?: readonly unknown[] };
}

/**
 * What an object of a release lacks to be ready, by the rules of `helm install --wait` (https://helm.sh/docs/helm/helm_install/); undefined
 * if it is ready.
 */
export function notReady(key: ObjectKey, object: ClusterObject | undefined): string | undefined {
  const name = `${key.kind} ${key.metadata.name}`;
  if (object === undefined) return `${name} does not exist`;
  const status = (object["status"] ?? {}) as Counts;
  const spec = (object["spec"] ?? {}) as { replicas?: number; completions?: number; type?: string };
  if (
    ["Deployment", "StatefulSet", "DaemonSet"].includes(key.kind) &&
    (status.observedGeneration ?? 0) < (object.metadata.generation ?? 1)
  ) {
    return `${name} has not been looked at yet`;
  }
  switch (key.kind) {
    case "Deployment":
    case "StatefulSet": {
      const wanted = spec.replicas ?? 1;
      const ready = Math.min(status.readyReplicas ?? 0, wanted === 0 ? 0 : (status.updatedReplicas ?? 0));
      return ready < wanted ? `${name} has ${ready} of ${wanted} pods ready` : undefined;
    }
    case "DaemonSet": {
      const wanted = status.desiredNumberScheduled ?? 0;
      const ready = status.numberReady ?? 0;
      return ready < wanted ? `${name} has ${ready} of ${wanted} pods ready` : undefined;
    }
    case "Job":
      return (status.succeeded ?? 0) < (spec.completions ?? 1) ? `${name} has not ended` : undefined;
    case "PersistentVolumeClaim":
      return status.phase === "Bound" ? undefined : `${name} is ${status.phase ?? "not looked at yet"}`;
    case "Service":
      return spec.type === "LoadBalancer" && (status.loadBalancer?.ingress ?? []).length === 0 ? `${name} has no address` : undefined;
    default:
      return undefined;
  }
}
