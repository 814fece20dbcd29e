import { fullName, ofServices, type Chart } from "./chart";
import { CONTROL_PLANE, frrContainers, frrFiles, frrK8s } from "./metallb-frr";
import { type ContainerLimits, daemonSet, deployment, LOCKED, type Resources, tcpPorts } from "../workloads/kit";
import { placed, POD, prioritized } from "./placement";
import { withDefaults } from "./values";

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

/** Keys of each of the chart's pods. */
const METALLB_POD = { ...POD, priorityClassName: "" };

/** The chart's own values, as far as they decide what runs (https://github.com/metallb/metallb/blob/v0.16.2/charts/metallb/values.yaml). */
const DEFAULTS = {
  controller: { ...METALLB_POD, enabled: true },
  speaker: {
    ...METALLB_POD,
    enabled: true,
    tolerateMaster: true,
    frr: { enabled: false, resources: {} as ContainerLimits },
    reloader: { resources: {} as ContainerLimits },
    frrMetrics: { resources: {} as ContainerLimits },
  },
  frrk8s: { enabled: true },
};

/**
 * MetalLB (https://github.com/metallb/metallb/tree/v0.16.2/charts/metallb): one controller, and one speaker on each host. With `frrk8s` a
 * second DaemonSet speaks BGP; without it, and with `speaker.frr`, further containers of the speaker do.
 */
export const metallb: Chart<MetallbValues> = {
  name: "metallb",
  repository: "https://metallb.github.io/metallb",
  version: "0.16.2",
  crdGroups: ["metallb.io"],
  // A host without a speaker announces no address, and of an address whose traffic stays local only hosts of its pods announce it.
  tolerations: [...ofServices("controller.tolerations"), { key: "speaker.tolerations", hosts: "all" }],
  configuration: [],
  workloads: ({ name: release, namespace, values }) => {
    const { controller, speaker, frrk8s } = withDefaults(DEFAULTS, values);
    const name = fullName(release, "metallb");
    const labels = (component: string) => ({
      selector: {
        "app.kubernetes.io/name": "metallb",
        "app.kubernetes.io/instance": release,
        "app.kubernetes.io/component": component,
      },
    });
    const where = (pod: typeof METALLB_POD, tolerations = pod.tolerations) => ({
      ...placed({ ...pod, nodeSelector: { "kubernetes.io/os": "linux", ...pod.nodeSelector }, tolerations }),
      ...prioritized(pod.priorityClassName),
    });
    const bgp = speaker.frr.enabled && !frrk8s.enabled;
    return [
      ...(controller.enabled
        ? [
            deployment({
              name: `${name}-controller`,
              namespace,
              ...labels("controller"),
              containers: [
                {
                  name: "controller",
                  image: `quay.io/metallb/controller:${tag}`,
                  resources: controller.resources,
                  securityContext: LOCKED,
                  ports: tcpPorts(["metricshttps", 9120], ["webhook-server", 9443]),
                },
              ],
              pod: {
                ...where(controller),
                securityContext: { runAsNonRoot: true, runAsUser: 65534, fsGroup: 65534 },
              },
            }),
          ]
        : []),
      ...(speaker.enabled
        ? [
            daemonSet({
              name: `${name}-speaker`,
              namespace,
              ...labels("speaker"),
              containers: [
                {
                  name: "speaker",
                  image: `quay.io/metallb/speaker:${tag}`,
                  resources: speaker.resources,
                  securityContext: { ...LOCKED, capabilities: { add: ["NET_RAW"], drop: ["ALL"] } },
                  ports: [
                    ...tcpPorts(["metricshttps", 9120], ["memberlist-tcp", 7946]),
                    { name: "memberlist-udp", containerPort: 7946, protocol: "UDP" },
                  ],
                },
                ...(bgp ? frrContainers(speaker) : []),
              ],
              pod: {
                hostNetwork: true,
                ...where(speaker, [...(speaker.tolerateMaster ? CONTROL_PLANE : []), ...speaker.tolerations]),
                ...(bgp && { initContainers: frrFiles(`quay.io/metallb/speaker:${tag}`) }),
              },
            }),
          ]
        : []),
      ...(frrk8s.enabled ? frrK8s(release, namespace) : []),
    ];
  },
};
