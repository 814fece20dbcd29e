import type { V1Container, V1PodSpec, V1PodTemplateSpec, V1SecurityContext } from "@kubernetes/client-node";
import { canonicalQuantity } from "../../capacity/quantity";
import type { Manifest } from "../../components/manifest";
import { isWorkload } from "../../components/workloads/workload";

/** What an object costs and where its pods may run: one text for each field, by the field's name. */
export type Footprint = Readonly<Record<string, string>>;

/** The specs of all kinds that are compared, as far as they are read here. */
interface Spec {
  readonly replicas?: number;
  readonly strategy?: { readonly type?: string; readonly rollingUpdate?: Rolling };
  readonly updateStrategy?: { readonly type?: string; readonly rollingUpdate?: Rolling };
  readonly podManagementPolicy?: string;
  readonly selector?: { readonly matchLabels?: Readonly<Record<string, string>> } & Readonly<Record<string, unknown>>;
  readonly template?: V1PodTemplateSpec;
  readonly volumeClaimTemplates?: readonly { readonly metadata?: { readonly name?: string }; readonly spec?: ClaimSpec }[];
  readonly type?: string;
  readonly externalTrafficPolicy?: string;
  readonly ports?: readonly { readonly name?: string; readonly port: number; readonly targetPort?: unknown; readonly protocol?: string }[];
  readonly minAvailable?: unknown;
  readonly maxUnavailable?: unknown;
}

interface Rolling {
  readonly maxSurge?: unknown;
  readonly maxUnavailable?: unknown;
}

interface ClaimSpec {
  readonly accessModes?: readonly string[];
  readonly storageClassName?: string;
  readonly resources?: { readonly requests?: Readonly<Record<string, string | number>> };
}

/**
 * The footprints of the workloads among some objects, by kind and name. An autoscaled workload counts its most replicas. A Service counts where
 * it asks for an address or for ports of the hosts; a pod that `helm test` alone starts counts never.
 */
export function footprintsOf(objects: readonly Manifest[]): ReadonlyMap<string, Footprint> {
  const maxima = new Map(
    objects
      .filter(({ kind }) => kind === "HorizontalPodAutoscaler")
      .map(({ spec }) => {
        const { scaleTargetRef: target, maxReplicas } = spec as { scaleTargetRef: { kind: string; name: string }; maxReplicas: number };
        return [`${target.kind} ${target.name}`, maxReplicas];
      }),
  );
  return new Map(
    objects.filter(counts).map((object) => {
      const name = `${object.kind} ${object.metadata.name ?? ""}`;
      return [name, footprint(object, maxima.get(name))];
    }),
  );
}

function counts(object: Manifest): boolean {
  if (!isWorkload(object) || hookOf(object) === "test") return false;
  return object.kind !== "Service" || ["LoadBalancer", "NodePort"].includes((object["spec"] as Spec | undefined)?.type ?? "");
}

function hookOf({ metadata }: Manifest): string | undefined {
  return metadata.annotations?.["helm.sh/hook"];
}

function footprint(object: Manifest, autoscaledTo: number | undefined): Footprint {
  const spec = (object["spec"] ?? {}) as Spec;
  const scaled = ["Deployment", "StatefulSet"].includes(object.kind);
  return present({
    hook: hookOf(object),
    replicas: scaled ? String(autoscaledTo ?? spec.replicas ?? 1) : undefined,
    ...updates(object.kind, spec),
    ...(spec.template && { ...podFields(spec.template), selector: scaled ? json(spec.selector?.matchLabels) : undefined }),
    ...Object.fromEntries(
      (spec.volumeClaimTemplates ?? []).map(({ metadata, spec: claim }) => [`claim ${metadata?.name ?? ""}`, claimText(claim ?? {})]),
    ),
    ...(object.kind === "PersistentVolumeClaim" && { claim: claimText(spec as ClaimSpec) }),
    ...(object.kind === "Service" && {
      type: spec.type,
      selector: json(spec.selector),
      annotations: json(object.metadata.annotations),
      externalTrafficPolicy: spec.externalTrafficPolicy,
      ports: list(
        spec.ports?.map(
          ({ name, port, targetPort = port, protocol = "TCP" }) => `${name ?? ""} ${port}/${protocol} to ${String(targetPort)}`,
        ),
      ),
    }),
    ...(object.kind === "PodDisruptionBudget" && {
      minAvailable: text(spec.minAvailable),
      maxUnavailable: text(spec.maxUnavailable),
      selector: json(spec.selector),
    }),
  });
}

/** How pods are replaced, with the API server's defaults. */
function updates(kind: string, { strategy, updateStrategy, podManagementPolicy = "OrderedReady" }: Spec): Partial<Footprint> {
  switch (kind) {
    case "Deployment": {
      if (strategy?.type === "Recreate") return { strategy: "Recreate" };
      const { maxSurge = "25%", maxUnavailable = "25%" } = strategy?.rollingUpdate ?? {};
      return { strategy: `RollingUpdate, ${text(maxSurge)} more, ${text(maxUnavailable)} fewer` };
    }
    case "DaemonSet": {
      if (updateStrategy?.type === "OnDelete") return { strategy: "OnDelete" };
      const { maxSurge = 0, maxUnavailable = 1 } = updateStrategy?.rollingUpdate ?? {};
      return { strategy: `RollingUpdate, ${text(maxSurge)} more, ${text(maxUnavailable)} fewer` };
    }
    case "StatefulSet":
      return { strategy: updateStrategy?.type ?? "RollingUpdate", podManagementPolicy };
    default:
      return {};
  }
}

