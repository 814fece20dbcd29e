import { bytes, millicores } from "../../capacity/quantity";
import type { JupyterHubValues } from "../charts/jupyterhub";
import { GROUP_ONCE, resources, RESTRICTED } from "../workloads/kit";
import { CVMFS_MOUNT, CVMFS_VOLUME } from "../data/cvmfs-claim";
import { choose } from "../choose";
import { splitImage } from "../image";
import { EVENT_USERS, FRONT, USERS } from "../platform/priority-classes";
import { addressAnnotation } from "../platform/settings";
import { GATEWAY_SERVICE, GATEWAY_URL, gatewayEnvironment } from "./gateway-values";
import { checkValues } from "./check-access";
import { certificateRenewal } from "./certificate-renewal";
import { loginConfig } from "./login";
import { loginPage, loginTemplate } from "./login-page";
import { limitValues } from "./user-limits";
import type { HubFacts } from "./facts";
import { HOOK_CODE, hookFiles, hookSettings, SIGNING_KEY_VOLUME } from "./hook";
import { SERVICEX_CLIENT_MOUNT, SERVICEX_CLIENT_VOLUME } from "./servicex-client";
import type { HubSettings } from "./settings";
import { CLIENTS, podWorker, podWorkerOf, type PodWorkerSettings } from "./pod-worker";
import { deviceAmounts, imagesOf, SCRATCH, workerImagesOfProfiles } from "./users";

/** What the values take from other concerns and from the rest of the part. */
export interface HubValuesFacts extends HubFacts {
  /** URL that users open. */
  readonly url: string;
  /** Name of the Secret with the certificate of the hub's host name. */
  readonly certificateSecret: string;
  /** Name of the Secret with the keys `client-id` and `client-secret`. */
  readonly loginSecret: string;
}

/**
 * Seconds that a user server may take to start. Kubernetes frees a volume of a dead host after six minutes
 * (https://github.com/kubernetes/kubernetes/blob/master/pkg/controller/volume/attachdetach/attach_detach_controller.go); we chose nine more
 * for pulling a large image.
 */
export const START_TIMEOUT_SECONDS = 900;

/**
 * Policies add up, and those of the chart let the hub, the proxy and user servers out to many addresses. So they are off: what the facility's
 * own policies open (components/tenancy) is all that is open.
 */
const OWN_POLICIES = { enabled: false } as const;

/**
 * What a user's container may do: no more than its user, so that it meets the level `restricted` of Pod Security
 * (https://kubernetes.io/docs/concepts/security/pod-security-standards/). Users install packages, so they write outside of their homes too.
 */
const USER_CONTAINER = { ...RESTRICTED, readOnlyRootFilesystem: false };

/** Seconds between two searches for idle servers; the chart's default (https://z2jh.jupyter.org/en/stable/resources/reference.html). */
const CULL_INTERVAL_SECONDS = 600;

/**
 * Values of Zero to JupyterHub, none of them secret: the component passes keys and client secrets apart. docs/sources.md, Resources of
 * charts and Replicas, says how the figures were chosen.
 * @throws {Error} if the hub has no profile, which its schema does not admit.
 */
