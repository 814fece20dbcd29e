import { bytes, multiplied, quantityOf } from "../capacity/quantity";
import { quotaUsage } from "../capacity/quota";
import { podAmounts, type PodAmounts } from "../capacity/requests";
import type { Scale } from "../capacity/scale";
import { demandOf, type ClassedClaim, type WorkloadDemand } from "../components/workloads/demand";
import { workloadsOfParts } from "../components/part-workloads";
import type { OnRequest, Part } from "../components/parts";
import { schedulableHosts } from "../components/nodes/schedulable";
import { classesAbove } from "../components/platform/priority-classes";
import { CONTAINER_DEFAULTS } from "../components/tenancy/defaults";
import { ROLE_FACTS, ROLES, type Role } from "../components/tenancy/roles";
import { nameOf, type Pin } from "../components/tenancy/settings";
import type { Namespaces } from "../components/tenancy/tenant";
import type { Site } from "./site/schema";
import { allParts } from "./site/parts";

/** The namespaces of a site with their quotas: what runs there at full scale, users and requests included, times the headroom. */
export function namespacesOf(site: Site): Namespaces {
  const parts = allParts(site);
  return Object.fromEntries(
    ROLES.flatMap((role) => {
      const own = parts.filter((told) => told.role === role);
      if (own.length === 0) return [];
      const demand = demandIn(site, role, own);
      const barred = ROLE_FACTS[role].runsUserCode ? classesAbove(demand.priorityClasses) : [];
      return [[role, { name: nameOf(site.tenancy, role), hard: quotaOf(site, role, demand), barred }]];
    }),
  );
}

/** All that may stand in a namespace at once: what the facility runs there, and what users bring. */
function demandIn(site: Site, role: Role, parts: readonly Part[]): WorkloadDemand {
  const workloads = workloadsOfParts(parts, nameOf(site.tenancy, role));
  const standing = demandOf(workloads, schedulableHosts(site), [CONTAINER_DEFAULTS]);
  const requested = parts.map(({ onRequest }) => onRequest);
  return {
    ...standing,
    pods: [...standing.pods, ...requested.flatMap(({ pods }) => pods.map(requestedPods))],
    claims: [...standing.claims, ...requested.flatMap(({ claims }) => claims.flatMap(requestedClaims))],
  };
}

function requestedPods({ resources, count }: OnRequest["pods"][number]): { readonly amounts: PodAmounts; readonly scale: Scale } {
  return { amounts: podAmounts({ containers: [{ resources }] }, [CONTAINER_DEFAULTS]), scale: { pods: count, surge: 0 } };
}

function requestedClaims({ storageClass, size, count }: OnRequest["claims"][number]): readonly ClassedClaim[] {
  return Array.from({ length: count }, () => ({ storageClass, bytes: bytes(size) }));
}

/** What a pod is let have of its host's disk beyond what it asks for at the start: log files, and what it unpacks. */
const SCRATCH = bytes("2Gi");

/** `hard` of the quota: a key that is not written is unbounded, so every kind of cost is written (guide policies.md Q-01). */
function quotaOf({ tenancy }: Site, role: Role, demand: WorkloadDemand): Record<string, string> {
  const pin: Partial<Pin> = tenancy.pins[role] ?? {};
  const used = quotaUsage({ ...demand, claims: demand.claims.map((claim) => claim.bytes) });
  const room = (key: string): bigint => multiplied(used[key] ?? 0n, tenancy.headroom, "up");
  const pods = pin.pods ?? Number(room("pods"));
  const loadBalancers = pin.loadBalancers ?? demand.loadBalancers;
  const memory = pin.memory ?? quantityOf("memory", room("requests.memory"));
  return {
    "requests.cpu": pin.cpu ?? quantityOf("cpu", room("requests.cpu")),
    "requests.memory": memory,
    "limits.memory": quantityOf("memory", maximum(bytes(memory), room("limits.memory"))),
    "requests.ephemeral-storage": quantityOf("storage", maximum(BigInt(pods) * SCRATCH, room("requests.ephemeral-storage"))),
    pods: String(pods),
    // Claims and addresses are counted one by one, so there is nothing to round up.
    persistentvolumeclaims: String(pin.claims ?? demand.claims.length),
    "requests.storage": pin.storage ?? quantityOf("storage", used["requests.storage"] ?? 0n),
    ...(pin.storage === undefined ? byClass(demand.claims) : {}),
    "services.loadbalancers": String(loadBalancers),
    // A Service of type LoadBalancer takes a node port for each of its ports.
    "services.nodeports": String(loadBalancers * 8),
    "count/secrets": String(pods * 4 + 20),
    "count/configmaps": String(pods * 4 + 40),
  };
}

/** Each class by itself, so that one that is nearly full is not filled from a namespace that was reckoned with another. */
function byClass(claims: readonly ClassedClaim[]): Record<string, string> {
  const classes = [...new Set(claims.flatMap(({ storageClass }) => storageClass || []))];
  return Object.fromEntries(
    classes.map((name) => [
      `${name}.storageclass.storage.k8s.io/requests.storage`,
      quantityOf(
        "storage",
        claims.filter(({ storageClass }) => storageClass === name).reduce((sum, claim) => sum + claim.bytes, 0n),
      ),
    ]),
  );
}

function maximum(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
