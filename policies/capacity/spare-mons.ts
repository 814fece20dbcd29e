import { sum } from "../../capacity/packing/exact-numbers";
import type { PackPod } from "../../capacity/packing/model";
import type { PodVerdict } from "../../capacity/packing/prove";
import type { PackFacility } from "./pack-facility";

/** The label that Rook puts on the pods of monitors. */
const MON = { app: "rook-ceph-mon" };

/**
 * The waiting pods without those monitors that their Ceph cluster can do without: the cluster serves as long as more than half of its monitors run. A monitor
 * keeps its data on its host, so Rook ties the pod to that host and lets it wait there
 * (https://github.com/rook/rook/blob/v1.20.0/pkg/operator/ceph/cluster/mon/mon.go). Without this, three hosts, which are a whole cluster, could not lose one.
 */
export function withoutSpareMons(waiting: readonly PodVerdict[], { platform }: PackFacility): readonly PodVerdict[] {
  const all = platform.map(({ pod }) => pod).filter(isMon);
  return waiting.filter(({ pod }) => {
    if (!isMon(pod)) return true;
    const inCluster = (each: PackPod) => isMon(each) && each.namespace === pod.namespace;
    const mons = sum(all.filter(inCluster).map(({ count }) => count));
    const stuck = sum(waiting.filter((each) => inCluster(each.pod)).map((each) => each.waiting));
    return 2 * (mons - stuck) <= mons;
  });
}

function isMon({ labels = {} }: PackPod): boolean {
  return labels["app"] === MON.app;
}
