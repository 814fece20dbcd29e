import type { V1Container, V1EnvVar, V1Volume, V1VolumeMount } from "@kubernetes/client-node";
import { ofServices, type Chart } from "./chart";
import { CONFIGURATION, SECRET_VALUES } from "./jupyterhub-configuration";
import { jupyterhubNetworkPolicies } from "./jupyterhub-network-policies";
import { jupyterhubWorkloads } from "./jupyterhub-pods";
import { DEFAULTS, tag } from "./jupyterhub-defaults";
import { userServers } from "./jupyterhub-servers";
import type { GROUP_ONCE, Resources } from "../workloads/kit";
import { withDefaults } from "./values";

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
    /** Python code by name, which the hub runs in the order of the names, after all other configuration. */
    readonly extraConfig: Readonly<Record<string, string>>;
    /** Files of the hub's container, by their names in a Secret of the chart. */
    readonly extraFiles?: Readonly<Record<string, { readonly mountPath: string; readonly stringData: string }>>;
    readonly templatePaths: readonly string[];
    readonly templateVars: Readonly<Record<string, string>>;
    /** Number of servers of all users at once. */
    readonly activeServerLimit: number;
    readonly extraVolumes?: readonly V1Volume[];
    readonly extraVolumeMounts?: readonly V1VolumeMount[];
    readonly podSecurityContext: typeof GROUP_ONCE;
    readonly db: {
      readonly type: "sqlite-pvc";
      readonly pvc: { readonly storageClassName: string; readonly storage: string; readonly accessModes: readonly string[] };
    };
    readonly resources: Resources;
    readonly networkPolicy: { readonly enabled: boolean };
    readonly extraPodSpec: PodSpec;
    readonly services?: Readonly<Record<string, { readonly url?: string; readonly display: boolean }>>;
    /** Scopes by the name of a role, and the services that have them. */
    readonly loadRoles?: Readonly<Record<string, { readonly services: readonly string[]; readonly scopes: readonly string[] }>>;
  };
  readonly proxy: {
    readonly service: { readonly type: "LoadBalancer" | "ClusterIP"; readonly annotations: Readonly<Record<string, string>> };
    readonly https: {
      readonly enabled: boolean;
      readonly type: "secret" | "offload";
      readonly secret?: { readonly name: string };
    };
    readonly chp: {
      readonly resources: Resources;
      readonly networkPolicy: { readonly enabled: boolean };
      readonly extraPodSpec: PodSpec;
      readonly extraEnv?: Readonly<Record<string, string>>;
    };
  };
  readonly singleuser: {
    readonly image: { readonly name: string; readonly tag: string };
    readonly cpu: Guarantee<number>;
    /** Bytes. */
    readonly memory: Guarantee<number>;
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
    readonly extraPodConfig: PodSpec & { readonly enableServiceLinks: false };
    /** Amounts beside CPU and memory, by their names. */
    readonly extraResource: Readonly<Record<"guarantees" | "limits", Readonly<Record<string, string>>>>;
    readonly extraContainers?: readonly V1Container[];
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
    readonly hook: { readonly enabled: boolean };
    readonly continuous: { readonly enabled: boolean };
    /** Images that no other value names, by names of ours. */
    readonly extraImages?: Readonly<Record<string, { readonly name: string; readonly tag: string }>>;
  };
  /** Off, because the facility gives the chart's accounts their rights. */
  readonly rbac: { readonly create: false };
  /** What the chart does not read, and passes on to code in the hub. */
  readonly custom?: { readonly af?: object; readonly users?: object };
  /** `timeout` and `every` in seconds. */
  readonly cull: { readonly enabled: boolean; readonly timeout: number; readonly every: number };
}

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
  tolerations: [
    ...ofServices("hub.tolerations", "proxy.chp.tolerations", "scheduling.userScheduler.tolerations", "prePuller.hook.tolerations"),
    // Those who pull images onto the hosts of users have them too.
    { key: "singleuser.extraTolerations", hosts: "users" },
  ],
  configuration: CONFIGURATION,
  workloads: ({ name, namespace, values }) => jupyterhubWorkloads(name, namespace, values),
  networkPolicies: jupyterhubNetworkPolicies,
  secretValues: SECRET_VALUES,
  startedPods: ({ name, namespace, values }) => userServers(name, namespace, withDefaults(DEFAULTS, values)),
};

/**
 * Bytes as a Kubernetes quantity. In the chart's values `8G` means 8 * 2^30 bytes
 * (https://jupyterhub.readthedocs.io/en/stable/reference/api/spawner.html, mem_limit), which Kubernetes writes `8Gi`.
 */
export function kubernetesMemory(memory: string): string {
  return memory.replace(/([KMGT])$/, "$1i");
}
