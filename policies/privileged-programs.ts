import { chartObject } from "./standing-exception";

/** Programs of charts and operators that more than one rule has an exception for, because they work on their host. */
export const SPEAKER = chartObject("metallb", "DaemonSet", "{release}-speaker");
/** Reports what a host does. */
export const NODE_EXPORTER = chartObject("kube-prometheus-stack", "DaemonSet", "{release}-prometheus-node-exporter");
/** Makes an OSD of a disk. */
export const OSD_PREPARE = chartObject("rook-ceph", "Job", "rook-ceph-osd-prepare-{id}");
/** A kind of daemon of Ceph, such as `osd`. */
export const cephDaemon = (kind: string) => chartObject("rook-ceph", "Deployment", `rook-ceph-${kind}-{id}`);
/** A plugin of Ceph CSI: `nodeplugin` or `ctrlplugin` of the driver `rbd` or `cephfs`. */
export const csiPlugin = (kind: string, driver: string, plugin: string) =>
  chartObject("ceph-csi-drivers", kind, `{namespace}.${driver}.csi.ceph.com-${plugin}`);
