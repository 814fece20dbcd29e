import { bytes, larger, multiplied, quantityOf } from "../capacity/quantity";
import { quotaUsage } from "../capacity/quota";
import { podAmounts, type PodAmounts } from "../capacity/requests";
import type { Scale } from "../capacity/scale";
import { demandOf, type ClassedClaim, type WorkloadDemand } from "../components/workloads/demand";
import { workloadsOfParts } from "../components/part-workloads";
import { podOf, type OnRequest, type Part, type RequestedPods } from "../components/parts";
import { schedulableHosts } from "../components/nodes/schedulable";
import { classesAbove } from "../components/platform/priority-classes";
import { CONTAINER_DEFAULTS } from "../components/tenancy/defaults";
import { ROLE_FACTS, ROLES, type Role } from "../components/tenancy/roles";
import { nameOf, type Pin } from "../components/tenancy/settings";
import type { Namespaces } from "../components/tenancy/tenant";
import type { Site } from "./site/schema";
import { allParts } from "./site/parts";
import { classesOfFixedVolumes, storageQuota } from "./storage-quota";

/**
 * The namespaces of a site with their quotas. A quota is what runs in the namespace at full scale, with all users and their requests, times
 * the headroom.
 */
export function namespacesOf(site: Site): Namespaces {
  const { tenancy } = site;
  const parts = allParts(site);
  const fixed = classesOfFixedVolumes(parts);
  const demands = ROLES.flatMap((role) => {
    const own = parts.filter((told) => told.role === role);
    return own.length === 0 ? [] : [{ role, demand: demandIn(site, role, own) }];
  });
  const classes = [...new Set(demands.flatMap(({ demand }) => demand.claims.flatMap(({ storageClass }) => storageClass || [])))];
  return Object.fromEntries(
    demands.map(({ role, demand }) => {
      const barred = ROLE_FACTS[role].runsUserCode ? classesAbove(demand.priorityClasses) : [];
      const pin = tenancy.pins[role];
      const storage = storageQuota(demand.claims, pin ?? {}, fixed, classes);
      const hard = { ...quotaOf(site, role, demand), ...storage };
      // What a hand has set may have no headroom.
      return [role, { name: nameOf(tenancy, role), hard, headroom: pin === undefined ? tenancy.headroom : 1, barred }];
    }),
  );
}

/** What may run in a namespace, and the Secrets that stay in it for users whose pods are gone. */
interface NamespaceDemand extends WorkloadDemand {
  readonly keptSecrets: number;
}

/** Everything that may run in a namespace at once: what the facility runs there, and what users cause to run there. */
function demandIn(site: Site, role: Role, parts: readonly Part[]): NamespaceDemand {
  const workloads = workloadsOfParts(parts, nameOf(site.tenancy, role));
  const standing = demandOf(workloads, schedulableHosts(site), [CONTAINER_DEFAULTS]);
  const requested = parts.map(({ onRequest }) => onRequest);
  return {
    ...standing,
    pods: [...standing.pods, ...requested.flatMap(({ pods }) => pods.map(requestedPods))],
    claims: [...standing.claims, ...requested.flatMap(({ claims }) => claims.flatMap(requestedClaims))],
    keptSecrets: requested.reduce((sum, { secrets = 0 }) => sum + secrets, 0),
  };
}

function requestedPods({ resources, containers, count }: RequestedPods): { readonly amounts: PodAmounts; readonly scale: Scale } {
  return { amounts: podAmounts(podOf(resources, containers), [CONTAINER_DEFAULTS]), scale: { pods: count, surge: 0 } };
}

function requestedClaims({ storageClass, size, count }: OnRequest["claims"][number]): readonly ClassedClaim[] {
  return count === 0 ? [] : [{ storageClass, bytes: bytes(size), count }];
}

// docs/sources.md, Counts in quotas, says why these figures.

/** Bytes of ephemeral storage that each pod may request: twice the default limit of a container, for a pod of two containers. */
export const EPHEMERAL_PER_POD = 2n * bytes(CONTAINER_DEFAULTS.default["ephemeral-storage"]);

/** Node ports that a Service of type LoadBalancer may take. It takes one for each of its ports; Traefik's has the most, 4, doubled. */
const NODE_PORTS_PER_LOAD_BALANCER = 8;

/** Secrets, and as many ConfigMaps, that may come with one pod. */
const OBJECTS_PER_POD = 4;

/** Secrets of a namespace that come with no pod: 5 revisions of each of two Helm releases, and 10 for credentials and certificates. */
const SECRETS_PER_NAMESPACE = 20;

/**
 * ConfigMaps of a namespace that come with no pod: the 33 of kube-prometheus-stack, the chart with the most, and 7 for the cluster and
 * others.
 */
const CONFIG_MAPS_PER_NAMESPACE = 40;

/**
 * `hard` of the quota but for claims. A quota does not bound a key that it leaves out, so this one and {@link storageQuota} list every kind of
 * cost.
 */
function quotaOf({ tenancy, nodes }: Site, role: Role, demand: NamespaceDemand): Record<string, string> {
  const pin: Partial<Pin> = tenancy.pins[role] ?? {};
  const used = quotaUsage(demand);
  const room = (key: string): bigint => multiplied(used[key] ?? 0n, tenancy.headroom, "up");
  const pods = pin.pods ?? Number(room("pods"));
  const devices = [...new Set(Object.values(nodes).flatMap(({ capacity }) => Object.keys(capacity.devices)))].sort();
  const loadBalancers = pin.loadBalancers ?? demand.loadBalancers;
  const memory = pin.memory ?? quantityOf("memory", room("requests.memory"));
  return {
    "requests.cpu": pin.cpu ?? quantityOf("cpu", room("requests.cpu")),
    "requests.memory": memory,
    "limits.memory": quantityOf("memory", larger(bytes(memory), room("limits.memory"))),
    "requests.ephemeral-storage": quantityOf("storage", larger(BigInt(pods) * EPHEMERAL_PER_POD, room("requests.ephemeral-storage"))),
    pods: String(pods),
    // Devices are few and known one by one. A namespace that plans for none gets none.
    ...Object.fromEntries(devices.map((device) => [`requests.${device}`, String(used[`requests.${device}`] ?? 0n)])),
    "services.loadbalancers": String(loadBalancers),
    "services.nodeports": String(loadBalancers * NODE_PORTS_PER_LOAD_BALANCER),
    // While the pod of a user runs, the Secrets that stay for the user are among those of the pod.
    "count/secrets": String(Math.max(pods * OBJECTS_PER_POD, demand.keptSecrets) + SECRETS_PER_NAMESPACE),
    "count/configmaps": String(pods * OBJECTS_PER_POD + CONFIG_MAPS_PER_NAMESPACE),
  };
}
