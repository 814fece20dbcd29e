import type {
  V1Affinity,
  V1Container,
  V1DaemonSetUpdateStrategy,
  V1DeploymentStrategy,
  V1Toleration,
  V1Volume,
} from "@kubernetes/client-node";
import type { Manifest } from "../manifest";
import { type ContainerLimits, daemonSet, deployment, onePerHost } from "../workloads/kit";
import { hostVolumes } from "./ceph-pods";
import type { Workload } from "../workloads/workload";

/** Keys of both kinds of plugin pods in a Driver. */
interface PluginSpec {
  readonly priorityClassName?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly affinity?: V1Affinity;
  readonly tolerations?: readonly V1Toleration[];
  readonly volumes?: readonly { readonly volume?: V1Volume }[];
  /** By the operator's names of the containers: `plugin`, `registrar`, `provisioner`, ... */
  readonly resources?: Readonly<Record<string, ContainerLimits>>;
}

interface NodePluginSpec extends PluginSpec {
  readonly kubeletDirPath?: string;
  readonly updateStrategy?: V1DaemonSetUpdateStrategy;
}

interface ControllerPluginSpec extends PluginSpec {
  readonly hostNetwork?: boolean;
  readonly replicas?: number;
  readonly privileged?: boolean;
  readonly deploymentStrategy?: V1DeploymentStrategy;
}

/**
 * The fields of a Driver, and of `driverSpecDefaults` in the OperatorConfig, that decide what runs
 * (https://github.com/ceph/ceph-csi-operator/blob/v1.0.4/api/v1/driver_types.go).
 */
export interface CsiDriverSpec {
  readonly log?: { readonly rotation?: { readonly logHostPath?: string } };
  readonly snapshotPolicy?: string;
  readonly nodePlugin?: NodePluginSpec;
  readonly controllerPlugin?: ControllerPluginSpec;
  readonly [setting: string]: unknown;
}

const PLUGIN = "quay.io/cephcsi/cephcsi:v3.17.0";
const SIG_STORAGE = "registry.k8s.io/sig-storage";

/** Sidecars of a controller plugin, with their images (https://github.com/rook/rook/blob/v1.20.6/deploy/charts/rook-ceph/values.yaml). */
const SIDECARS = {
  provisioner: `${SIG_STORAGE}/csi-provisioner:v6.2.0`,
  resizer: `${SIG_STORAGE}/csi-resizer:v2.1.0`,
  attacher: `${SIG_STORAGE}/csi-attacher:v4.12.0`,
  snapshotter: `${SIG_STORAGE}/csi-snapshotter:v8.5.0`,
} as const;

/** Workloads that the operator of Ceph CSI runs for a Driver; none for any other kind. */
export function csiDrivers(resource: Manifest, siblings: readonly Manifest[]): readonly Workload[] {
  if (resource.kind !== "Driver") return [];
  const { name = "", namespace = "" } = resource.metadata;
  const config = siblings.find(({ kind, metadata }) => kind === "OperatorConfig" && metadata.name === "ceph-csi-operator-config");
  const { driverSpecDefaults } = (config?.["spec"] ?? {}) as { readonly driverSpecDefaults?: CsiDriverSpec };
  return csiDriverWorkloads(name, namespace, resource["spec"] as CsiDriverSpec, driverSpecDefaults);
}

/**
 * Workloads of one driver, as the operator makes them
 * (https://github.com/ceph/ceph-csi-operator/blob/v1.0.4/internal/controller/driver_controller.go), without those of CSI addons, which the
 * facility does not use.
 * @param defaults take effect only where the driver says nothing. An empty list says something.
 */
export function csiDriverWorkloads(
  driver: string,
  namespace: string,
  own: CsiDriverSpec,
  defaults: CsiDriverSpec = {},
): readonly Workload[] {
  const type = /([a-z]+)\.csi\.ceph\.com$/.exec(driver)?.[1] ?? "";
  const node = merged(own.nodePlugin, defaults.nodePlugin);
  const controller = merged(own.controllerPlugin, defaults.controllerPlugin);
  const rotation = (own.log ?? defaults.log)?.rotation;
  const snapshots = (own.snapshotPolicy ?? defaults.snapshotPolicy ?? "volumeSnapshot") !== "none";
  return [controllerPlugin(driver, namespace, type, controller, rotation, snapshots), nodePlugin(driver, namespace, type, node, rotation)];
}

function merged<Spec extends PluginSpec>(own: Spec | undefined, defaults: Spec | undefined): Partial<Spec> {
  return { ...defaults, ...own, resources: { ...defaults?.resources, ...own?.resources } } as Partial<Spec>;
}

