import type { Chart } from "./chart";
import { daemonSet, deployment, type Resources } from "../workloads/kit";

/** The part of the chart's values that this project sets. */
export interface MetallbValues {
  readonly controller: { readonly resources: Resources };
  readonly speaker: { readonly resources: Resources };
  /**
   * Off, because layer 2 does not need it. It is on by default and adds a second DaemonSet of five containers on the host's network
   * (https://github.com/metallb/metallb/blob/v0.16.2/charts/metallb/values.yaml).
   */
  readonly frrk8s: { readonly enabled: false };
}

const tag = "v0.16.2";

/** MetalLB for layer 2 (https://github.com/metallb/metallb/tree/v0.16.2/charts/metallb): one controller, and one speaker on each host. */
export const metallb: Chart<MetallbValues> = {
  name: "metallb",
  repository: "https://metallb.github.io/metallb",
  version: "0.16.2",
  crdGroups: ["metallb.io"],
  workloads: ({ name, namespace, values }) => [
    deployment({
      name: `${name}-controller`,
      namespace,
      containers: [{ name: "controller", image: `quay.io/metallb/controller:${tag}`, resources: values.controller.resources }],
    }),
    daemonSet({
      name: `${name}-speaker`,
      namespace,
      containers: [
        {
          name: "speaker",
          image: `quay.io/metallb/speaker:${tag}`,
          resources: values.speaker.resources,
          securityContext: { allowPrivilegeEscalation: false, capabilities: { add: ["NET_RAW"], drop: ["ALL"] } },
        },
      ],
      pod: {
        hostNetwork: true,
        // The chart lets speakers run on control-plane hosts too, because any host may announce an address.
        tolerations: [{ key: "node-role.kubernetes.io/control-plane", operator: "Exists", effect: "NoSchedule" }],
      },
    }),
  ],
};
