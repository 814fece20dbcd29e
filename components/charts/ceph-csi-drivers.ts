import { ofServices, type Chart } from "./chart";
import { csiDriverWorkloads, type CsiDriverSpec } from "../operators/csi-drivers";
import type { Resources } from "../workloads/kit";
import { withDefaults } from "./values";

type Sidecar = "provisioner" | "resizer" | "attacher";

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

/** What the chart writes into each Driver (https://github.com/ceph/ceph-csi-operator/blob/v1.0.4/deploy/charts/ceph-csi-drivers/values.yaml). */
const DRIVER = {
  enabled: true,
  log: { rotation: { enabled: true, logHostPath: "" } },
  snapshotPolicy: "none",
  nodePlugin: { tolerations: [], volumes: [] } as PluginValues,
  controllerPlugin: { hostNetwork: false, replicas: 1, privileged: false, tolerations: [], volumes: [] } as PluginValues,
};

type PluginValues = Readonly<Record<string, unknown>>;

const DEFAULTS = {
  operatorConfig: {
    driverSpecDefaults: {
      log: DRIVER.log,
      snapshotPolicy: "none",
      nodePlugin: { kubeletDirPath: "/var/lib/kubelet", ...DRIVER.nodePlugin } as PluginValues,
      controllerPlugin: DRIVER.controllerPlugin,
    },
  },
  drivers: {
    rbd: { ...DRIVER, name: "rbd.csi.ceph.com" },
    cephfs: { ...DRIVER, name: "cephfs.csi.ceph.com", snapshotPolicy: "volumeSnapshot" },
    nfs: { ...DRIVER, name: "nfs.csi.ceph.com", snapshotPolicy: "volumeSnapshot" },
    nvmeof: { ...DRIVER, name: "nvmeof.csi.ceph.com" },
  },
};

/** Containers whose resources the chart writes, empty ones too, as soon as any of them is given. */
const CONTAINERS = {
  nodePlugin: ["registrar", "liveness", "addons", "logRotator", "plugin"],
  controllerPlugin: ["attacher", "snapshotter", "resizer", "provisioner", "omapGenerator", "liveness", "addons", "logRotator", "plugin"],
} as const;

/**
 * The CSI drivers of Ceph, which Rook's own chart no longer installs since release 1.20
 * (https://rook.io/docs/rook/latest-release/Helm-Charts/csi-drivers-chart/). The chart makes a Driver for each, and the operator of Ceph CSI
 * makes a controller plugin of it, and a node plugin on every host.
 */
export const cephCsiDrivers: Chart<CsiDriversValues> = {
  name: "ceph-csi-drivers",
  repository: "https://ceph.github.io/ceph-csi-operator",
  version: "1.0.4",
  crdGroups: [],
  // A plugin that mounts volumes goes where a pod may be, so the site's values have its tolerations.
  tolerations: ofServices("drivers.rbd.controllerPlugin.tolerations", "drivers.cephfs.controllerPlugin.tolerations"),
  configuration: [
    "drivers.*.log.verbosity",
    "drivers.*.name",
    // The ConfigMap with the images belongs to the chart of Rook.
    { key: "operatorConfig.driverSpecDefaults.imageSet.name", only: /^rook-csi-operator-image-set-configmap$/ },
    "operatorConfig.namespace",
  ],
  workloads: ({ namespace, values }) => {
    const { drivers, operatorConfig } = withDefaults(DEFAULTS, values);
    const defaults = driverSpec(operatorConfig.driverSpecDefaults);
    return Object.values(drivers)
      .filter(({ enabled }) => enabled)
      .flatMap((driver) => csiDriverWorkloads(driver.name, namespace, driverSpec(driver), defaults));
  },
};

/** The spec that the chart's template makes of the values of a driver: what is empty it leaves out, except lists, replicas and switches. */
function driverSpec({ log, snapshotPolicy, nodePlugin, controllerPlugin }: Omit<typeof DRIVER, "enabled">): CsiDriverSpec {
  const { enabled, logHostPath } = log.rotation;
  const plugin = (kind: keyof typeof CONTAINERS, { resources, ...given }: PluginValues) => ({
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => !isEmpty(value) || Array.isArray(value))),
    ...(isEmpty(resources)
      ? {}
      : { resources: Object.fromEntries(CONTAINERS[kind].map((name) => [name, (resources as PluginValues)[name] ?? {}])) }),
  });
  return {
    log: enabled ? { rotation: logHostPath === "" ? {} : { logHostPath } } : {},
    snapshotPolicy,
    nodePlugin: plugin("nodePlugin", nodePlugin),
    controllerPlugin: plugin("controllerPlugin", controllerPlugin),
  };
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === "" || (typeof value === "object" && Object.keys(value).length === 0);
}
