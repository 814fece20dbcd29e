import type { SchedulableHost } from "../capacity/placement";
import { labelsOf } from "../components/nodes/labels";
import { hostsOf } from "../components/nodes/settings";
import type { Site } from "../stacks/site";

/** What kubeadm puts on a control-plane host. */
const CONTROL_PLANE = "node-role.kubernetes.io/control-plane";

/**
 * The site's machines as the scheduler will see them: labels of the kubelet and of the site file, taints, and all of what they have.
 * Nothing is set aside yet for the system and for what runs on every host, so what does not fit here fits nowhere.
 */
export function schedulableHosts({ nodes }: Site): readonly SchedulableHost[] {
  return hostsOf(nodes).map(({ name, pool, controlPlane, cpu, memory }) => {
    const settings = nodes[pool];
    return {
      name,
      labels: {
        "kubernetes.io/hostname": name,
        "kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64",
        ...(controlPlane && { [CONTROL_PLANE]: "" }),
        ...(settings && labelsOf(pool, settings)),
      },
      taints: [...(settings?.taints ?? []), ...(controlPlane ? [{ key: CONTROL_PLANE, effect: "NoSchedule" }] : [])],
      cpu: BigInt(Math.round(cpu * 1000)),
      memory: BigInt(memory),
    };
  });
}
