import type { Chart } from "./chart";
import { daemonSet, deployment, type Resources } from "../workloads/kit";

export interface MetallbValues {
  readonly controller: { readonly resources: Resources };
  readonly speaker: { readonly resources: Resources };
  /** Off for layer 2: on by default it adds a second host-network DaemonSet of five containers (guide chart-footprints.md §1, finding 4). */
  readonly frrk8s: { readonly enabled: false };
}

const tag = "v0.16.2";

/** MetalLB for layer 2: one controller, one speaker a node. */
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
        // The chart lets speakers run on masters too: an address may be announced from anywhere.
        tolerations: [{ key: "node-role.kubernetes.io/control-plane", operator: "Exists", effect: "NoSchedule" }],
      },
    }),
  ],
};
