import { kubernetesMemory } from "../../components/charts/jupyterhub";
import type { PodPlacement } from "../../capacity/placement";
import { podAmounts, type ContainerDefaults, type ContainerResources, type PodAmounts } from "../../capacity/requests";
import type { Field } from "./field";
import { releaseOf, type KubernetesObject } from "./objects";
import { containerResources, tolerationsOf } from "./pod-reading";
import { CONTAINER_RESOURCES } from "./resource-names";

/** A release of Zero to JupyterHub. Its values say which servers the hub starts for users; the servers themselves are not in the stack. */
export interface HubRelease {
  readonly object: KubernetesObject;
  readonly namespace: string;
  readonly values: Field;
}

/** A server profile that users can choose. */
export interface Profile {
  readonly name: string;
  readonly isDefault: boolean;
  /** The values that decide how large the server is. */
  readonly field: Field;
  /** Requests and limits of the whole pod: those of notebook and sidecars together, or those of its init containers where they are more. */
  readonly amounts: PodAmounts;
}

/** The release of JupyterHub that an object is, if it is one. */
export function hubReleaseOf(object: KubernetesObject): HubRelease | undefined {
  const release = releaseOf(object);
  return release?.chart === "jupyterhub" ? { object, namespace: release.namespace, values: release.values } : undefined;
}

/**
 * The profiles that users can choose; one profile where the values have no list. KubeSpawner uses the first as the default if none is marked
 * (https://jupyterhub-kubespawner.readthedocs.io/en/latest/spawner.html, profile_list).
 */
export function profilesOf({ values }: HubRelease, defaults: readonly ContainerDefaults[] = []): readonly Profile[] {
  const list = values.at("singleuser", "profileList").items();
  if (list.length === 0) return [profileFrom("default", true, values, undefined, defaults)];
  const marked = list.findIndex((entry) => entry.at("default").boolean() === true);
  return list.map((entry, index) =>
    profileFrom(
      entry.at("display_name").text() ?? String(index),
      index === Math.max(marked, 0),
      values,
      entry.at("kubespawner_override"),
      defaults,
    ),
  );
}

/**
 * On which hosts user servers may run: Zero to JupyterHub makes a node affinity of `matchNodePurpose`, and adds a toleration of its own to `extraTolerations`
 * (https://z2jh.jupyter.org/en/stable/resources/reference.html#scheduling-userpods-nodeaffinity-matchnodepurpose).
 */
export function userPlacement({ values }: HubRelease): PodPlacement {
  const purpose = { matchExpressions: [{ key: "hub.jupyter.org/node-purpose", operator: "In", values: ["user"] }] };
  const required = values.at("scheduling", "userPods", "nodeAffinity", "matchNodePurpose").text() === "require";
  return {
    nodeSelector: values.at("singleuser", "nodeSelector").texts(),
    ...(required && { requiredTerms: [purpose] }),
    tolerations: [
      { key: "hub.jupyter.org/dedicated", operator: "Equal", value: "user", effect: "NoSchedule" },
      ...tolerationsOf(values.at("singleuser", "extraTolerations")),
    ],
  };
}

function profileFrom(
  name: string,
  isDefault: boolean,
  values: Field,
  override: Field | undefined,
  defaults: readonly ContainerDefaults[],
): Profile {
  const user = values.at("singleuser");
  const overridden = (key: string, field: Field) => (override?.at(key).given ? override.at(key) : field);
  // KubeSpawner merges a map of a profile into that of all servers (_apply_overrides).
  const extra = (key: string) => ({
    ...user.at("extraResource", key).quantities(CONTAINER_RESOURCES),
    ...override?.at(`extra_resource_${key}`).quantities(CONTAINER_RESOURCES),
  });
  const notebook: ContainerResources = {
    resources: {
      requests: {
        ...amount("cpu", overridden("cpu_guarantee", user.at("cpu", "guarantee"))),
        ...amount("memory", overridden("mem_guarantee", user.at("memory", "guarantee"))),
        ...extra("guarantees"),
      },
      limits: {
        ...amount("cpu", overridden("cpu_limit", user.at("cpu", "limit"))),
        ...amount("memory", overridden("mem_limit", user.at("memory", "limit"))),
        ...extra("limits"),
      },
    },
  };
  const containers = [notebook, ...overridden("extra_containers", user.at("extraContainers")).items().map(containerResources)];
  const initContainers = overridden("init_containers", user.at("initContainers")).items().map(containerResources);
  return { name, isDefault, field: override ?? user, amounts: podAmounts({ containers, initContainers }, defaults) };
}

/**
 * KubeSpawner counts memory in powers of 2, so that its `8G` is what Kubernetes writes `8Gi`
 * (https://jupyterhub-kubespawner.readthedocs.io/en/latest/spawner.html, mem_limit).
 */
function amount(resource: "cpu" | "memory", field: Field): Readonly<Record<string, string>> {
  const quantity = field.quantity();
  return quantity === undefined ? {} : { [resource]: resource === "memory" ? kubernetesMemory(quantity) : quantity };
}
