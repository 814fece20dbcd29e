import type { V1Container } from "@kubernetes/client-node";
import { type ContainerLimits, daemonSet, deployment, LOCKED, tcpPorts } from "../workloads/kit";
import type { Workload } from "../workloads/workload";

/** Any host may announce an address, those of the control plane too. */
export const CONTROL_PLANE = ["master", "control-plane"].map((role) => ({
  key: `node-role.kubernetes.io/${role}`,
  operator: "Exists",
  effect: "NoSchedule",
}));

/** Image of the routing daemon in the speaker (https://github.com/metallb/metallb/blob/v0.16.2/charts/metallb/values.yaml, speaker.frr). */
const FRR = "quay.io/frrouting/frr:10.6.2";
const FRR_K8S = "quay.io/metallb/frr-k8s:v0.0.27";

/** Init containers that copy what the routing daemon needs; the image that holds the copied programs comes first. */
export function frrFiles(programs: string): V1Container[] {
  return [
    { name: "cp-frr-files", image: FRR, securityContext: { runAsUser: 100, runAsGroup: 101 } },
    ...["cp-reloader", "cp-metrics"].map((name) => ({ name, image: programs })),
  ];
}

const routing = (resources: ContainerLimits = {}): V1Container => ({
  name: "frr",
  image: FRR,
  resources,
  securityContext: {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { add: ["NET_ADMIN", "NET_RAW", "SYS_ADMIN", "NET_BIND_SERVICE"] },
  },
});

/** What a speaker of its own routing daemon runs beside the speaker. */
export function frrContainers({
  frr,
  reloader,
  frrMetrics,
}: Readonly<Record<"frr" | "reloader" | "frrMetrics", { readonly resources: ContainerLimits }>>): V1Container[] {
  const securityContext = { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true };
  return [
    routing(frr.resources),
    { name: "reloader", image: FRR, resources: reloader.resources, securityContext },
    { name: "frr-metrics", image: FRR, resources: frrMetrics.resources, securityContext, ports: tcpPorts(["frrmetricshttps", 9121]) },
  ];
}

/** The sub-chart that speaks BGP on every host (https://github.com/metallb/frr-k8s/tree/v0.0.27/charts/frr-k8s). */
export function frrK8s(release: string, namespace: string): readonly Workload[] {
  const name = `${release}-frr-k8s`;
  return [
    daemonSet({
      name,
      namespace,
      selector: {
        "app.kubernetes.io/name": "frr-k8s",
        "app.kubernetes.io/instance": release,
        "app.kubernetes.io/component": "frr-k8s",
      },
      labels: { app: "frr-k8s" },
      containers: [
        {
          name: "controller",
          image: FRR_K8S,
          securityContext: { ...LOCKED, capabilities: { add: ["NET_RAW"], drop: ["ALL"] } },
          ports: tcpPorts(["metricshttps", 9140]),
        },
        routing(),
        { name: "reloader", image: FRR },
        { name: "frr-metrics", image: FRR, ports: tcpPorts(["frrmetricshttps", 9141]) },
        { name: "frr-status", image: FRR },
      ],
      pod: {
        hostNetwork: true,
        nodeSelector: { "kubernetes.io/os": "linux" },
        tolerations: CONTROL_PLANE,
        initContainers: [...frrFiles(FRR_K8S), { name: "cp-frr-status", image: FRR_K8S }],
      },
    }),
    deployment({
      name: `${name}-statuscleaner`,
      namespace,
      selector: { "app.kubernetes.io/component": "statuscleaner" },
      containers: [{ name: "frr-k8s-statuscleaner", image: FRR_K8S, securityContext: LOCKED, ports: tcpPorts(["webhook", 19443]) }],
      pod: { hostNetwork: true, tolerations: CONTROL_PLANE },
    }),
  ];
}
