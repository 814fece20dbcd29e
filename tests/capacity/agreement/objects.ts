import { createHash } from "node:crypto";
import type { PackHost, PackPod } from "#af/capacity/packing/model";
import type { NodeSelectorTerm } from "#af/capacity/placement";
import type { Amounts } from "#af/capacity/requests";
import type { ClusterObject } from "#af/sandbox/cluster/client";

/** The class of pods that stand from the start: nothing evicts them. */
const STANDING = "system-node-critical";

/**
 * The host as a ready node that takes no pods; {@link roomOf} opens it. The API server taints a new node as not ready: {@link taintsOf} is to be merged in
 * afterwards.
 */
export function closedNodeOf({ name, labels }: PackHost): ClusterObject {
  const nothing = { pods: "0" };
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name, labels },
    status: { capacity: nothing, allocatable: nothing, conditions: [{ type: "Ready", status: "True" }] },
  };
}

/** The status of a node that takes what the host takes. */
export function roomOf({ allocatable }: PackHost) {
  const offered = quantities(allocatable);
  return { capacity: offered, allocatable: offered };
}

/** The change of a node that gives it the host's taints and no others. */
export function taintsOf({ taints }: PackHost): { readonly spec: { readonly taints: PackHost["taints"] } } {
  return { spec: { taints } };
}

/** A class for the priority and the policy of a workload. */
export function priorityClassOf({ priority = 0, preemptionPolicy = "PreemptLowerPriority" }: PackPod): ClusterObject {
  return {
    apiVersion: "scheduling.k8s.io/v1",
    kind: "PriorityClass",
    metadata: { name: `priority-${priority}-${preemptionPolicy === "Never" ? "never" : "preempts"}` },
    value: priority,
    preemptionPolicy,
  };
}

/** A volume and the claim in a namespace that is bound to it, as if a controller had bound them. */
export function volumeOf(namespace: string, terms: readonly NodeSelectorTerm[]): readonly ClusterObject[] {
  const claim = claimName(terms);
  const size = { storage: "1Gi" };
  const common = { accessModes: ["ReadWriteMany"], storageClassName: "" };
  const volume: ClusterObject = {
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: { name: `${namespace}-${claim}` },
    spec: {
      ...common,
      capacity: size,
      nfs: { server: "none.invalid", path: "/" },
      claimRef: { namespace, name: claim },
      nodeAffinity: { required: { nodeSelectorTerms: terms } },
    },
  };
  return [
    volume,
    {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: { namespace, name: claim, annotations: { "pv.kubernetes.io/bind-completed": "yes" } },
      spec: { ...common, resources: { requests: size }, volumeName: volume.metadata.name },
    },
  ];
}

/** A budget that allows no disruption. Its status stays so, because no controller runs that would change it. */
export function budgetOf({
  namespace,
  labels,
}: {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
}): ClusterObject {
  return {
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata: { namespace, name: "spared" },
    spec: { maxUnavailable: 0, selector: { matchLabels: labels } },
  };
}

/** One of the workload's pods. */
export function podOf(workload: PackPod, ordinal: number): ClusterObject {
  return barePod(workload, `${workload.name}-${ordinal}`, {
    ...specOf(workload),
    priorityClassName: priorityClassOf(workload).metadata.name,
  });
}

/** The pod on a host, without the scheduler being asked. */
export function boundTo(pod: ClusterObject, nodeName: string): ClusterObject {
  return { ...pod, spec: { ...(pod["spec"] as object), nodeName } };
}

/** A pod that stands on a host from the start, as one of a DaemonSet does. */
export function standingPodOf(workload: PackPod, ordinal: number, nodeName: string): ClusterObject {
  return barePod(workload, `${workload.name}-${ordinal}-on-${nodeName}`, {
    ...specOf(workload),
    priorityClassName: STANDING,
    nodeName,
  });
}

/** A pod that is gone as soon as it is deleted, because no kubelet has to end it. */
export function barePod({ namespace, labels }: Pick<PackPod, "namespace" | "labels">, name: string, spec: object): ClusterObject {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { namespace, name: name.toLowerCase().replaceAll(/[^a-z0-9.]+/g, "-"), labels },
    spec: { ...spec, terminationGracePeriodSeconds: 0, automountServiceAccountToken: false },
  };
}

function specOf({ placement = {}, requests, volumes = [], hostPorts = [], affinity, antiAffinity, spread }: PackPod) {
  const { nodeSelector, requiredTerms, tolerations } = placement;
  const amounts = quantities(requests);
  return {
    containers: [
      {
        name: "main",
        image: "none.invalid/none:0",
        resources: { requests: amounts, limits: amounts },
        ports: hostPorts.map(({ port, protocol, ip }) => ({ containerPort: port, hostPort: port, protocol, hostIP: ip })),
      },
    ],
    volumes: volumes.map((terms, index) => ({ name: `volume-${index}`, persistentVolumeClaim: { claimName: claimName(terms) } })),
    nodeSelector,
    tolerations,
    affinity: {
      nodeAffinity: requiredTerms && required({ nodeSelectorTerms: requiredTerms }),
      podAffinity: affinity && required(affinity),
      podAntiAffinity: antiAffinity && required(antiAffinity),
    },
    topologySpreadConstraints: spread,
  };
}

/** The same for the same terms. */
function claimName(terms: readonly NodeSelectorTerm[]): string {
  return `volume-${createHash("sha256").update(JSON.stringify(terms)).digest("hex").slice(0, 8)}`;
}

function required(terms: object) {
  return { requiredDuringSchedulingIgnoredDuringExecution: terms };
}

function quantities(amounts: Amounts): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(amounts).map(([resource, amount]) => [resource, `${amount}${resource === "cpu" ? "m" : ""}`]));
}
