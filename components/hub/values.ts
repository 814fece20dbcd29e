import { bytes, millicores } from "../../capacity/quantity";
import type { JupyterHubValues } from "../charts/jupyterhub";
import { resources } from "../charts/workload";
import { addressAnnotation } from "../platform/settings";
import { loginConfig } from "./login";
import type { Hub } from "./settings";

/** What the hub's values take from other concerns. */
export interface HubSurroundings {
  readonly storageClass: string;
  /** Secret with the certificate of the hub's host. */
  readonly certificateSecret: string;
  /** Secret with keys `client-id` and `client-secret`. */
  readonly loginSecret: string;
  /** Environment of user servers: cache, doors, access point. */
  readonly environment: Readonly<Record<string, string>>;
  /** Namespace of Traefik, for Dask's way in. */
  readonly ingressNamespace: string | undefined;
}

/** Labels of a user's scheduler and worker ports, from Traefik's side (guide jupyterhub-and-dask.md §5.3). */
const DASK_PORTS = [8786, 8788];

/** Values of Z2JH. Nothing here is secret: keys and client secrets travel apart. */
export function hubValues(hub: Hub, around: HubSurroundings): JupyterHubValues {
  const login = loginConfig(hub);
  const [profile] = hub.profiles;
  if (!profile) throw new Error("the schema lets no hub through without a profile");
  const fromSecret = (key: string) => ({ valueFrom: { secretKeyRef: { name: around.loginSecret, key } } });
  return {
    hub: {
      config: {
        ...login.config,
        Authenticator: { enable_auth_state: true, refresh_pre_spawn: true, auth_refresh_age: 3600 },
        KubeSpawner: { slug_scheme: "safe" },
      },
      extraEnv: { [login.clientIdVariable]: fromSecret("client-id"), [login.clientSecretVariable]: fromSecret("client-secret") },
      db: {
        type: "sqlite-pvc",
        pvc: { storageClassName: around.storageClass, storage: hub.database.size, accessModes: ["ReadWriteOnce"] },
      },
      resources: resources("500m", "1Gi", "2Gi"),
      networkPolicy: { enabled: true },
    },
    proxy: {
      service:
        hub.expose.kind === "address"
          ? { type: "LoadBalancer", annotations: addressAnnotation(hub.expose.address) }
          : { type: "ClusterIP", annotations: {} },
      https:
        hub.expose.kind === "address"
          ? { enabled: true, type: "secret", hosts: [hub.host], secret: { name: around.certificateSecret } }
          : { enabled: true, type: "offload", hosts: [hub.host] },
      chp: { resources: resources("200m", "256Mi", "512Mi"), networkPolicy: { enabled: true } },
    },
    singleuser: {
      image: splitImage(profile.image ?? hub.image),
      ...amounts(profile),
      // A volume whose host died is freed after six minutes at best, and a large image has to be pulled (guide jupyterhub-and-dask.md §9, trap 15).
      startTimeout: 900,
      extraEnv: around.environment,
      storage: {
        capacity: hub.homes.size,
        homeMountPath: hub.homes.mountPath,
        dynamic: { storageClass: around.storageClass, pvcNameTemplate: "claim-{user_server}", storageAccessModes: ["ReadWriteOnce"] },
      },
      networkPolicy: {
        enabled: true,
        ingress:
          around.ingressNamespace === undefined || hub.dask.kind === "none" ? [] : [fromNamespace(around.ingressNamespace, DASK_PORTS)],
        egress: [{ ports: [443, 1094, 8786, 8788, 9618].map((port) => ({ protocol: "TCP", port })) }],
      },
      cloudMetadata: { blockWithIptables: false },
      profileList: hub.profiles.map((entry, index) => ({
        display_name: entry.name,
        description: `${entry.cpu} CPU, ${entry.memory} memory`,
        ...(index === 0 && { default: true }),
        kubespawner_override: {
          image: entry.image ?? hub.image,
          cpu_guarantee: amounts(entry).cpu.guarantee,
          cpu_limit: amounts(entry).cpu.limit,
          mem_guarantee: amounts(entry).memory.guarantee,
          mem_limit: amounts(entry).memory.limit,
        },
      })),
      uid: hub.identity.uid,
      fsGid: hub.identity.gid,
    },
    scheduling: {
      userScheduler: { enabled: true, replicas: 2, resources: resources("50m", "128Mi", "256Mi") },
      podPriority: { enabled: true },
      userPlaceholder: { enabled: false, replicas: 0 },
      corePods: { nodeAffinity: { matchNodePurpose: "prefer" } },
      userPods: { nodeAffinity: { matchNodePurpose: "require" } },
    },
    prePuller: {
      resources: resources("10m", "16Mi", "64Mi"),
      hook: { enabled: true, resources: resources("10m", "32Mi", "64Mi") },
      continuous: { enabled: true },
    },
    cull: { enabled: true, timeout: Math.round(hub.cull.idleHours * 3600), every: 600 },
  };
}

/** Z2JH wants CPU as a number of cores and memory as plain bytes with a unit of its own; `8589934592` reads the same everywhere. */
function amounts({ cpu, memory }: Hub["profiles"][number]) {
  const cores = Number(millicores(cpu)) / 1000;
  const ram = String(bytes(memory));
  // Twice the cores may be used while nobody else wants them; memory is never lent (guide policies.md §1.4).
  return { cpu: { guarantee: cores, limit: cores * 2 }, memory: { guarantee: ram, limit: ram } };
}

function splitImage(reference: string): { readonly name: string; readonly tag: string } {
  const at = reference.indexOf("@");
  if (at >= 0) return { name: reference.slice(0, at) + "@sha256", tag: reference.slice(at + "@sha256:".length) };
  const colon = reference.lastIndexOf(":");
  return { name: reference.slice(0, colon), tag: reference.slice(colon + 1) };
}

function fromNamespace(namespace: string, ports: readonly number[]) {
  return {
    from: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } } }],
    ports: ports.map((port) => ({ protocol: "TCP", port })),
  };
}
