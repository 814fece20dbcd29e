import type { V1Container } from "@kubernetes/client-node";
import type { Chart } from "./chart";
import { daemonSet, deployment, type Resources } from "../workloads/kit";

const SIDECARS = ["provisioner", "resizer", "attacher"] as const;
type Sidecar = (typeof SIDECARS)[number];

interface DriverOff {
  readonly enabled: false;
  /** Name of the driver. It must equal the provisioner of the StorageClasses, or their claims stay pending. */
  readonly name: string;
}

/**
 * Values of one driver. The template writes many of them into the Driver even when nobody gives them (`replicas: 1`, `tolerations: []`), and
 * the operator takes a default of `operatorConfig.driverSpecDefaults` only for a field that the Driver does not have
 * (https://github.com/ceph/ceph-csi-operator/blob/v1.0.4/internal/controller/driver_controller.go, mergeDriverSpecs). So all of it is given
 * here, for each driver.
 */
export interface DriverValues {
  readonly enabled: boolean;
  /** Name of the driver. It must equal the provisioner of the StorageClasses, or their claims stay pending. */
  readonly name: string;
  /** Without rotation the containers log to the kubelet alone, and no container rotates files in a folder of the host. */
  readonly log: { readonly verbosity: number; readonly rotation: { readonly enabled: false } };
  /** With `none` no snapshotter runs. */
  readonly snapshotPolicy: "none";
  readonly nodePlugin: {
    readonly priorityClassName: string;
    readonly resources: Readonly<Record<"plugin" | "registrar", Resources>>;
    readonly tolerations: readonly { readonly key: string; readonly operator: "Exists" }[];
  };
  readonly controllerPlugin: {
    readonly priorityClassName: string;
    readonly replicas: number;
    readonly resources: Readonly<Record<Sidecar | "plugin", Resources>>;
  };
}

/**
 * The part of the chart's values that this project sets
 * (https://github.com/ceph/ceph-csi-operator/blob/v1.0.4/deploy/charts/ceph-csi-drivers/values.yaml).
 */
export interface CsiDriversValues {
  readonly operatorConfig: {
    readonly namespace: string;
    /** The images, which no Driver names by itself. */
    readonly driverSpecDefaults: { readonly imageSet: { readonly name: string } };
  };
  readonly drivers: Readonly<Record<"rbd" | "cephfs", DriverValues>> & Readonly<Record<"nfs" | "nvmeof", DriverOff>>;
}

const plugin = "quay.io/cephcsi/cephcsi:v3.17.0";
const IMAGES: Readonly<Record<Sidecar, string>> = {
  attacher: "registry.k8s.io/sig-storage/csi-attacher:v4.12.0",
  provisioner: "registry.k8s.io/sig-storage/csi-provisioner:v6.2.0",
  resizer: "registry.k8s.io/sig-storage/csi-resizer:v2.1.0",
};

/**
 * The CSI drivers of Ceph, which Rook's own chart no longer installs since release 1.20
 * (https://rook.io/docs/rook/latest-release/Helm-Charts/csi-drivers-chart/). Each driver has a controller plugin, and a node plugin on
 * every host. Their pods are those that the operator makes of a Driver
 * (https://github.com/ceph/ceph-csi-operator/blob/v1.0.4/internal/controller/driver_controller.go).
 */
export const cephCsiDrivers: Chart<CsiDriversValues> = {
  name: "ceph-csi-drivers",
  repository: "https://ceph.github.io/ceph-csi-operator",
  version: "1.0.4",
  crdGroups: [],
  workloads: ({ namespace, values: { drivers } }) =>
    (["rbd", "cephfs"] as const)
      .filter((type) => drivers[type].enabled)
      .flatMap((type) => [controllerOf(type, drivers[type], namespace), nodePluginOf(type, drivers[type], namespace)]),
};

function controllerOf(type: "rbd" | "cephfs", { name: driver, controllerPlugin }: DriverValues, namespace: string) {
  const name = `${driver}-ctrlplugin`;
  return deployment({
    name,
    namespace,
    replicas: controllerPlugin.replicas,
    recreate: true,
    containers: [
      { name: `csi-${type}plugin`, image: plugin, resources: controllerPlugin.resources.plugin },
      ...SIDECARS.map((sidecar): V1Container => ({
        name: `csi-${sidecar}`,
        image: IMAGES[sidecar],
        resources: controllerPlugin.resources[sidecar],
      })),
    ],
    labels: { app: name },
    pod: {
      priorityClassName: controllerPlugin.priorityClassName,
      // The operator keeps the replicas apart unless the Driver says otherwise (getControllerPluginPodAffinity in the same file).
      affinity: {
        podAntiAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: [
            { labelSelector: { matchLabels: { app: name } }, topologyKey: "kubernetes.io/hostname" },
          ],
        },
      },
      volumes: hostVolumes({ "host-dev": "/dev", "host-sys": "/sys", "lib-modules": "/lib/modules" }),
    },
  });
}

function nodePluginOf(type: "rbd" | "cephfs", { name: driver, nodePlugin }: DriverValues, namespace: string) {
  const name = `${driver}-nodeplugin`;
  return daemonSet({
    name,
    namespace,
    labels: { app: name },
    containers: [
      {
        name: `csi-${type}plugin`,
        image: plugin,
        resources: nodePlugin.resources.plugin,
        securityContext: { privileged: true, allowPrivilegeEscalation: true, capabilities: { add: ["SYS_ADMIN"], drop: ["All"] } },
      },
      {
        name: "driver-registrar",
        image: "registry.k8s.io/sig-storage/csi-node-driver-registrar:v2.17.0",
        resources: nodePlugin.resources.registrar,
        securityContext: { privileged: true, capabilities: { drop: ["All"] } },
      },
    ],
    pod: {
      hostNetwork: true,
      ...(type === "rbd" && { hostPID: true }),
      priorityClassName: nodePlugin.priorityClassName,
      tolerations: nodePlugin.tolerations.map((toleration) => ({ ...toleration })),
      volumes: hostVolumes({
        "host-dev": "/dev",
        "host-sys": "/sys",
        "host-run-mount": "/run/mount",
        "lib-modules": "/lib/modules",
        "plugin-dir": `${KUBELET}/plugins/${driver}`,
        "plugin-mount-dir": `${KUBELET}/plugins`,
        "pods-mount-dir": `${KUBELET}/pods`,
        "registration-dir": `${KUBELET}/plugins_registry`,
        ...(type === "cephfs" && { "ceph-csi-mountinfo": `${KUBELET}/plugins/${driver}/mountinfo` }),
      }),
    },
  });
}

/** Folder of the kubelet, as the chart's default has it. */
const KUBELET = "/var/lib/kubelet";

function hostVolumes(folders: Readonly<Record<string, string>>) {
  return Object.entries(folders).map(([name, path]) => ({ name, hostPath: { path } }));
}
