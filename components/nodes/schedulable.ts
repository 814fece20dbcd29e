import { allocatable, type SetAside } from "../../capacity/allocatable";
import type { LabelledHost, SchedulableHost } from "../../capacity/placement";
import { bytes } from "../../capacity/quantity";
import type { Amounts } from "../../capacity/requests";
import { labelsOf } from "./labels";
import { hostsOf, type Nodes, type Use } from "./settings";

/** What kubeadm puts on a control-plane host. */
const CONTROL_PLANE = "node-role.kubernetes.io/control-plane";

/** Most pods of a host: the kubelet's default `maxPods` (v1.37 `pkg/kubelet/apis/config/v1beta1/defaults.go`). */
export const MAX_PODS = 110n;

/** Resource of a host's own disk. */
export const EPHEMERAL = "ephemeral-storage";

/** A machine of the site, with what it is for and what it offers to pods. */
export interface SiteHost extends SchedulableHost, LabelledHost {
  readonly pool: string;
  readonly rack: string;
  readonly uses: readonly Use[];
  /** What pods may ask for: `cpu`, `memory`, `pods`, and `ephemeral-storage` where the site file says how much there is. */
  readonly allocatable: Amounts;
}

/** The site's machines as the scheduler will see them: labels of the kubelet and of the site file, taints, and what they have. */
export function schedulableHosts({ nodes }: { readonly nodes: Nodes }): readonly SiteHost[] {
  return hostsOf(nodes).map(({ name, pool, rack, controlPlane, cpu, memory, ephemeral }) => {
    const settings = nodes[pool];
    const capacity = { cpu: BigInt(Math.round(cpu * 1000)), memory: BigInt(memory) };
    return {
      name,
      pool,
      rack,
      uses: settings?.runs ?? [],
      labels: {
        "kubernetes.io/hostname": name,
        "kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64",
        ...(controlPlane && { [CONTROL_PLANE]: "" }),
        ...(settings && labelsOf(pool, settings)),
      },
      taints: [...(settings?.taints ?? []), ...(controlPlane ? [{ key: CONTROL_PLANE, effect: "NoSchedule" }] : [])],
      ...capacity,
      allocatable: allocatable(
        { ...capacity, pods: MAX_PODS, ...(ephemeral !== undefined && { [EPHEMERAL]: BigInt(ephemeral) }) },
        setAside(ephemeral),
      ),
    };
  });
}

/**
 * The kubelet's own thresholds, unless it is told otherwise: 100 MiB of memory, 10 % of the disk (v1.37 `pkg/kubelet/eviction/defaults_linux.go`). It reckons a
 * percentage with a number of 32 bits (`helpers.go`, parsePercentage; `api/types.go`, GetThresholdQuantity).
 */
function setAside(ephemeral = 0): SetAside {
  return { eviction: { memory: bytes("100Mi"), [EPHEMERAL]: BigInt(Math.trunc(ephemeral * Math.fround(0.1))) } };
}

/** Hosts that take the facility's pods: masters run nothing but what runs everywhere. */
export function workers<Host extends SiteHost>(hosts: readonly Host[]): readonly Host[] {
  return hosts.filter(({ uses }) => !uses.includes("control-plane"));
}