/** Labels that name a version or a tool. They change at every upgrade, and nothing selects pods by them. */
const VERSION_LABELS = /^(helm\.sh\/chart|app\.kubernetes\.io\/(version|managed-by|part-of)|chart|heritage)$/;

function podFields({ metadata, spec }: V1PodTemplateSpec): Partial<Footprint> {
  if (!spec) return {};
  const labels = Object.entries(metadata?.labels ?? {}).filter(([name]) => !VERSION_LABELS.test(name));
  return {
    labels: json(Object.fromEntries(labels)),
    nodeSelector: json(spec.nodeSelector),
    affinity: json(spec.affinity),
    tolerations: list(spec.tolerations?.map((toleration) => json(toleration) ?? "{}")),
    topologySpreadConstraints: list(spec.topologySpreadConstraints?.map((constraint) => json(constraint) ?? "{}")),
    priorityClassName: spec.priorityClassName || undefined,
    schedulerName: spec.schedulerName,
    hostNetwork: on(spec.hostNetwork),
    hostPID: on(spec.hostPID),
    hostIPC: on(spec.hostIPC),
    fsGroup: text(spec.securityContext?.fsGroup),
    volumes: list(volumesOf(spec)),
    initContainers: list(spec.initContainers?.map(({ name }) => name)),
    containers: list(spec.containers.map(({ name }) => name)),
    ...Object.fromEntries([...(spec.initContainers ?? []), ...spec.containers].flatMap((container) => containerFields(container, spec))),
  };
}

/** Volumes that stay on a host, that are claimed, or that are of memory. */
function volumesOf({ volumes }: V1PodSpec): readonly string[] {
  return (volumes ?? []).flatMap(({ hostPath, persistentVolumeClaim, emptyDir }) => {
    if (hostPath) return [`host path ${hostPath.path}`];
    if (persistentVolumeClaim) return [`claim ${persistentVolumeClaim.claimName}`];
    if (emptyDir?.medium === "Memory") return ["memory"];
    return [];
  });
}

function containerFields(container: V1Container, pod: V1PodSpec): readonly (readonly [string, string | undefined])[] {
  const { name, image, resources, ports, restartPolicy } = container;
  const quantities = (amounts: Readonly<Record<string, string>> | undefined) =>
    json(amounts && Object.fromEntries(Object.entries(amounts).map(([resource, amount]) => [resource, canonicalQuantity(amount)])));
  const fields = {
    image,
    requests: quantities(resources?.requests),
    limits: quantities(resources?.limits),
    ports: list(
      ports?.map(({ name: port = "", containerPort, protocol = "TCP", hostPort }) => {
        return `${port} ${containerPort}/${protocol}${hostPort ? ` on the host's ${hostPort}` : ""}`;
      }),
    ),
    restartPolicy,
    security: json(securityOf(container.securityContext, pod.securityContext)),
  };
  return Object.entries(fields).map(([field, value]) => [`${name}.${field}`, value] as const);
}

/** What a container may do: its own security context over that of the pod. */
function securityOf(own: V1SecurityContext | undefined, pod: V1SecurityContext | undefined): Readonly<Record<string, unknown>> {
  const capabilities = own?.capabilities;
  return {
    privileged: own?.privileged || undefined,
    allowPrivilegeEscalation: own?.allowPrivilegeEscalation,
    readOnlyRootFilesystem: own?.readOnlyRootFilesystem || undefined,
    runAsNonRoot: own?.runAsNonRoot ?? pod?.runAsNonRoot,
    runAsUser: own?.runAsUser ?? pod?.runAsUser,
    runAsGroup: own?.runAsGroup ?? pod?.runAsGroup,
    seccompProfile: (own?.seccompProfile ?? pod?.seccompProfile)?.type,
    add: list(capabilities?.add),
    drop: list(capabilities?.drop),
  };
}

function claimText({ accessModes = [], storageClassName, resources }: ClaimSpec): string {
  const storage = resources?.requests?.["storage"];
  return `${storage === undefined ? "no size" : canonicalQuantity(storage)} of ${storageClassName || "the default class"}, ${accessModes.join(", ")}`;
}

function on(field: boolean | undefined): string | undefined {
  return field ? "true" : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
}

function list(items: readonly string[] | undefined): string | undefined {
  return items && items.length > 0 ? [...items].sort().join(", ") : undefined;
}

/** JSON with sorted keys, without what is empty: null, {} and []. */
function json(value: unknown): string | undefined {
  const whole = withoutEmpty(value);
  return whole === undefined ? undefined : JSON.stringify(whole);
}

function withoutEmpty(value: unknown): unknown {
  if (value === null || value === undefined) return undefined;
  if (Array.isArray(value)) return value.length > 0 ? value.map((item) => withoutEmpty(item) ?? {}) : undefined;
  if (typeof value !== "object") return value;
  const entries = Object.entries(value)
    .map(([key, field]) => [key, withoutEmpty(field)] as const)
    .filter(([, field]) => field !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}

function present(fields: Readonly<Record<string, string | undefined>>): Footprint {
  return Object.fromEntries(Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}
