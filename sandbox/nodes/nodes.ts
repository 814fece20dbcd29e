import type { Cluster, ClusterObject } from "../cluster/client";

/** What the sandbox has to know about a host; hosts of a site have this shape. */
export interface SandboxHost {
  readonly name: string;
  readonly pool: string;
  readonly controlPlane: boolean;
  /** Logical CPUs. */
  readonly cpu: number;
  /** Bytes. */
  readonly memory: number;
  /** Bytes of its own disk; undefined where the site file does not say. */
  readonly ephemeral?: number;
  /** Numbers of devices by the names of their extended resources. */
  readonly devices?: Readonly<Record<string, number>>;
}

/**
 * Annotation of the nodes that KWOK plays (https://kwok.sigs.k8s.io/docs/user/kwok-manage-nodes-and-pods/); the sandbox removes no others.
 */
const PLAYED = { "kwok.x-k8s.io/node": "fake" };

/** Ephemeral storage of a host if the site file does not say: a guess, small for a system disk. */
const EPHEMERAL_STORAGE = "100Gi";

/** Pods that a kubelet takes by default: maxPods of https://kubernetes.io/docs/reference/config-api/kubelet-config.v1beta1/ */
const PODS_PER_NODE = "110";

/** The Node of a host as its kubelet would register it. It has the kubelet's labels only; those of the facility come from the program. */
export function nodeOf(host: SandboxHost): ClusterObject {
  const amounts = {
    cpu: String(host.cpu),
    memory: String(host.memory),
    "ephemeral-storage": host.ephemeral === undefined ? EPHEMERAL_STORAGE : String(host.ephemeral),
    pods: PODS_PER_NODE,
    ...Object.fromEntries(Object.entries(host.devices ?? {}).map(([device, number]) => [device, String(number)])),
  };
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name: host.name,
      annotations: { ...PLAYED },
      labels: {
        "kubernetes.io/hostname": host.name,
        "kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64",
        "beta.kubernetes.io/os": "linux",
        "beta.kubernetes.io/arch": "amd64",
        ...(host.controlPlane ? { "node-role.kubernetes.io/control-plane": "" } : {}),
      },
    },
    spec: host.controlPlane ? { taints: [{ key: "node-role.kubernetes.io/control-plane", effect: "NoSchedule" }] } : {},
    status: {
      capacity: amounts,
      allocatable: amounts,
      nodeInfo: {
        architecture: "amd64",
        operatingSystem: "linux",
        kubeletVersion: "sandbox",
        kernelVersion: "sandbox",
        osImage: "sandbox",
        containerRuntimeVersion: "sandbox://none",
        kubeProxyVersion: "",
        bootID: "",
        machineID: "",
        systemUUID: "",
      },
    },
  };
}

/**
 * Makes the nodes of the cluster those of the site: creates missing ones, gives changed ones their new size, and removes nodes of the
 * sandbox that the site no longer has. Labels and taints that others have put on a node stay. Returns the names of created and removed
 * nodes.
 * @param how a preview of a site of which nothing is deployed `joins` missing hosts, because the program refuses a site whose hosts have not
 *   joined, and leaves those that are there as they are.
 */
export async function provideNodes(
  cluster: Cluster,
  hosts: readonly SandboxHost[],
  how: "joins" | "replaces",
): Promise<{ readonly created: readonly string[]; readonly removed: readonly string[] }> {
  const present = new Map((await cluster.list("v1", "Node")).map((node) => [node.metadata.name, node]));
  const created: string[] = [];
  await Promise.all(
    hosts.map(async (host) => {
      const wanted = nodeOf(host);
      const found = present.get(host.name);
      if (found === undefined) {
        created.push(host.name);
        await cluster.create(wanted);
      } else if (how === "replaces" && JSON.stringify(sizeOf(found)) !== JSON.stringify(sizeOf(wanted))) {
        await cluster.patchStatus(wanted, { capacity: sizeOf(wanted), allocatable: sizeOf(wanted) });
      }
    }),
  );
  const names = new Set(hosts.map((host) => host.name));
  const gone = [...present.values()].filter(
    (node) => node.metadata.annotations?.["kwok.x-k8s.io/node"] === "fake" && !names.has(node.metadata.name),
  );
  const removed = how === "replaces" ? gone : [];
  await Promise.all(removed.map((node) => cluster.delete(node)));
  return { created: created.sort(), removed: removed.map((node) => node.metadata.name).sort() };
}

/** The names of hosts that the cluster does not have as nodes. */
export async function missingNodes(cluster: Cluster, hosts: readonly SandboxHost[]): Promise<readonly string[]> {
  const present = new Set((await cluster.list("v1", "Node")).map((node) => node.metadata.name));
  return hosts.map(({ name }) => name).filter((name) => !present.has(name));
}

function sizeOf(node: ClusterObject): Readonly<Record<string, string>> {
  const amounts = (node["status"] as { capacity?: Record<string, string> } | undefined)?.capacity ?? {};
  return Object.fromEntries(Object.entries(amounts).sort(([a], [b]) => a.localeCompare(b)));
}
