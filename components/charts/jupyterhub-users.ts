import type { V1PodSpec } from "@kubernetes/client-node";
import type { ContainerLimits } from "../workloads/kit";
import type { JupyterHubRead } from "./jupyterhub-defaults";

type Pod = Omit<V1PodSpec, "containers">;

/** The images that every host of users holds before a user asks for them, by the names of the containers that pull them. */
export function pulledImages({ singleuser, prePuller }: JupyterHubRead): readonly (readonly [string, string])[] {
  const named = ({ name, tag }: { readonly name: string; readonly tag: string }) => `${name}:${tag}`;
  const profiles = prePuller.pullProfileListImages ? singleuser.profileList.map((profile) => profile ?? {}) : [];
  return [
    ...(singleuser.cloudMetadata.blockWithIptables ? [["image-pull-metadata-block", named(singleuser.networkTools.image)] as const] : []),
    ["image-pull-singleuser", named(singleuser.image)],
    ...[...singleuser.initContainers, ...singleuser.extraContainers].map(
      ({ image = "" }, index) => [`image-pull-singleuser-init-and-extra-containers-${index}`, image] as const,
    ),
    ...profiles.flatMap(({ kubespawner_override: override, profile_options: options = {} }, index) => [
      ...(override?.image ? [[`image-pull-singleuser-profilelist-${index}`, override.image] as const] : []),
      ...Object.entries(options).flatMap(([option, { choices = {} }]) =>
        Object.entries(choices).flatMap(([choice, { kubespawner_override: chosen }]) =>
          chosen?.image ? [[`image-pull-profile-${index}-option-${option}-${choice}`, chosen.image] as const] : [],
        ),
      ),
    ]),
    ...Object.entries(prePuller.extraImages).map(([name, image]) => [`image-pull-${name}`, named(image)] as const),
  ];
}

/**
 * What a placeholder asks for: the amounts of a server, as they are written. Kubernetes reads `8G` as 8 * 10^9 bytes here, where KubeSpawner
 * reads 8 * 2^30.
 */
export function serverResources({ singleuser: { cpu, memory, extraResource } }: JupyterHubRead): ContainerLimits {
  const amounts = (
    own: Readonly<Record<"cpu" | "memory", number | string | null>>,
    extra: Readonly<Record<string, string | number>>,
  ): Readonly<Record<string, string>> =>
    Object.fromEntries(Object.entries({ ...own, ...extra }).flatMap(([name, amount]) => (amount ? [[name, String(amount)]] : [])));
  return {
    requests: amounts({ cpu: cpu.guarantee, memory: memory.guarantee }, extraResource.guarantees),
    limits: amounts({ cpu: cpu.limit, memory: memory.limit }, extraResource.limits),
  };
}

function purpose(value: "core" | "user") {
  return { matchExpressions: [{ key: "hub.jupyter.org/node-purpose", operator: "In", values: [value] }] };
}

/** Where pods of the hub itself run: on hosts with that purpose, always or rather. */
export function coreAffinity({ scheduling }: JupyterHubRead): Pod {
  const mode = scheduling.corePods.nodeAffinity.matchNodePurpose;
  return nodeAffinity(mode === "require" ? [purpose("core")] : [], mode === "prefer" ? [{ weight: 100, preference: purpose("core") }] : []);
}

/**
 * Where pods of users run.
 * @param prefers false for pods that run on every such host, which have no preference.
 */
export function userAffinity({ scheduling, singleuser }: JupyterHubRead, prefers: boolean): Pod {
  const mode = scheduling.userPods.nodeAffinity.matchNodePurpose;
  const { required, preferred } = singleuser.extraNodeAffinity;
  return nodeAffinity(
    [...(mode === "require" ? [purpose("user")] : []), ...required],
    prefers ? [...(mode === "prefer" ? [{ weight: 100, preference: purpose("user") }] : []), ...preferred] : [],
  );
}

type Affinity = NonNullable<NonNullable<V1PodSpec["affinity"]>["nodeAffinity"]>;

function nodeAffinity(
  required: NonNullable<Affinity["requiredDuringSchedulingIgnoredDuringExecution"]>["nodeSelectorTerms"],
  preferred: NonNullable<Affinity["preferredDuringSchedulingIgnoredDuringExecution"]>,
): Pod {
  if (required.length + preferred.length === 0) return {};
  return {
    affinity: {
      nodeAffinity: {
        ...(required.length > 0 && { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: required } }),
        ...(preferred.length > 0 && { preferredDuringSchedulingIgnoredDuringExecution: preferred }),
      },
    },
  };
}
