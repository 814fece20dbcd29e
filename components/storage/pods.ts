import { flowsBetween, podKind, type Flow, type PodKind } from "../tenancy/flows";
import type { Role } from "../tenancy/roles";
import { DAEMON_PORTS, EXPORTER_METRICS_PORT, MGR_METRICS_PORT, MONITOR_PORTS, RGW_CONTAINER_PORT } from "./ports";
import { driversOf, type ExternalStorage, type RookStorage } from "./settings";
import { provisioner } from "./values";

/** Rook's operator (https://github.com/rook/rook/blob/v1.20.6/deploy/charts/rook-ceph/templates/deployment.yaml). */
export const ROOK_OPERATOR = podKind("rook", "operator", { app: "rook-ceph-operator" });

/** The operator of Ceph's CSI drivers, which is a part of Rook's chart. */
export const CSI_OPERATOR = podKind("rook", "csi-operator", { "control-plane": "ceph-csi-op-controller-manager" });

/**
 * The controller plugins of a site's CSI drivers (https://github.com/ceph/ceph-csi-operator/blob/v1.0.4/internal/controller/driver_controller.go).
 * Node plugins use their host's network.
 * @param namespace name of Rook's namespace.
 */
export function csiControllers(namespace: string, storage: RookStorage | ExternalStorage): readonly PodKind[] {
  return driversOf(storage).map((driver) => podKind("rook", `csi-${driver}`, { app: `${provisioner(namespace, driver)}-ctrlplugin` }));
}

/** Pods of one Ceph cluster, by the label `app` that Rook gives them (https://github.com/rook/rook/tree/v1.20.6/pkg/operator/ceph). */
export function cephPods(role: Role) {
  const daemon = (name: string, listens: PodKind["listens"] = []): PodKind => ({
    ...podKind(role, name, { app: `rook-ceph-${name}` }),
    listens,
  });
  return {
    mon: daemon("mon", [
      { name: "tcp-msgr2", port: MONITOR_PORTS[0] },
      { name: "tcp-msgr1", port: MONITOR_PORTS[1] },
    ]),
    mgr: daemon("mgr", [{ port: DAEMON_PORTS }, { name: "http-metrics", port: MGR_METRICS_PORT }]),
    osd: daemon("osd", [{ port: DAEMON_PORTS }]),
    mds: daemon("mds", [{ port: DAEMON_PORTS }]),
    rgw: daemon("rgw", [{ port: RGW_CONTAINER_PORT }]),
    prepare: daemon("osd-prepare"),
    version: daemon("detect-version"),
    crashcollector: daemon("crashcollector"),
    exporter: daemon("exporter", [{ name: "http-metrics", port: EXPORTER_METRICS_PORT }]),
    // Rook's toolbox, which an operator starts by hand (https://github.com/rook/rook/blob/v1.20.6/deploy/examples/toolbox.yaml).
    tools: daemon("tools"),
  } as const;
}

/**
 * The flows of one Ceph cluster: all of its pods, its clients inside the cluster and the hosts, whose kernels mount volumes, reach the
 * monitors and the daemons.
 */
export function cephFlows(role: Role, clients: readonly PodKind[]): readonly Flow[] {
  const pods = cephPods(role);
  const { version: _, ...daemons } = pods;
  const everybody = ["hosts" as const, ...Object.values(daemons), ...clients];
  return [
    ...flowsBetween(everybody, [pods.mon], MONITOR_PORTS),
    ...flowsBetween(everybody, [pods.mgr, pods.osd, pods.mds], [DAEMON_PORTS]),
  ];
}
