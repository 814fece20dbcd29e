import type { PackHost, PackPod } from "#af/capacity/packing/model";
import { prove, type PodVerdict } from "#af/capacity/packing/prove";

export const G = 1000n ** 3n;
export const HOSTNAME = "kubernetes.io/hostname";

/** A host of 4 CPU, 16 GB and 10 pods. */
export function host(name: string, changes: Partial<PackHost> = {}): PackHost {
  return {
    name,
    taints: [],
    allocatable: { cpu: 4000n, memory: 16n * G, pods: 10n },
    ...changes,
    labels: { [HOSTNAME]: name, ...changes.labels },
  };
}

/** One pod of 1 CPU and 1 GB, labelled with its name. */
export function pod(name: string, changes: Partial<PackPod> = {}): PackPod {
  return { namespace: "af", name, count: 1, requests: { cpu: 1000n, memory: G }, labels: { app: name }, ...changes };
}

/** What a proof says of one workload. */
export function verdictOn(name: string, hosts: readonly PackHost[], pods: readonly PackPod[]): PodVerdict {
  const verdict = prove(hosts, pods).pods.find((each) => each.pod.name === name);
  if (!verdict) throw new Error(`nothing is said of ${name}`);
  return verdict;
}

/** A selector of the pods labelled by {@link pod}. */
export function app(name: string) {
  return { matchLabels: { app: name } };
}

/** Hosts of the worked example, docs/sources.md, Capacity: 0.6 CPU and 2 GB of each are taken by what runs on all of them. */
export function workedExample(): readonly PackHost[] {
  const agents = pod("agents", { requests: { cpu: 600n, memory: 2n * G } });
  const models: readonly (readonly [model: string, hosts: number, cpu: bigint, memory: bigint])[] = [
    ["r710", 4, 24n, 96n],
    ["x2200-32", 3, 8n, 32n],
    ["x2200-24", 6, 8n, 24n],
    ["4u", 4, 16n, 64n],
    ["1u", 1, 8n, 32n],
  ];
  return models.flatMap(([model, count, cpu, memory]) =>
    Array.from({ length: count }, (_, index) =>
      host(`${model}-${index}`, {
        labels: { model },
        allocatable: { cpu: cpu * 1000n, memory: memory * G, pods: 110n },
        standing: [agents],
      }),
    ),
  );
}

/** The worked example's profile: 2 CPU, 8 GB. */
export function users(count: number): PackPod {
  return pod("users", { count, requests: { cpu: 2000n, memory: 8n * G } });
}
