import type { PackPod } from "../../capacity/packing/model";
import type { PodVerdict } from "../../capacity/packing/prove";
import type { PackFacility } from "./pack-facility";

/** Label by which Rook marks what each of its pods is. */
const MON = { app: "rook-ceph-mon" };

/**
 * Without monitors that have no host left while the others of their cluster still are a majority. A monitor keeps its data on its host, so Rook lets it wait
 * there; the cluster goes on, and three hosts are a whole cluster (rook/rook, pkg/operator/ceph/cluster/mon/mon.go: a monitor that is placed is tied to its host).
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

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
