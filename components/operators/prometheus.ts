import type {
  V1Affinity,
  V1Container,
  V1ContainerPort,
  V1PersistentVolumeClaimSpec,
  V1PodSecurityContext,
  V1Toleration,
  V1TopologySpreadConstraint,
  V1Volume,
} from "@kubernetes/client-node";
import type { Manifest } from "../manifest";
import { type ContainerLimits, LOCKED, statefulSet } from "../workloads/kit";
import type { Workload } from "../workloads/workload";

/**
 * The fields of a Prometheus and of an Alertmanager that decide what runs
 * (https://github.com/prometheus-operator/prometheus-operator/blob/v0.93.0/Documentation/api-reference/api.md).
 */
export interface PrometheusSpec {
  readonly image?: string;
  readonly replicas?: number;
  readonly portName?: string;
  readonly resources?: ContainerLimits;
  readonly storage?: {
    readonly volumeClaimTemplate?: { readonly metadata?: { readonly name?: string }; readonly spec?: V1PersistentVolumeClaimSpec };
  };
  readonly nodeSelector?: Readonly<Record<string, string>>;
  readonly priorityClassName?: string;
  readonly affinity?: V1Affinity;
  readonly tolerations?: readonly V1Toleration[];
  readonly topologySpreadConstraints?: readonly V1TopologySpreadConstraint[];
  readonly securityContext?: V1PodSecurityContext;
  readonly hostNetwork?: boolean;
  readonly containers?: readonly V1Container[];
  readonly initContainers?: readonly V1Container[];
  readonly volumes?: readonly V1Volume[];
  readonly [setting: string]: unknown;
}

/** The container with which the operator rewrites and reloads the configuration of what it runs. */
export interface ConfigReloader {
  readonly image: string;
  readonly resources: ContainerLimits;
}

/** The config reloader of the operator's release, without resources of its own. */
export const CONFIG_RELOADER: ConfigReloader = {
  image: "quay.io/prometheus-operator/prometheus-config-reloader:v0.93.1",
  resources: {},
};

/**
 * Workloads that the Prometheus operator runs for a Prometheus or an Alertmanager; none for any other kind.
 * @param siblings objects beside the resource. The arguments of the operator's Deployment say what a config reloader asks for.
 */
export function prometheusOperands(resource: Manifest, siblings: readonly Manifest[]): readonly Workload[] {
  const { name = "", namespace = "" } = resource.metadata;
  const spec = (resource["spec"] ?? {}) as PrometheusSpec;
  switch (resource.kind) {
    case "Prometheus":
      return [prometheusStatefulSet(name, namespace, spec, reloaderOf(siblings))];
    case "Alertmanager":
      return [alertmanagerStatefulSet(name, namespace, spec, reloaderOf(siblings))];
    default:
      return [];
  }
}

function reloaderOf(siblings: readonly Manifest[]): ConfigReloader {
  const text = JSON.stringify(siblings.filter(({ kind }) => kind === "Deployment"));
  const argument = (name: string) => new RegExp(`"--${name}=([^"]+)"`).exec(text)?.[1];
  const amount = (resource: string, bound: string) => {
    const value = argument(`config-reloader-${resource}-${bound}`);
    return value === undefined || value === "0" ? {} : { [resource]: value };
  };
  return {
    image: argument("prometheus-config-reloader") ?? CONFIG_RELOADER.image,
    resources: {
      requests: { ...amount("cpu", "request"), ...amount("memory", "request") },
      limits: { ...amount("cpu", "limit"), ...amount("memory", "limit") },
    },
  };
}

/**
 * The StatefulSet of a Prometheus
 * (https://github.com/prometheus-operator/prometheus-operator/blob/v0.93.0/pkg/prometheus/server/statefulset.go).
 */
export function prometheusStatefulSet(name: string, namespace: string, spec: PrometheusSpec, reloader: ConfigReloader): Workload {
  const labels = { prometheus: name, "operator.prometheus.io/name": name, "operator.prometheus.io/shard": "0" };
  const ports = [{ name: spec.portName ?? "web", containerPort: 9090, protocol: "TCP" }];
  return operated("prometheus", name, namespace, spec, reloader, labels, ports);
}

/**
 * The StatefulSet of an Alertmanager
 * (https://github.com/prometheus-operator/prometheus-operator/blob/v0.93.0/pkg/alertmanager/statefulset.go).
 */
export function alertmanagerStatefulSet(name: string, namespace: string, spec: PrometheusSpec, reloader: ConfigReloader): Workload {
  return operated("alertmanager", name, namespace, spec, reloader, { alertmanager: name }, [
    { name: spec.portName ?? "web", containerPort: 9093, protocol: "TCP" },
    { name: "mesh-tcp", containerPort: 9094, protocol: "TCP" },
    { name: "mesh-udp", containerPort: 9094, protocol: "UDP" },
  ]);
}

function operated(
  application: "prometheus" | "alertmanager",
  name: string,
  namespace: string,
  spec: PrometheusSpec,
  { image, resources }: ConfigReloader,
  labels: Readonly<Record<string, string>>,
  ports: V1ContainerPort[],
): Workload {
  const reloader = (container: string, port: string, containerPort: number): V1Container => ({
    name: container,
    image,
    resources,
    securityContext: LOCKED,
    ports: [{ name: port, containerPort, protocol: "TCP" }],
  });
  const claim = spec.storage?.volumeClaimTemplate;
  const volume = `${application}-${name}-db`;
  return statefulSet({
    name: `${application}-${name}`,
    namespace,
    replicas: spec.replicas ?? 1,
    parallel: true,
    selector: {
      "app.kubernetes.io/managed-by": "prometheus-operator",
      "app.kubernetes.io/name": application,
      "app.kubernetes.io/instance": name,
      ...labels,
    },
    containers: [
      { name: application, ...(spec.image && { image: spec.image }), resources: spec.resources ?? {}, securityContext: LOCKED, ports },
      reloader("config-reloader", "reloader-web", 8080),
      ...(spec.containers ?? []),
    ],
    pod: {
      initContainers: [reloader("init-config-reloader", "reloader-init", 8081), ...(spec.initContainers ?? [])],
      ...(spec.securityContext && { securityContext: spec.securityContext }),
      ...(spec.nodeSelector && { nodeSelector: { ...spec.nodeSelector } }),
      ...(spec.priorityClassName && { priorityClassName: spec.priorityClassName }),
      ...(spec.affinity && { affinity: spec.affinity }),
      ...(spec.hostNetwork && { hostNetwork: true }),
      tolerations: [...(spec.tolerations ?? [])],
      topologySpreadConstraints: [...(spec.topologySpreadConstraints ?? [])],
      // The finished configuration holds credentials, so the operator keeps it off disks.
      volumes: [{ name: "config-out", emptyDir: { medium: "Memory" } }, ...(spec.volumes ?? [])],
    },
    ...(claim?.spec && {
      claims: { [claim.metadata?.name ?? volume]: { ...claim.spec, accessModes: claim.spec.accessModes ?? ["ReadWriteOnce"] } },
    }),
  });
}
