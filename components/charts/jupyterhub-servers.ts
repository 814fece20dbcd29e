import type { Manifest } from "../manifest";
import { podLabels } from "./jupyterhub-network";
import type { JupyterHubRead } from "./jupyterhub-defaults";

/** Traits of KubeSpawner by their Python names. */
type Traits = Readonly<Record<string, unknown>>;

/** Traits that the chart takes from keys below `singleuser`, by their names there (files/hub/jupyterhub_config.py of the chart). */
const FROM_SINGLEUSER: Readonly<Record<string, readonly string[]>> = {
  uid: ["uid"],
  fs_gid: ["fsGid"],
  service_account: ["serviceAccountName"],
  allow_privilege_escalation: ["allowPrivilegeEscalation"],
  node_selector: ["nodeSelector"],
  node_affinity_required: ["extraNodeAffinity", "required"],
  lifecycle_hooks: ["lifecycleHooks"],
  init_containers: ["initContainers"],
  extra_containers: ["extraContainers"],
  mem_limit: ["memory", "limit"],
  mem_guarantee: ["memory", "guarantee"],
  cpu_limit: ["cpu", "limit"],
  cpu_guarantee: ["cpu", "guarantee"],
  extra_resource_limits: ["extraResource", "limits"],
  extra_resource_guarantees: ["extraResource", "guarantees"],
  environment: ["extraEnv"],
  extra_labels: ["extraLabels"],
  extra_annotations: ["extraAnnotations"],
  extra_pod_config: ["extraPodConfig"],
  volumes: ["storage", "extraVolumes"],
  volume_mounts: ["storage", "extraVolumeMounts"],
  cmd: ["cmd"],
};

/** Image, address and rights of the container that shuts off the metadata service (files/hub/jupyterhub_config.py of the chart). */
const blockingContainer = ({ singleuser }: JupyterHubRead) => ({
  name: "block-cloud-metadata",
  image: `${singleuser.networkTools.image.name}:${singleuser.networkTools.image.tag}`,
  securityContext: { privileged: true, runAsUser: 0, capabilities: { add: ["NET_ADMIN"] } },
});

/**
 * A template of every pod that the hub may start for a user: one without a profile, and one for each profile and each choice in it. `kubespawner_override` may set
 * any trait of KubeSpawner, and so may `hub.config` (make_pod in https://github.com/jupyterhub/kubespawner/blob/7.0.0/kubespawner/objects.py).
 */
export function userServers(release: string, namespace: string, values: JupyterHubRead): readonly Manifest[] {
  const { singleuser, hub, scheduling } = values;
  const own = Object.fromEntries(
    Object.entries(FROM_SINGLEUSER).flatMap(([trait, path]) => {
      const value = path.reduce<unknown>((below, step) => fieldsOf(below)[step], singleuser);
      return value === undefined || value === null ? [] : [[trait, value]];
    }),
  );
  const blocking = singleuser.cloudMetadata.blockWithIptables ? [blockingContainer(values)] : [];
  const base = overridden(
    {
      ...own,
      image: `${singleuser.image.name}:${singleuser.image.tag}`,
      init_containers: [...listOf(own["init_containers"]), ...blocking],
      tolerations: [...scheduling.userPods.tolerations, ...singleuser.extraTolerations],
    },
    fieldsOf(hub.config["Spawner"]),
    fieldsOf(hub.config["KubeSpawner"]),
  );
  const profiles = [...singleuser.profileList, ...(listOf(base["profile_list"]) as JupyterHubRead["singleuser"]["profileList"])];
  const started: (readonly [name: string, traits: Traits])[] = [["singleuser", base]];
  profiles.forEach((profile, index) => {
    const { kubespawner_override: override, profile_options: options = {} } = profile ?? {};
    const chosen = overridden(base, fieldsOf(override));
    started.push([`singleuser-profile-${index}`, chosen]);
    for (const [option, { choices = {}, unlisted_choice: free }] of Object.entries(options)) {
      for (const [choice, { kubespawner_override: more }] of Object.entries(choices))
        started.push([`singleuser-profile-${index}-${option}-${choice}`, overridden(chosen, fieldsOf(more))]);
      if (free?.enabled) started.push([`singleuser-profile-${index}-${option}`, overridden(chosen, fieldsOf(free.kubespawner_override))]);
    }
  });
  return started.map(([name, traits]) => ({
    apiVersion: "v1",
    kind: "PodTemplate",
    metadata: { name, namespace },
    template: {
      metadata: {
        labels: { ...podLabels(release, "singleuser-server"), ...fieldsOf(traits["extra_labels"]) },
        annotations: fieldsOf(traits["extra_annotations"]),
      },
      spec: podSpec(traits),
    },
  }));
}

