import type { V1Toleration } from "@kubernetes/client-node";
import { ofServices, type Chart } from "./chart";
import { cephDaemons } from "../operators/ceph-daemons";
import { ROOK_IMAGE } from "../operators/ceph-jobs";
import { csiDrivers } from "../operators/csi-drivers";
import { type ContainerLimits, deployment, LOCKED, type Resources } from "../workloads/kit";
import { withDefaults } from "./values";

/**
 * The part of the chart's values that this project sets (https://github.com/rook/rook/blob/v1.20.6/deploy/charts/rook-ceph/values.yaml).
 */
export interface RookValues {
  /** Never false: deleting the CRDs would delete every Ceph resource and might destroy the cluster (same file, `crds.enabled`). */
  readonly crds: { readonly enabled: true };
  readonly resources: Resources;
  readonly csi: { readonly installCsiOperator: true };
  readonly "ceph-csi-operator": { readonly controllerManager: { readonly manager: { readonly resources: Resources } } };
  readonly enableDiscoveryDaemon: false;
  readonly monitoring: { readonly enabled: boolean };
}

/** The chart's own values, as far as they decide what runs (https://github.com/rook/rook/blob/v1.20.6/deploy/charts/rook-ceph/values.yaml). */
const DEFAULTS = {
  resources: { limits: { memory: "512Mi" }, requests: { cpu: "200m", memory: "128Mi" } } as ContainerLimits,
  containerSecurityContext: { runAsNonRoot: true, runAsUser: 2016, runAsGroup: 2016, capabilities: { drop: ["ALL"] } },
  nodeSelector: {} as Readonly<Record<string, string>>,
  priorityClassName: null as string | null,
  tolerations: [] as readonly V1Toleration[],
  /** Seconds. */
  unreachableNodeTolerationSeconds: 5,
  csi: { installCsiOperator: true },
  "ceph-csi-operator": {
    controllerManager: {
      tolerations: [] as readonly V1Toleration[],
      manager: {
        resources: { limits: { cpu: "500m", memory: "128Mi" }, requests: { cpu: "10m", memory: "64Mi" } } as ContainerLimits,
      },
    },
  },
};

/** The Rook operator with the ceph-csi operator (https://github.com/rook/rook/tree/v1.20.6/deploy/charts/rook-ceph). */
export const rookCeph: Chart<RookValues> = {
  name: "rook-ceph",
  repository: "https://charts.rook.io/release",
  version: "v1.20.6",
  // https://rook.io/docs/rook/v1.20/Getting-Started/Prerequisites/prerequisites/
  kubernetes: { from: "1.31", to: "1.36" },
  crdGroups: ["ceph.rook.io", "objectbucket.io", "csi.ceph.io"],
  tolerations: ofServices("tolerations", "ceph-csi-operator.controllerManager.tolerations"),
  configuration: [
    { key: "crds.enabled", only: /^true$/ },
    // With them the chart adds pods and objects that this description does not tell.
    { key: "enableDiscoveryDaemon", only: /^false$/ },
    { key: "monitoring.enabled", only: /^false$/ },
  ],
  workloads: ({ name, namespace, values }) => {
    const read = withDefaults(DEFAULTS, values);
    const { manager, tolerations } = read["ceph-csi-operator"].controllerManager;
    return [
      deployment({
        name: "rook-ceph-operator",
        namespace,
        recreate: true,
        selector: { app: "rook-ceph-operator" },
        containers: [
          {
            name: "rook-ceph-operator",
            image: ROOK_IMAGE,
            resources: read.resources,
            securityContext: read.containerSecurityContext,
          },
        ],
        pod: {
          nodeSelector: { ...read.nodeSelector },
          ...(read.priorityClassName && { priorityClassName: read.priorityClassName }),
          tolerations: [
            {
              effect: "NoExecute",
              key: "node.kubernetes.io/unreachable",
              operator: "Exists",
              tolerationSeconds: read.unreachableNodeTolerationSeconds,
            },
            ...read.tolerations,
          ],
        },
      }),
      ...(read.csi.installCsiOperator
        ? [
            deployment({
              name: "ceph-csi-controller-manager",
              namespace,
              selector: {
                "control-plane": "ceph-csi-op-controller-manager",
                "app.kubernetes.io/name": "ceph-csi",
                "app.kubernetes.io/instance": name,
              },
              containers: [
                {
                  name: "manager",
                  image: "quay.io/cephcsi/ceph-csi-operator:v1.0.4",
                  resources: manager.resources,
                  securityContext: LOCKED,
                },
              ],
              pod: { securityContext: { runAsNonRoot: true }, tolerations: [...tolerations] },
            }),
          ]
        : []),
    ];
  },
  operands: (resource, siblings) => [...cephDaemons(resource, siblings), ...csiDrivers(resource, siblings)],
};
