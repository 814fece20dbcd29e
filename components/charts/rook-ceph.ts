import type { Chart } from "./chart";
import { cephDaemons } from "../operators/ceph-daemons";
import { ROOK_IMAGE } from "../operators/ceph-jobs";
import { deployment, type Resources } from "../workloads/kit";

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

/** The Rook operator with the ceph-csi operator (https://github.com/rook/rook/tree/v1.20.6/deploy/charts/rook-ceph). */
export const rookCeph: Chart<RookValues> = {
  name: "rook-ceph",
  repository: "https://charts.rook.io/release",
  version: "v1.20.6",
  // https://rook.io/docs/rook/v1.20/Getting-Started/Prerequisites/prerequisites/
  kubernetes: { from: "1.31", to: "1.36" },
  crdGroups: ["ceph.rook.io", "objectbucket.io", "csi.ceph.io"],
  workloads: ({ namespace, values }) => [
    deployment({
      name: "rook-ceph-operator",
      namespace,
      recreate: true,
      containers: [{ name: "rook-ceph-operator", image: ROOK_IMAGE, resources: values.resources }],
    }),
    deployment({
      name: "ceph-csi-controller-manager",
      namespace,
      containers: [
        {
          name: "manager",
          image: "quay.io/cephcsi/ceph-csi-operator:v1.0.4",
          resources: values["ceph-csi-operator"].controllerManager.manager.resources,
        },
      ],
    }),
  ],
  operands: cephDaemons,
};