/** Traits with others over them: maps are merged, and everything else is replaced, as KubeSpawner does with a profile (_apply_overrides). */
function overridden(base: Traits, ...over: readonly Traits[]): Traits {
  return over.reduce<Traits>((traits, more) => {
    const merged = Object.entries(more).map(([name, value]) => [name, merge(traits[name], value)] as const);
    return { ...traits, ...Object.fromEntries(merged) };
  }, base);
}

function merge(base: unknown, over: unknown): unknown {
  return isMap(base) && isMap(over) ? overridden(base, over) : over;
}

function podSpec(traits: Traits): Traits {
  const map = (name: string) => fieldsOf(traits[name]);
  const list = (name: string) => listOf(traits[name]).map(inCamelCase);
  const required = list("node_affinity_required");
  const notebook = {
    name: "notebook",
    image: traits["image"],
    ...given("command", traits["cmd"]),
    env: Object.entries(map("environment")).map(([name, value]) => (isMap(value) ? { name, ...inCamelCase(value) } : { name, value })),
    ports: [{ name: "notebook-port", containerPort: 8888 }],
    ...given("lifecycle", traits["lifecycle_hooks"]),
    resources: {
      requests: amounts(traits["cpu_guarantee"], traits["mem_guarantee"], map("extra_resource_guarantees")),
      limits: amounts(traits["cpu_limit"], traits["mem_limit"], map("extra_resource_limits")),
    },
    volumeMounts: list("volume_mounts"),
    securityContext: {
      ...given("runAsUser", traits["uid"]),
      ...given("runAsGroup", traits["gid"]),
      ...given("privileged", traits["privileged"]),
      ...given("allowPrivilegeEscalation", traits["allow_privilege_escalation"]),
      ...map("container_security_context"),
    },
    ...inCamelCase(map("extra_container_config")),
  };
  const account = traits["service_account"];
  return {
    securityContext: {
      ...given("fsGroup", traits["fs_gid"]),
      ...given("supplementalGroups", traits["supplemental_gids"]),
      ...map("pod_security_context"),
    },
    ...given("serviceAccountName", account),
    automountServiceAccountToken: traits["automount_service_account_token"] ?? account !== undefined,
    ...given("priorityClassName", traits["priority_class_name"]),
    ...given("schedulerName", traits["scheduler_name"]),
    nodeSelector: map("node_selector"),
    ...(required.length > 0 && {
      affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: required } } },
    }),
    tolerations: list("tolerations"),
    volumes: list("volumes"),
    initContainers: list("init_containers"),
    containers: [notebook, ...list("extra_containers")],
    ...inCamelCase(map("extra_pod_config")),
  };
}

/** CPUs, and memory in KubeSpawner's units, in which `8G` is Kubernetes' `8Gi`. */
function amounts(cpu: unknown, memory: unknown, extra: Traits): Traits {
  return {
    ...given("cpu", cpu),
    ...given("memory", typeof memory === "string" ? memory.replace(/([KMGT])$/, "$1i") : memory),
    ...extra,
  };
}

function given(name: string, value: unknown): Traits {
  return value === undefined || value === null ? {} : { [name]: value };
}

/** KubeSpawner takes the fields of a pod, of a container and of a volume in Python's spelling too (get_k8s_model). */
function inCamelCase(value: unknown): Traits {
  const spelt = (name: string) => name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return Object.fromEntries(Object.entries(fieldsOf(value)).map(([name, field]) => [spelt(name), field]));
}

/** KubeSpawner takes the elements of a list by name too. */
function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : Object.values(fieldsOf(value));
}

function fieldsOf(value: unknown): Traits {
  return isMap(value) ? value : {};
}

function isMap(value: unknown): value is Traits {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
