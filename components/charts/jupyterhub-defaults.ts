import type { V1Affinity, V1Container, V1PodSpec, V1SecurityContext, V1Toleration, V1Volume } from "@kubernetes/client-node";
import type { BudgetValues, ContainerLimits } from "../workloads/kit";

type NodePurpose = "ignore" | "prefer" | "require";

interface Image {
  readonly name: string;
  readonly tag: string;
}

/** Keys of each pod of the chart that is no user's. */
interface PodValues {
  readonly image: Image;
  readonly resources: ContainerLimits;
  readonly containerSecurityContext: V1SecurityContext;
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly tolerations: readonly V1Toleration[];
  readonly labels: Readonly<Record<string, string>>;
  readonly extraPodSpec: Omit<V1PodSpec, "containers">;
}

interface Amounts {
  readonly guarantee: number | string | null;
  readonly limit: number | string | null;
}

type Term = NonNullable<
  NonNullable<V1Affinity["nodeAffinity"]>["requiredDuringSchedulingIgnoredDuringExecution"]
>["nodeSelectorTerms"][number];

/** What a profile of `singleuser.profileList` says of images. */
interface ImageOverride {
  readonly kubespawner_override?: { readonly image?: string };
}

/** What users choose within a profile: one of a list, or what they write themselves. */
interface ProfileOption {
  readonly choices?: Readonly<Record<string, ImageOverride>>;
  readonly unlisted_choice?: ImageOverride & { readonly enabled?: boolean };
}

interface Profile extends ImageOverride {
  readonly profile_options?: Readonly<Record<string, ProfileOption>>;
}

/** The values of the chart that decide what it runs. */
export interface JupyterHubRead {
  readonly hub: PodValues & {
    /** Traits by class of the hub's Python programs. */
    readonly config: Readonly<Record<string, unknown>>;
    readonly db: {
      readonly type: string;
      readonly pvc: { readonly storageClassName: string | null; readonly storage: string; readonly accessModes: readonly string[] };
    };
    readonly pdb: BudgetValues;
    readonly podSecurityContext: NonNullable<V1PodSpec["securityContext"]>;
    readonly initContainers: readonly V1Container[];
    readonly extraContainers: readonly V1Container[];
    readonly extraVolumes: readonly V1Volume[];
  };
  readonly proxy: {
    readonly service: {
      readonly type: string;
      readonly annotations: Readonly<Record<string, string>>;
      readonly disableHttpPort: boolean;
    };
    readonly https: { readonly enabled: boolean; readonly type: string; readonly hosts: readonly string[] };
    readonly labels: Readonly<Record<string, string>>;
    readonly chp: Omit<PodValues, "labels"> & { readonly pdb: BudgetValues };
    readonly traefik: PodValues & { readonly pdb: BudgetValues };
    readonly secretSync: Pick<PodValues, "image" | "resources" | "containerSecurityContext">;
  };
  readonly singleuser: {
    readonly uid: number | null;
    readonly fsGid: number | null;
    readonly allowPrivilegeEscalation: boolean | null;
    readonly image: Image;
    readonly networkTools: { readonly image: Image };
    readonly cloudMetadata: { readonly blockWithIptables: boolean };
    readonly cpu: Amounts;
    readonly memory: Amounts;
    readonly extraResource: Readonly<Record<"guarantees" | "limits", Readonly<Record<string, string | number>>>>;
    readonly nodeSelector: Readonly<Record<string, string>>;
    readonly extraTolerations: readonly V1Toleration[];
    readonly extraNodeAffinity: { readonly required: readonly Term[]; readonly preferred: readonly { weight: number; preference: Term }[] };
    readonly initContainers: readonly V1Container[];
    readonly extraContainers: readonly V1Container[];
    readonly profileList: readonly (Profile | null)[];
  };
  readonly scheduling: {
    readonly userScheduler: PodValues & { readonly enabled: boolean; readonly replicas: number; readonly pdb: BudgetValues };
    readonly podPriority: { readonly enabled: boolean };
    readonly userPlaceholder: Pick<PodValues, "image" | "resources" | "containerSecurityContext" | "labels" | "extraPodSpec"> & {
      readonly enabled: boolean;
      readonly replicas: number;
    };
    readonly corePods: { readonly tolerations: readonly V1Toleration[]; readonly nodeAffinity: { readonly matchNodePurpose: NodePurpose } };
    readonly userPods: { readonly tolerations: readonly V1Toleration[]; readonly nodeAffinity: { readonly matchNodePurpose: NodePurpose } };
  };
  readonly prePuller: {
    readonly resources: ContainerLimits;
    readonly containerSecurityContext: V1SecurityContext;
    readonly labels: Readonly<Record<string, string>>;
    readonly extraTolerations: readonly V1Toleration[];
    readonly extraImages: Readonly<Record<string, Image>>;
    readonly pullProfileListImages: boolean;
    readonly pause: { readonly image: Image; readonly containerSecurityContext: V1SecurityContext };
    readonly hook: Pick<PodValues, "image" | "resources" | "containerSecurityContext" | "nodeSelector" | "tolerations"> & {
      readonly enabled: boolean;
    };
    readonly continuous: { readonly enabled: boolean };
  };
}

