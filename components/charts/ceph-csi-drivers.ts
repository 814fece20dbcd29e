import type { V1Container } from "@kubernetes/client-node";
import type { Chart } from "./chart";
import { daemonSet, deployment, type Resources } from "../workloads/kit";

const SIDECARS = ["attacher", "provisioner", "resizer", "snapshotter"] as const;
type Sidecar = (typeof SIDECARS)[number];

interface Driver {
  readonly enabled: boolean;
  /** Name of the driver. It must equal the provisioner of the StorageClasses, or their claims stay pending. */
  readonly name: string;
}

/**
 * The part of the chart's values that this project sets
 * (https://github.com/rook/rook/blob/v1.20.6/deploy/charts/ceph-csi-drivers/values.yaml).
 */
export interface CsiDriversValues {
  readonly operatorConfig: {
    readonly namespace: string;
    readonly driverSpecDefaults: {
      readonly imageSet: { readonly name: string };
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
    };
  };
  readonly drivers: Readonly<Record<"rbd" | "cephfs" | "nfs" | "nvmeof", Driver>>;
}

const plugin = "quay.io/cephcsi/cephcsi:v3.17.0";
const IMAGES: Readonly<Record<Sidecar, string>> = {
  attacher: "registry.k8s.io/sig-storage/csi-attacher:v4.12.0",
  provisioner: "registry.k8s.io/sig-storage/csi-provisioner:v6.2.0",
  resizer: "registry.k8s.io/sig-storage/csi-resizer:v2.1.0",
  snapshotter: "registry.k8s.io/sig-storage/csi-snapshotter:v8.5.0",
};

/**
 * The CSI drivers of Ceph, which Rook's own chart no longer installs since release 1.20
 * (https://rook.io/docs/rook/latest-release/Helm-Charts/csi-drivers-chart/). Each driver has a controller plugin, and a node plugin on
 * every host.
 */
export const cephCsiDrivers: Chart<CsiDriversValues> = {
  name: "ceph-csi-drivers",
  repository: "https://ceph.github.io/ceph-csi-operator",
  version: "1.0.4",
  crdGroups: [],
  workloads: ({ namespace, values }) => {
    const { controllerPlugin, nodePlugin } = values.operatorConfig.driverSpecDefaults;
    return Object.values(values.drivers)
      .filter(({ enabled }) => enabled)
      .flatMap(({ name: driver }) => [
        deployment({
          name: `${driver}-ctrlplugin`,
          namespace,
          replicas: controllerPlugin.replicas,
          containers: [
            { name: "csi-plugin", image: plugin, resources: controllerPlugin.resources.plugin },
            ...SIDECARS.map((sidecar): V1Container => ({
              name: `csi-${sidecar}`,
              image: IMAGES[sidecar],
              resources: controllerPlugin.resources[sidecar],
            })),
          ],
          pod: { priorityClassName: controllerPlugin.priorityClassName },
        }),
        daemonSet({
          name: `${driver}-nodeplugin`,
          namespace,
          containers: [
            { name: "csi-plugin", image: plugin, resources: nodePlugin.resources.plugin, securityContext: { privileged: true } },
            {
              name: "driver-registrar",
              image: "registry.k8s.io/sig-storage/csi-node-driver-registrar:v2.17.0",
              resources: nodePlugin.resources.registrar,
            },
          ],
          pod: {
            hostNetwork: true,
            priorityClassName: nodePlugin.priorityClassName,
            tolerations: nodePlugin.tolerations.map((toleration) => ({ ...toleration })),
            volumes: [{ name: "pods-mount-dir", hostPath: { path: "/var/lib/kubelet/pods" } }],
          },
        }),
      ]);
  },
};
