import { bytes, millicores } from "../../capacity/quantity";
import type { JupyterHubValues } from "../charts/jupyterhub";
import { resources } from "../workloads/kit";
import { CVMFS_MOUNT, CVMFS_VOLUME } from "../data/cvmfs-claim";
import { choose } from "../choose";
import { splitImage } from "../image";
import { FRONT, USERS as USERS_PRIORITY } from "../platform/priority-classes";
import { addressAnnotation } from "../platform/settings";
import { networkPort, portsOf, USERS, type Flow, type Peer } from "../tenancy/flows";
import { isRole } from "../tenancy/roles";
import { GATEWAY_SERVICE, GATEWAY_URL, gatewayEnvironment } from "./gateway-values";
import { loginConfig } from "./login";
import type { HubFacts } from "./parts";
import type { Hub } from "./settings";

/** What the values take from the rest of the part. */
export interface HubValuesFacts extends HubFacts {
  /** Where users go. */
  readonly url: string;
  /** Secret with the certificate of the hub's host. */
  readonly certificateSecret: string;
  /** Secret with keys `client-id` and `client-secret`. */
  readonly loginSecret: string;
}

/** Values of Z2JH. Nothing here is secret: keys and client secrets travel apart. */
export function hubValues(hub: Hub, facts: HubValuesFacts): JupyterHubValues {
  const login = loginConfig(hub, facts.url);
  const [profile] = hub.profiles;
  if (!profile) throw new Error("the schema lets no hub through without a profile");
  const notebookImage = profile.image ?? hub.image;
  const fromSecret = (key: string) => ({ valueFrom: { secretKeyRef: { name: facts.loginSecret, key } } });
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
        pvc: { storageClassName: facts.blockClass, storage: hub.database.size, accessModes: ["ReadWriteOnce"] },
      },
      resources: resources("500m", "1Gi", "2Gi"),
      networkPolicy: { enabled: true },
      extraPodSpec: { priorityClassName: FRONT },
      ...(hub.dask.kind === "gateway" && { services: { [GATEWAY_SERVICE]: { url: GATEWAY_URL, display: false } } }),
    },
    proxy: {
      service:
        hub.expose.kind === "address"
          ? { type: "LoadBalancer", annotations: addressAnnotation(facts.loadBalancer, hub.expose.address) }
          : { type: "ClusterIP", annotations: {} },
      https:
        hub.expose.kind === "address"
          ? { enabled: true, type: "secret", hosts: [hub.host], secret: { name: facts.certificateSecret } }
          : { enabled: true, type: "offload", hosts: [hub.host] },
      chp: { resources: resources("200m", "256Mi", "512Mi"), networkPolicy: { enabled: true }, extraPodSpec: { priorityClassName: FRONT } },
    },
    singleuser: {
      image: splitImage(notebookImage),
      ...amounts(profile),
      // A volume whose host died is freed after six minutes at best, and a large image has to be pulled (guide jupyterhub-and-dask.md §9, trap 15).
      startTimeout: 900,
      extraEnv: {
        ...facts.environment,
        ...facts.submitEnvironment(notebookImage),
        ...daskNames(hub),
        ...(hub.dask.kind === "gateway" && gatewayEnvironment(hub.dask, facts.url)),
      },
      storage: {
        capacity: hub.homes.size,
        homeMountPath: hub.homes.mountPath,
        dynamic: homes(hub, facts),
        extraVolumes: facts.cvmfs.kind === "none" ? [] : [CVMFS_VOLUME],
        extraVolumeMounts: facts.cvmfs.kind === "none" ? [] : [CVMFS_MOUNT],
      },
      networkPolicy: {
        enabled: true,
        ingress: facts.flows.filter(({ to }) => to === USERS).flatMap(({ from, ports }) => ingressRule(from, ports, facts)),
        egress: [{ ports: portsOf(facts.flows.filter(({ from }) => from === USERS)).map(networkPort) }],
      },
      cloudMetadata: { blockWithIptables: false },
      extraPodConfig: { priorityClassName: USERS_PRIORITY },
      profileList: hub.profiles.map((entry, index) => ({
        display_name: entry.name,
        description: `${entry.cpu} CPU, ${entry.memory} memory`,
        ...(index === 0 && { default: true }),
        kubespawner_override: {
          image: entry.image ?? hub.image,
          // Workers run the notebook's own image, or their Python would not be the notebook's.
          ...((entry.image ?? hub.image) !== notebookImage && { environment: facts.submitEnvironment(entry.image ?? hub.image) }),
          cpu_guarantee: amounts(entry).cpu.guarantee,
          cpu_limit: amounts(entry).cpu.limit,
          mem_guarantee: amounts(entry).memory.guarantee,
          mem_limit: amounts(entry).memory.limit,
        },
      })),
      ...choose(hub.identity, { fixed: ({ uid, gid }) => ({ uid, fsGid: gid }), assigned: () => ({ uid: null, fsGid: null }) }),
    },
    scheduling: {
      userScheduler: {
        enabled: true,
        replicas: 2,
        resources: resources("50m", "128Mi", "256Mi"),
        extraPodSpec: { priorityClassName: FRONT },
      },
      // The facility has classes of its own, which more than the hub uses.
      podPriority: { enabled: false },
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

/**
 * Names under which the world reaches a user's scheduler and its worker: CMS images take them for the contact addresses
 * (https://github.com/CoffeaTeam/coffea-casa/blob/master/coffea_casa/coffea_casa.py). KubeSpawner fills in the user's name.
 */
function daskNames({ dask }: Hub): Readonly<Record<string, string>> {
  return choose(dask, {
    sni: ({ domain, workerDomain }) => ({ HOST_IP: `{username}.${domain}`, WORKER_IP: `{username}.${workerDomain}` }),
    gateway: () => ({}),
    none: () => ({}),
  });
}

/** A block volume is mounted by one server, so each server has its own; a shared one is the user's, and all their servers mount it. */
function homes({ homes: { kind } }: Hub, { blockClass, sharedClass }: HubFacts) {
  switch (kind) {
    case "block":
      return { storageClass: blockClass, pvcNameTemplate: "claim-{user_server}", storageAccessModes: ["ReadWriteOnce"] };
    case "shared":
      return { storageClass: sharedClass ?? blockClass, pvcNameTemplate: "claim-{username}", storageAccessModes: ["ReadWriteMany"] };
  }
}

/** A rule of Z2JH's own policy of user servers; peers that are no namespace of the facility do not come in there. */
function ingressRule(from: Peer, ports: Flow["ports"], { namespaceOf }: HubFacts): readonly object[] {
  if (!isRole(from)) return [];
  const namespace = { matchLabels: { "kubernetes.io/metadata.name": namespaceOf(from) } };
  return [{ from: [{ namespaceSelector: namespace }], ports: ports.map(networkPort) }];
}