/** Version of the chart and of its images. */
export const tag = "4.4.0";

const NOBODY: V1SecurityContext = {
  runAsUser: 65534,
  runAsGroup: 65534,
  runAsNonRoot: true,
  allowPrivilegeEscalation: false,
  capabilities: { drop: ["ALL"] },
  seccompProfile: { type: "RuntimeDefault" },
};

const pod = (name: string, imageTag: string, containerSecurityContext: V1SecurityContext = NOBODY): PodValues => ({
  image: { name, tag: imageTag },
  resources: {},
  containerSecurityContext,
  nodeSelector: {},
  tolerations: [],
  labels: {},
  extraPodSpec: {},
});

const budget = (enabled: boolean, maxUnavailable: number | null, minAvailable: number | null): BudgetValues => ({
  enabled,
  maxUnavailable,
  minAvailable,
});

/** Taints of hosts that are kept for one purpose; the second spelling is for tools that allow no slash in a key. */
const dedicated = (value: "core" | "user"): readonly V1Toleration[] =>
  ["hub.jupyter.org/dedicated", "hub.jupyter.org_dedicated"].map((key) => ({ key, operator: "Equal", value, effect: "NoSchedule" }));

const pause: Image = { name: "registry.k8s.io/pause", tag: "3.10.1" };

/** The chart's own values (https://github.com/jupyterhub/zero-to-jupyterhub-k8s/blob/4.4.0/jupyterhub/values.yaml). */
export const DEFAULTS: JupyterHubRead = {
  hub: {
    ...pod("quay.io/jupyterhub/k8s-hub", tag, {
      runAsUser: 1000,
      runAsGroup: 1000,
      allowPrivilegeEscalation: false,
      capabilities: { drop: ["ALL"] },
    }),
    config: {},
    db: { type: "sqlite-pvc", pvc: { storageClassName: null, storage: "1Gi", accessModes: ["ReadWriteOnce"] } },
    pdb: budget(false, null, 1),
    podSecurityContext: { runAsNonRoot: true, fsGroup: 1000, seccompProfile: { type: "RuntimeDefault" } },
    initContainers: [],
    extraContainers: [],
    extraVolumes: [],
  },
  proxy: {
    service: { type: "LoadBalancer", annotations: {}, disableHttpPort: false },
    https: { enabled: false, type: "letsencrypt", hosts: [] },
    labels: {},
    chp: { ...pod("quay.io/jupyterhub/configurable-http-proxy", "5.2.0"), pdb: budget(false, null, 1) },
    traefik: { ...pod("traefik", "v3.6.12"), pdb: budget(false, null, 1) },
    secretSync: pod("quay.io/jupyterhub/k8s-secret-sync", tag),
  },
  singleuser: {
    uid: 1000,
    fsGid: 100,
    allowPrivilegeEscalation: false,
    image: { name: "quay.io/jupyterhub/k8s-singleuser-sample", tag },
    networkTools: { image: { name: "quay.io/jupyterhub/k8s-network-tools", tag } },
    cloudMetadata: { blockWithIptables: true },
    cpu: { guarantee: null, limit: null },
    memory: { guarantee: "1G", limit: null },
    extraResource: { guarantees: {}, limits: {} },
    nodeSelector: {},
    extraTolerations: [],
    extraNodeAffinity: { required: [], preferred: [] },
    initContainers: [],
    extraContainers: [],
    profileList: [],
  },
  scheduling: {
    userScheduler: {
      ...pod("registry.k8s.io/kube-scheduler", "v1.30.14"),
      enabled: true,
      replicas: 2,
      pdb: budget(true, 1, null),
    },
    podPriority: { enabled: false },
    userPlaceholder: { ...pod(pause.name, pause.tag), enabled: true, replicas: 0 },
    corePods: { tolerations: dedicated("core"), nodeAffinity: { matchNodePurpose: "prefer" } },
    userPods: { tolerations: dedicated("user"), nodeAffinity: { matchNodePurpose: "prefer" } },
  },
  prePuller: {
    resources: {},
    containerSecurityContext: NOBODY,
    labels: {},
    extraTolerations: [],
    extraImages: {},
    pullProfileListImages: true,
    pause: { image: pause, containerSecurityContext: NOBODY },
    hook: { ...pod("quay.io/jupyterhub/k8s-image-awaiter", tag), enabled: true },
    continuous: { enabled: true },
  },
};