type Rotation = NonNullable<CsiDriverSpec["log"]>["rotation"];

function controllerPlugin(
  driver: string,
  namespace: string,
  type: string,
  plugin: Partial<ControllerPluginSpec>,
  rotation: Rotation,
  snapshots: boolean,
): Workload {
  const name = `${driver}-ctrlplugin`;
  const selector = { app: name };
  const security =
    rotation && plugin.privileged !== undefined ? { privileged: plugin.privileged, capabilities: { drop: ["All"] } } : undefined;
  const resources = (container: string) => plugin.resources?.[container] ?? {};
  return deployment({
    name,
    namespace,
    selector,
    ...(plugin.labels && { labels: plugin.labels }),
    replicas: plugin.replicas ?? 2,
    strategy: plugin.deploymentStrategy ?? { type: "Recreate" },
    containers: [
      { name: `csi-${type}plugin`, image: PLUGIN, resources: resources("plugin"), ...(security && { securityContext: security }) },
      ...Object.entries(SIDECARS)
        .filter(([sidecar]) => snapshots || sidecar !== "snapshotter")
        .map(([sidecar, image]): V1Container => ({ name: `csi-${sidecar}`, image, resources: resources(sidecar) })),
      ...rotator(rotation, resources("logRotator"), security),
    ],
    pod: {
      ...(plugin.priorityClassName !== undefined && { priorityClassName: plugin.priorityClassName }),
      ...(plugin.hostNetwork && { hostNetwork: true }),
      // Unless told otherwise, the operator never puts two of them on one host.
      affinity: plugin.affinity?.podAntiAffinity ? plugin.affinity : { ...plugin.affinity, podAntiAffinity: onePerHost(selector) },
      tolerations: [...(plugin.tolerations ?? [])],
      volumes: volumes(plugin, ["/dev", "/sys", "/lib/modules", ...logFolder(rotation, name)]),
    },
  });
}

function nodePlugin(driver: string, namespace: string, type: string, plugin: Partial<NodePluginSpec>, rotation: Rotation): Workload {
  const name = `${driver}-nodeplugin`;
  const kubelet = plugin.kubeletDirPath ?? "/var/lib/kubelet";
  const resources = (container: string) => plugin.resources?.[container] ?? {};
  const privileged = { privileged: true, capabilities: { drop: ["All"] } };
  return daemonSet({
    name,
    namespace,
    selector: { app: name },
    ...(plugin.labels && { labels: plugin.labels }),
    rolling: plugin.updateStrategy?.rollingUpdate ?? { maxUnavailable: 1 },
    containers: [
      {
        name: `csi-${type}plugin`,
        image: PLUGIN,
        resources: resources("plugin"),
        securityContext: { privileged: true, allowPrivilegeEscalation: true, capabilities: { add: ["SYS_ADMIN"], drop: ["All"] } },
      },
      {
        name: "driver-registrar",
        image: `${SIG_STORAGE}/csi-node-driver-registrar:v2.17.0`,
        resources: resources("registrar"),
        securityContext: privileged,
      },
      ...rotator(rotation, resources("logRotator"), privileged),
    ],
    pod: {
      hostNetwork: true,
      ...(["rbd", "nvmeof"].includes(type) && { hostPID: true }),
      ...(plugin.priorityClassName !== undefined && { priorityClassName: plugin.priorityClassName }),
      ...(plugin.affinity && { affinity: plugin.affinity }),
      tolerations: [...(plugin.tolerations ?? [])],
      volumes: volumes(plugin, [
        "/dev",
        "/sys",
        "/run/mount",
        "/lib/modules",
        `${kubelet}/plugins/${driver}`,
        `${kubelet}/plugins`,
        `${kubelet}/pods`,
        `${kubelet}/plugins_registry`,
        ...(type === "cephfs" ? [`${kubelet}/plugins/${driver}/mountinfo`] : []),
        ...logFolder(rotation, name),
      ]),
    },
  });
}

/** The container that rotates the logs of the others. */
function rotator(rotation: Rotation, resources: ContainerLimits, security: V1Container["securityContext"]): readonly V1Container[] {
  return rotation ? [{ name: "log-rotator", image: PLUGIN, resources, ...(security && { securityContext: security }) }] : [];
}

function logFolder(rotation: Rotation, workload: string): readonly string[] {
  return rotation ? [`${rotation.logHostPath ?? "/var/lib/cephcsi"}/${workload}`] : [];
}

function volumes({ volumes: own = [] }: Partial<PluginSpec>, folders: readonly string[]): V1Volume[] {
  return [...hostVolumes(folders), ...own.flatMap(({ volume }) => volume ?? [])];
}
