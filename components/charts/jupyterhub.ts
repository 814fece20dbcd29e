import type { V1EnvVar, V1Volume, V1VolumeMount } from "@kubernetes/client-node";
import type { Chart } from "./chart";
import {
  claim,
  daemonSet,
  deployment,
  disruptionBudget,
  job,
  loadBalancer,
  oneAtATime,
  statefulSet,
  type Resources,
} from "../workloads/kit";

type NodePurpose = "ignore" | "prefer" | "require";

/** Fields of the pod that the chart has no key for. */
interface PodSpec {
  readonly priorityClassName: string;
}

interface Guarantee<T> {
  readonly guarantee: T;
  readonly limit: T;
}

/**
 * The part of the chart's values that this project sets. The chart's own schema refuses keys that it does not know
 * (https://github.com/jupyterhub/zero-to-jupyterhub-k8s/blob/4.4.0/jupyterhub/values.schema.yaml).
 */
export interface JupyterHubValues {
  readonly hub: {
    readonly config: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
    readonly extraEnv: Readonly<Record<string, string | Omit<V1EnvVar, "name">>>;
    readonly db: {
      readonly type: "sqlite-pvc";
      readonly pvc: { readonly storageClassName: string; readonly storage: string; readonly accessModes: readonly string[] };
    };
    readonly resources: Resources;
    readonly networkPolicy: { readonly enabled: boolean };
    readonly extraPodSpec: PodSpec;
    readonly services?: Readonly<Record<string, { readonly url: string; readonly display: boolean }>>;
  };
  readonly proxy: {
    readonly service: { readonly type: "LoadBalancer" | "ClusterIP"; readonly annotations: Readonly<Record<string, string>> };
    readonly https: {
      readonly enabled: boolean;
      readonly type: "secret" | "offload";
      readonly hosts: readonly string[];
      readonly secret?: { readonly name: string };
    };
    readonly chp: { readonly resources: Resources; readonly networkPolicy: { readonly enabled: boolean }; readonly extraPodSpec: PodSpec };
  };
  readonly singleuser: {
    readonly image: { readonly name: string; readonly tag: string };
    readonly cpu: Guarantee<number>;
    readonly memory: Guarantee<string>;
    /** Seconds. */
    readonly startTimeout: number;
    readonly extraEnv: Readonly<Record<string, string>>;
    readonly storage: {
      readonly capacity: string;
      readonly homeMountPath: string;
      readonly dynamic: { readonly storageClass: string; readonly pvcNameTemplate: string; readonly storageAccessModes: readonly string[] };
      readonly extraVolumes: readonly V1Volume[];
      readonly extraVolumeMounts: readonly V1VolumeMount[];
    };
    readonly networkPolicy: { readonly enabled: boolean };
    /**
     * Off, because it adds a privileged init container to every user pod
     * (https://github.com/jupyterhub/zero-to-jupyterhub-k8s/blob/4.4.0/jupyterhub/files/hub/jupyterhub_config.py).
     */
    readonly cloudMetadata: { readonly blockWithIptables: false };
    readonly extraPodConfig: PodSpec;
    readonly profileList: readonly Readonly<Record<string, unknown>>[];
    /** Null lets the cluster choose. */
    readonly uid: number | null;
    readonly fsGid: number | null;
  };
  readonly scheduling: {
    readonly userScheduler: {
      readonly enabled: boolean;
      readonly replicas: number;
      readonly resources: Resources;
      readonly extraPodSpec: PodSpec;
    };
    readonly podPriority: { readonly enabled: boolean };
    readonly userPlaceholder: { readonly enabled: boolean; readonly replicas: number };
    readonly corePods: { readonly nodeAffinity: { readonly matchNodePurpose: NodePurpose } };
    readonly userPods: { readonly nodeAffinity: { readonly matchNodePurpose: NodePurpose } };
  };
  readonly prePuller: {
    readonly resources: Resources;
    readonly hook: { readonly enabled: boolean; readonly resources: Resources };
    readonly continuous: { readonly enabled: boolean };
  };
  /** `timeout` and `every` in seconds. */
  readonly cull: { readonly enabled: boolean; readonly timeout: number; readonly every: number };
}

const tag = "4.4.0";
const pause = "registry.k8s.io/pause:3.10.1";

/**
 * Zero to JupyterHub (https://github.com/jupyterhub/zero-to-jupyterhub-k8s/tree/4.4.0/jupyterhub), whose containers run as user 1000 (hub)
 * or 65534 (nobody). KubeSpawner starts user servers on request, so the chart does not run them.
 */
