import { allocatable, type SetAside } from "../../capacity/allocatable";
import type { LabelledHost, SchedulableHost } from "../../capacity/placement";
import { bytes } from "../../capacity/quantity";
import type { Amounts } from "../../capacity/requests";
import { labelsOf } from "./labels";
import { hostsOf, type Nodes, type Use } from "./settings";

/** Key of the label and of the taint that kubeadm puts on a control-plane host. */
const CONTROL_PLANE = "node-role.kubernetes.io/control-plane";

/** Most pods of a host: the kubelet's default of `maxPods` (https://kubernetes.io/docs/reference/config-api/kubelet-config.v1beta1/). */
export const MAX_PODS = 110n;

/** Name of the resource that counts bytes on a host's own disk. */
export const EPHEMERAL = "ephemeral-storage";

/** A host of the site, with its uses and with what it offers to pods. */
export interface SiteHost extends SchedulableHost, LabelledHost {
  readonly pool: string;
  readonly rack: string;
  readonly uses: readonly Use[];
  /**
   * What pods may request: `cpu` in millicores, `memory` in bytes, `pods`, `ephemeral-storage` in bytes if the site file states it, and numbers of devices.
   */
  readonly allocatable: Amounts;
}

/**
 * The site's hosts as the scheduler will see them: with the labels of the kubelet and of the site file, their taints and their capacity.
 */
export function schedulableHosts({ nodes }: { readonly nodes: Nodes }): readonly SiteHost[] {
  return hostsOf(nodes).map(({ name, pool, rack, controlPlane, cpu, memory, ephemeral, devices }) => {
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
        {
          ...capacity,
          pods: MAX_PODS,
          ...(ephemeral !== undefined && { [EPHEMERAL]: BigInt(ephemeral) }),
          ...Object.fromEntries(Object.entries(devices).map(([device, number]) => [device, BigInt(number)])),
        },
        setAside(ephemeral),
      ),
    };
  });
}

/**
 * What the kubelet keeps back by its default eviction thresholds: 100 MiB of memory and 10 % of the disk
 * (https://kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction/#default-hard-eviction-thresholds). It computes the
 * percentage with a 32-bit float (https://github.com/kubernetes/kubernetes/blob/master/pkg/kubelet/eviction/helpers.go, parsePercentage).
 */
function setAside(ephemeral = 0): SetAside {
  return { eviction: { memory: bytes("100Mi"), [EPHEMERAL]: BigInt(Math.trunc(ephemeral * Math.fround(0.1))) } };
}

/** Hosts that take the facility's pods. Control-plane hosts run only DaemonSets. */
export function workers<Host extends SiteHost>(hosts: readonly Host[]): readonly Host[] {
  return hosts.filter(({ uses }) => !uses.includes("control-plane"));
}