export function hubValues(hub: HubSettings, facts: HubValuesFacts): JupyterHubValues {
  const login = loginConfig(hub, facts.url);
  const [profile] = hub.profiles;
  if (!profile) throw new Error("the schema lets no hub through without a profile");
  const { notebook: notebookImage, worker: workerImage } = imagesOf(hub, profile);
  const standard = spawnerAmounts(profile);
  const hook: DaskHook = daskHook(hub, facts);
  const limits = limitValues(hub);
  const check = checkValues(hub);
  const beside = podWorkerOf(hub);
  const workerBeside = (settings: PodWorkerSettings, image: string) => podWorker(settings, hub, image, SCRATCH);
  const mounted = [
    ...(facts.cvmfs.kind === "none" ? [] : [[CVMFS_VOLUME, CVMFS_MOUNT] as const]),
    ...(facts.servicexClient === undefined ? [] : [[SERVICEX_CLIENT_VOLUME, SERVICEX_CLIENT_MOUNT] as const]),
  ];
  const services = { ...(hub.dask.kind === "gateway" && { [GATEWAY_SERVICE]: { url: GATEWAY_URL, display: false } }), ...check.services };
  const fromSecret = (key: string) => ({ valueFrom: { secretKeyRef: { name: facts.loginSecret, key } } });
  return {
    hub: {
      config: {
        ...login.config,
        Authenticator: { ...login.config["Authenticator"], ...check.authenticator },
        KubeSpawner: {
          slug_scheme: "safe",
          pod_security_context: GROUP_ONCE,
          container_security_context: USER_CONTAINER,
          extra_container_config: { envFrom: CLIENTS },
        },
      },
      extraConfig: { "10-groups": login.code, ...hook.code, ...limits.code, ...check.code },
      extraFiles: { ...hook.files, ...limits.files, ...loginTemplate() },
      ...loginPage(hub, facts.title),
      // More would wait for room in the quota; the hub says so to the user instead.
      activeServerLimit: hub.users.concurrent,
      ...hook.volume,
      podSecurityContext: GROUP_ONCE,
      extraEnv: { [login.clientIdVariable]: fromSecret("client-id"), [login.clientSecretVariable]: fromSecret("client-secret") },
      db: {
        type: "sqlite-pvc",
        pvc: { storageClassName: facts.blockClass, storage: hub.database.size, accessModes: ["ReadWriteOnce"] },
      },
      resources: resources("500m", "1Gi", "2Gi"),
      networkPolicy: OWN_POLICIES,
      extraPodSpec: { priorityClassName: FRONT },
      ...(Object.keys(services).length > 0 && { services }),
      ...check.roles,
    },
    proxy: {
      service:
        hub.expose.kind === "address"
          ? { type: "LoadBalancer", annotations: addressAnnotation(facts.loadBalancer, hub.expose.address) }
          : { type: "ClusterIP", annotations: {} },
      https:
        hub.expose.kind === "address"
          ? { enabled: true, type: "secret", secret: { name: facts.certificateSecret } }
          : { enabled: true, type: "offload" },
      chp: {
        resources: resources("200m", "256Mi", "512Mi"),
        networkPolicy: OWN_POLICIES,
        extraPodSpec: { priorityClassName: FRONT },
        ...(hub.expose.kind === "address" && { extraEnv: certificateRenewal() }),
      },
    },
    singleuser: {
      image: splitImage(notebookImage),
      cpu: { guarantee: standard.cpu_guarantee, limit: standard.cpu_limit },
      memory: { guarantee: standard.mem_guarantee, limit: standard.mem_limit },
      startTimeout: START_TIMEOUT_SECONDS,
      extraEnv: {
        ...facts.environment,
        ...facts.submitEnvironment(workerImage),
        ...(hub.dask.kind === "gateway" && gatewayEnvironment(hub.dask, facts.url)),
      },
      storage: {
        capacity: hub.homes.size,
        homeMountPath: hub.homes.mountPath,
        dynamic: homes(hub, facts),
        extraVolumes: mounted.map(([volume]) => volume),
        extraVolumeMounts: mounted.map(([, mount]) => mount),
      },
      networkPolicy: OWN_POLICIES,
      cloudMetadata: { blockWithIptables: false },
      // A variable for each Service of the namespace would tell a user which servers others have.
      extraPodConfig: { priorityClassName: hub.events.length > 0 ? EVENT_USERS : USERS, enableServiceLinks: false },
      extraResource: SCRATCH,
      ...(beside && { extraContainers: [workerBeside(beside, workerImage)] }),
      profileList: hub.profiles.map((entry, index) => {
        const { notebook, worker } = imagesOf(hub, entry);
        return {
          display_name: entry.name,
          description: `${entry.cpu} CPU, ${entry.memory} memory`,
          ...(index === 0 && { default: true }),
          kubespawner_override: {
            image: notebook,
            ...(worker !== workerImage && { environment: facts.submitEnvironment(worker) }),
            ...spawnerAmounts(entry),
            ...deviceOverrides(entry),
            ...(beside && worker !== workerImage && { extra_containers: [workerBeside(beside, worker)] }),
          },
        };
      }),
      ...choose(hub.identity, { fixed: ({ uid, gid }) => ({ uid, fsGid: gid }), assigned: () => ({ uid: null, fsGid: null }) }),
    },
    scheduling: {
      userScheduler: {
        enabled: true,
        replicas: 2,
        resources: resources("50m", "128Mi", "256Mi"),
        extraPodSpec: { priorityClassName: FRONT },
      },
      // The facility has priority classes of its own, which other services use too.
      podPriority: { enabled: false },
      userPlaceholder: { enabled: false, replicas: 0 },
      corePods: { nodeAffinity: { matchNodePurpose: "prefer" } },
      userPods: { nodeAffinity: { matchNodePurpose: "require" } },
    },
    prePuller: {
      resources: resources("10m", "16Mi", "64Mi"),
      // The chart's hook waits without end until every host has all images, a host that is down too
      // (https://github.com/jupyterhub/zero-to-jupyterhub-k8s/blob/4.4.0/images/image-awaiter/main.go), and no upgrade would go on meanwhile.
      hook: { enabled: false },
      continuous: { enabled: true },
      // The chart pulls the images of profiles, and not those of their further containers.
      ...(beside && { extraImages: workerImagesOfProfiles(hub) }),
    },
    rbac: { create: false },
    ...((hook.custom ?? limits.custom.users) && { custom: { ...hook.custom, ...limits.custom } }),
    cull: { enabled: true, timeout: Math.round(hub.cull.idleHours * 3600), every: CULL_INTERVAL_SECONDS },
  };
}

