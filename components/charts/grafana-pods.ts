import type { V1Container, V1DeploymentStrategy, V1PodSpec } from "@kubernetes/client-node";
import { claim, type ContainerLimits, deployment } from "../workloads/kit";
import type { Workload } from "../workloads/workload";
import { POD } from "./placement";

/** The values of the sub-chart Grafana, as kube-prometheus-stack has them, as far as they decide what runs. */
export const GRAFANA = {
  ...POD,
  enabled: true,
  replicas: 1,
  securityContext: { runAsNonRoot: true, runAsUser: 472, runAsGroup: 472, fsGroup: 472 } as NonNullable<V1PodSpec["securityContext"]>,
  deploymentStrategy: { type: "RollingUpdate" } as V1DeploymentStrategy,
  persistence: { enabled: false, storageClassName: null as string | null, size: "10Gi", accessModes: ["ReadWriteOnce"] },
  initChownData: { enabled: true, resources: {} as ContainerLimits },
  sidecar: { resources: {} as ContainerLimits, dashboards: { enabled: true }, datasources: { enabled: true } },
};

const seccomp = { seccompProfile: { type: "RuntimeDefault" } };

/** What Grafana's containers may do; they write to their root file system. */
const SECURITY = { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] }, ...seccomp };

type Pod = Omit<V1PodSpec, "containers">;

/** Grafana with its sidecars, and its volume if it keeps one. */
export function grafanaWorkloads(
  release: string,
  namespace: string,
  { persistence, initChownData, sidecar, ...values }: typeof GRAFANA,
  { selector, pod }: { readonly selector: Readonly<Record<string, string>>; readonly pod: Pod },
): readonly Workload[] {
  const name = `${release}-grafana`;
  const side = (what: string): V1Container => ({
    name: `grafana-sc-${what}`,
    image: "quay.io/kiwigrid/k8s-sidecar:2.10.1",
    resources: sidecar.resources,
    securityContext: SECURITY,
  });
  const stored = persistence.enabled;
  return [
    deployment({
      name,
      namespace,
      replicas: values.replicas,
      strategy: values.deploymentStrategy,
      selector,
      containers: [
        ...(sidecar.dashboards.enabled ? [side("dashboard")] : []),
        ...(sidecar.datasources.enabled ? [side("datasources")] : []),
        {
          name: "grafana",
          image: "docker.io/grafana/grafana:13.2.0",
          resources: values.resources,
          securityContext: SECURITY,
          ports: [
            { name: "grafana", containerPort: 3000 },
            { name: "gossip-tcp", containerPort: 9094 },
            { name: "gossip-udp", containerPort: 9094, protocol: "UDP" },
            { name: "profiling", containerPort: 6060 },
          ],
        },
      ],
      pod: {
        ...pod,
        securityContext: values.securityContext,
        ...(stored && {
          volumes: [{ name: "storage", persistentVolumeClaim: { claimName: name } }],
          ...(initChownData.enabled && {
            initContainers: [
              {
                name: "init-chown-data",
                image: "docker.io/library/busybox:1.38.0",
                resources: initChownData.resources,
                securityContext: {
                  runAsNonRoot: false,
                  runAsUser: 0,
                  capabilities: { add: ["CHOWN", "DAC_OVERRIDE"], drop: ["ALL"] },
                  ...seccomp,
                },
              },
            ],
          }),
        }),
      },
    }),
    ...(stored ? [claim(name, namespace, persistence.size, persistence.storageClassName ?? undefined)] : []),
  ];
}