export const jupyterhub: Chart<JupyterHubValues> = {
  name: "jupyterhub",
  repository: "https://hub.jupyter.org/helm-chart",
  version: tag,
  // https://github.com/jupyterhub/zero-to-jupyterhub-k8s/blob/4.4.0/jupyterhub/Chart.yaml, kubeVersion
  kubernetes: { from: "1.28" },
  crdGroups: [],
  workloads: ({ namespace, values }) => {
    const { hub, proxy, scheduling, prePuller, singleuser } = values;
    const core = purposeAffinity("core", scheduling.corePods.nodeAffinity.matchNodePurpose);
    const users = purposeAffinity("user", scheduling.userPods.nodeAffinity.matchNodePurpose);
    const { name: image, tag: imageTag } = singleuser.image;
    return [
      claim("hub-db-dir", namespace, hub.db.pvc.storage, hub.db.pvc.storageClassName),
      deployment({
        name: "hub",
        namespace,
        recreate: true,
        containers: [
          { name: "hub", image: `quay.io/jupyterhub/k8s-hub:${tag}`, resources: hub.resources, securityContext: unprivileged(1000) },
        ],
        pod: {
          ...core,
          ...hub.extraPodSpec,
          securityContext: { fsGroup: 1000 },
          volumes: [{ name: "pvc", persistentVolumeClaim: { claimName: "hub-db-dir" } }],
        },
      }),
      deployment({
        name: "proxy",
        namespace,
        recreate: true,
        containers: [
          {
            name: "chp",
            image: "quay.io/jupyterhub/configurable-http-proxy:5.2.0",
            resources: proxy.chp.resources,
            securityContext: unprivileged(65534),
          },
        ],
        pod: { ...core, ...proxy.chp.extraPodSpec },
      }),
      ...(proxy.service.type === "LoadBalancer"
        ? [
            loadBalancer(
              "proxy-public",
              namespace,
              { https: 443, http: 80 },
              { annotations: proxy.service.annotations, selector: { "app.kubernetes.io/name": "proxy" } },
            ),
          ]
        : []),
      ...(scheduling.userScheduler.enabled
        ? [
            deployment({
              name: "user-scheduler",
              namespace,
              replicas: scheduling.userScheduler.replicas,
              containers: [
                {
                  name: "kube-scheduler",
                  image: "registry.k8s.io/kube-scheduler:v1.30.14",
                  resources: scheduling.userScheduler.resources,
                  securityContext: unprivileged(65534),
                },
              ],
              pod: { ...core, ...scheduling.userScheduler.extraPodSpec },
            }),
            // The chart makes this budget by default. It makes none for hub and proxy, which have one pod each.
            oneAtATime("user-scheduler", namespace),
          ]
        : []),
      ...(scheduling.userPlaceholder.enabled
        ? [
            disruptionBudget("user-placeholder", namespace, {
              minAvailable: 0,
              selector: { matchLabels: { "app.kubernetes.io/name": "user-placeholder" } },
            }),
          ]
        : []),
      ...(scheduling.userPlaceholder.enabled && scheduling.userPlaceholder.replicas > 0
        ? [
            statefulSet({
              name: "user-placeholder",
              namespace,
              replicas: scheduling.userPlaceholder.replicas,
              containers: [
                {
                  name: "pause",
                  image: pause,
                  resources: { requests: { cpu: String(singleuser.cpu.guarantee), memory: kubernetesMemory(singleuser.memory.guarantee) } },
                },
              ],
              pod: users,
            }),
          ]
        : []),
      ...(prePuller.continuous.enabled
        ? [puller("continuous-image-puller", namespace, `${image}:${imageTag}`, prePuller.resources, users)]
        : []),
      ...(prePuller.hook.enabled
        ? [
            job({
              name: "hook-image-awaiter",
              namespace,
              containers: [{ name: "awaiter", image: `quay.io/jupyterhub/k8s-image-awaiter:${tag}`, resources: prePuller.hook.resources }],
              pod: core,
            }),
          ]
        : []),
    ];
  },
};

function puller(name: string, namespace: string, image: string, requests: Resources, pod: ReturnType<typeof purposeAffinity>) {
  return daemonSet({
    name,
    namespace,
    containers: [{ name: "pause", image: pause, resources: requests, securityContext: unprivileged(65534) }],
    pod: { ...pod, initContainers: [{ name: "image-pull-singleuser", image, resources: requests, securityContext: unprivileged(65534) }] },
  });
}

function unprivileged(runAsUser: number) {
  return { runAsUser, runAsNonRoot: true, allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } };
}

/**
 * Bytes as a Kubernetes quantity. In the chart's values `8G` means 8 * 2^30 bytes
 * (https://jupyterhub.readthedocs.io/en/stable/reference/api/spawner.html, mem_limit), which Kubernetes writes `8Gi`.
 */
export function kubernetesMemory(memory: string): string {
  return memory.replace(/([KMGT])$/, "$1i");
}

/** Affinity and tolerations that the chart makes of a node purpose; the mode says whether pods ignore, prefer or require its hosts. */
function purposeAffinity(purpose: "core" | "user", mode: NodePurpose) {
  const preference = { matchExpressions: [{ key: "hub.jupyter.org/node-purpose", operator: "In", values: [purpose] }] };
  const tolerations = [{ key: "hub.jupyter.org/dedicated", operator: "Equal", value: purpose, effect: "NoSchedule" }];
  switch (mode) {
    case "ignore":
      return { tolerations };
    case "prefer":
      return {
        tolerations,
        affinity: { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, preference }] } },
      };
    case "require":
      return {
        tolerations,
        affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [preference] } } },
      };
  }
}
