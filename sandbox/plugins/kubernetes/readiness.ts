import { textOf, type Json } from "../properties";
import type { Cluster } from "./cluster";
import { conditionOf, groupOf, listAt, mapAt, nameOf, namespaceOf, textAt, type KubernetesObject } from "./objects";
import {
  daemonSetProgress,
  deploymentProgress,
  jobProgress,
  podProgress,
  podReasons,
  quotaProgress,
  statefulSetProgress,
  volumeProgress,
} from "./rollout";
import { ready, waiting, type Progress } from "./wait-for";

/** How the provider waits for objects of a kind. */
export interface Readiness {
  /** Default of the official provider, in seconds. */
  readonly timeout: number;
  progress(object: KubernetesObject, cluster: Cluster): Progress | Promise<Progress>;
}

const minutes = 60;
const rules: Readonly<Record<string, Readiness>> = {
  "apps/Deployment": { timeout: 10 * minutes, progress: deploymentProgress },
  "apps/StatefulSet": { timeout: 10 * minutes, progress: statefulSetProgress },
  "apps/DaemonSet": { timeout: 10 * minutes, progress: daemonSetProgress },
  "batch/Job": { timeout: 10 * minutes, progress: jobProgress },
  "/Pod": { timeout: 10 * minutes, progress: podProgress },
  "/Service": { timeout: 10 * minutes, progress: serviceProgress },
  "/PersistentVolume": { timeout: 5 * minutes, progress: volumeProgress },
  "/PersistentVolumeClaim": { timeout: 5 * minutes, progress: claimProgress },
  "/ResourceQuota": { timeout: 1 * minutes, progress: quotaProgress },
  "/Secret": { timeout: 1 * minutes, progress: secretProgress },
};

/** The rule of an object's kind; kinds without one are ready as soon as they exist. */
export function readinessOf(object: Json): Readiness | undefined {
  return rules[`${groupOf(textAt(object, "apiVersion"))}/${textAt(object, "kind")}`];
}

/**
 * What lies behind an object that does not become ready: what its pods say, then the last warnings about it. At most five lines, and never a reason to fail.
 */
export async function explain(object: KubernetesObject, cluster: Cluster): Promise<readonly string[]> {
  try {
    return [...(await podLines(object, cluster)), ...(await eventLines(object, cluster))].slice(0, 5);
  } catch {
    return [];
  }
}

/** A load balancer has its address, and a Service that selects pods has found one. Headless ones, those without a selector and names of outside hosts have nothing to wait for. */
async function serviceProgress(service: KubernetesObject, cluster: Cluster): Promise<Progress> {
  const missing: string[] = [];
  const type = textAt(service, "spec", "type");
  if (type === "LoadBalancer" && listAt(service, "status", "loadBalancer", "ingress").length === 0)
    missing.push("an address from the load balancer");
  const selects = Object.keys(mapAt(service, "spec", "selector")).length > 0;
  if (selects && type !== "ExternalName" && textAt(service, "spec", "clusterIP") !== "None") {
    const label = encodeURIComponent(`kubernetes.io/service-name=${nameOf(service)}`);
    const slices = await cluster.get(`/apis/discovery.k8s.io/v1/namespaces/${namespaceOf(service)}/endpointslices?labelSelector=${label}`);
    if (!listAt(slices, "items").some((slice) => listAt(slice, "endpoints").length > 0))
      missing.push("a pod with the labels of spec.selector");
  }
  return missing.length === 0 ? ready : waiting(...missing);
}

/** Claims of a class that binds with the first pod would be waited for in vain: the pod comes after the claim. */
async function claimProgress(claim: KubernetesObject, cluster: Cluster): Promise<Progress> {
  const phase = textAt(claim, "status", "phase");
  if (phase === "Bound") return ready;
  if (phase === "Lost") return { kind: "failed", because: ["the volume of the claim is lost"] };
  const className = textAt(claim, "spec", "storageClassName");
  if (className === "") return waiting("a volume (the claim has no storage class)");
  const storageClass = await cluster.get(`/apis/storage.k8s.io/v1/storageclasses/${encodeURIComponent(className)}`);
  if (storageClass === undefined) return waiting(`a volume (storage class ${className} does not exist)`);
  return textAt(storageClass, "volumeBindingMode") === "WaitForFirstConsumer" ? ready : waiting(`a volume from storage class ${className}`);
}

/** Only tokens are filled in by a controller. */
function secretProgress(secret: KubernetesObject): Progress {
  const filledIn = textAt(secret, "type") !== "kubernetes.io/service-account-token" || Object.keys(mapAt(secret, "data")).length > 0;
  return filledIn ? ready : waiting("the token controller to fill in the token");
}

async function podLines(object: KubernetesObject, cluster: Cluster): Promise<readonly string[]> {
  const labels = Object.entries(mapAt(object, "spec", "selector", "matchLabels")).map(([key, value]) => `${key}=${textOf(value)}`);
  if (labels.length === 0) return [];
  const pods = await cluster.get(
    `/api/v1/namespaces/${namespaceOf(object)}/pods?labelSelector=${encodeURIComponent(labels.join(","))}&limit=500`,
  );
  const lines = listAt(pods, "items").flatMap((pod) => {
    if (textAt(conditionOf(pod, "Ready"), "status") === "True") return [];
    return podReasons(pod, `is ${textAt(pod, "status", "phase") || "not started"}`).map((reason) => `pod ${nameOf(pod)}: ${reason}`);
  });
  return lines.slice(0, 3);
}

async function eventLines(object: KubernetesObject, cluster: Cluster): Promise<readonly string[]> {
  const selector = encodeURIComponent(`involvedObject.uid=${textAt(object, "metadata", "uid")},type=Warning`);
  const events = await cluster.get(`/api/v1/namespaces/${namespaceOf(object) || "default"}/events?fieldSelector=${selector}&limit=100`);
  const messages = listAt(events, "items").map((event) => `${textAt(event, "reason")}: ${textAt(event, "message")}`);
  return [...new Set(messages)].slice(-2);
}