/**
 * CPU in cores and memory in bytes, as numbers. KubeSpawner takes a text for a number with a unit of its own, and refuses one without a unit
 * when the user logs in (https://github.com/jupyterhub/jupyterhub/blob/5.5.0/jupyterhub/traitlets.py, ByteSpecification).
 */
function spawnerAmounts({ cpu, memory }: HubSettings["profiles"][number]) {
  const cores = Number(millicores(cpu)) / 1000;
  const ram = Number(bytes(memory));
  // A server may use twice its guaranteed CPU, but not more than its guaranteed memory (docs/sources.md, CPU limits).
  return { cpu_guarantee: cores, cpu_limit: cores * 2, mem_guarantee: ram, mem_limit: ram };
}

/** Devices of a profile; KubeSpawner lays them over the amounts of all servers. Kubernetes takes a device whose request is its limit only. */
function deviceOverrides({ devices }: HubSettings["profiles"][number]) {
  const numbers = deviceAmounts(devices);
  return Object.keys(numbers).length === 0 ? {} : { extra_resource_guarantees: numbers, extra_resource_limits: numbers };
}

/** What a hook adds to the values. */
interface DaskHook {
  readonly code: Readonly<Record<string, string>>;
  readonly files?: JupyterHubValues["hub"]["extraFiles"];
  readonly volume?: typeof SIGNING_KEY_VOLUME;
  readonly custom?: JupyterHubValues["custom"];
}

/** The hook by which each user's Dask gets certificates, a Service and routes, where schedulers are in users' pods. */
function daskHook({ dask }: HubSettings, { accessPoint }: HubFacts): DaskHook {
  return choose(dask, {
    sni: (settings) => ({
      code: { "20-dask-ingress": HOOK_CODE },
      files: hookFiles(),
      custom: { af: hookSettings(settings, accessPoint) },
      ...(accessPoint && { volume: SIGNING_KEY_VOLUME }),
    }),
    gateway: () => ({ code: {} }),
    none: () => ({ code: {} }),
  });
}

/** Volumes of homes. One server mounts a block volume, so each server has its own. All servers of a user mount the user's shared volume. */
function homes({ homes: { kind } }: HubSettings, { blockClass, sharedClass }: HubFacts) {
  switch (kind) {
    case "block":
      return { storageClass: blockClass, pvcNameTemplate: "claim-{user_server}", storageAccessModes: ["ReadWriteOnce"] };
    case "shared":
      return { storageClass: sharedClass ?? blockClass, pvcNameTemplate: "claim-{username}", storageAccessModes: ["ReadWriteMany"] };
  }
}
