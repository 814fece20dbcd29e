import type { V1Container, V1PodSpec, V1SecurityContext } from "@kubernetes/client-node";
import {
  type BudgetValues,
  budgetOf,
  type ContainerLimits,
  claimSpec,
  daemonSet,
  deployment,
  helmHook,
  job,
  loadBalancer,
  statefulSet,
  tcpPorts,
} from "../workloads/kit";
import type { Workload } from "../workloads/workload";
import { DEFAULTS, type JupyterHubRead } from "./jupyterhub-defaults";
import { coreAffinity, pulledImages, serverResources, userAffinity } from "./jupyterhub-users";
import { httpsOf, network, podLabels } from "./jupyterhub-network";
import { withDefaults } from "./values";

type Pod = Omit<V1PodSpec, "containers">;

/** The hook that pulls images before an installation or upgrade goes on. Helm deletes its objects once all have succeeded. */
const PRE_PULL = ["pre-install,pre-upgrade", "before-hook-creation,hook-succeeded"] as const;

/** Workloads of an installation of the chart; user servers are none of them, because the hub starts those. */
export function jupyterhubWorkloads(release: string, namespace: string, given: unknown): readonly Workload[] {
  const values = withDefaults(DEFAULTS, given);
  const { hub, proxy, scheduling, prePuller } = values;
  const selectorOf = (component: string) => podLabels(release, component);
  const labelsOf = (component: string, ...extra: readonly Readonly<Record<string, string>>[]) => ({
    selector: selectorOf(component),
    labels: Object.assign(
      { "app.kubernetes.io/component": component, "app.kubernetes.io/instance": release, "app.kubernetes.io/name": "jupyterhub" },
      ...extra,
    ) as Readonly<Record<string, string>>,
  });
  const priority = (name: string): Pod => (scheduling.podPriority.enabled ? { priorityClassName: `${release}-${name}-priority` } : {});
  const core = ({ nodeSelector, tolerations }: Pick<JupyterHubRead["hub"], "nodeSelector" | "tolerations">, awaits = false): Pod => ({
    ...(!awaits && priority("default")),
    ...(!awaits && coreAffinity(values)),
    nodeSelector: { ...nodeSelector },
    tolerations: [...scheduling.corePods.tolerations, ...tolerations],
  });
  const budget = (name: string, values: BudgetValues) => budgetOf({ name, namespace, selector: selectorOf(name) }, values);
  const stored = hub.db.type === "sqlite-pvc";
  const https = httpsOf(proxy.https);
  const placeholder = scheduling.userPlaceholder;

  return [
    ...(stored
      ? [
          {
            apiVersion: "v1",
            kind: "PersistentVolumeClaim",
            metadata: { name: "hub-db-dir", namespace },
            spec: {
              ...claimSpec(hub.db.pvc.storage, hub.db.pvc.storageClassName ?? undefined),
              accessModes: [...hub.db.pvc.accessModes],
            },
          },
        ]
      : []),
    deployment({
      name: "hub",
      namespace,
      recreate: true,
      ...labelsOf("hub", network("proxy-api"), network("proxy-http"), network("singleuser"), hub.labels),
      containers: [container("hub", hub, [["http", 8081]]), ...hub.extraContainers],
      pod: {
        ...core(hub),
        securityContext: hub.podSecurityContext,
        initContainers: [...hub.initContainers],
        volumes: [...hub.extraVolumes, ...(stored ? [{ name: "pvc", persistentVolumeClaim: { claimName: "hub-db-dir" } }] : [])],
        ...hub.extraPodSpec,
      },
    }),
    ...budget("hub", hub.pdb),
    deployment({
      name: "proxy",
      namespace,
      recreate: true,
      ...labelsOf("proxy", network("hub"), network("singleuser"), proxy.labels),
      containers: [
        container("chp", proxy.chp, [...(https === "proxy" ? ([["https", 8443]] as const) : []), ["http", 8000], ["api", 8001]]),
      ],
      pod: { ...core(proxy.chp), ...proxy.chp.extraPodSpec },
    }),
    ...budget("proxy", proxy.chp.pdb),
    ...(https === "letsencrypt"
      ? [
          deployment({
            name: "autohttps",
            namespace,
            ...labelsOf("autohttps", network("proxy-http"), proxy.traefik.labels),
            containers: [
              container("traefik", proxy.traefik, [
                ["http", 8080],
                ["https", 8443],
              ]),
              container("secret-sync", proxy.secretSync),
            ],
            pod: {
              ...core(proxy.traefik),
              initContainers: [container("load-acme", { ...proxy.secretSync, resources: {} })],
              ...proxy.traefik.extraPodSpec,
            },
          }),
        ]
      : []),
    ...(proxy.service.type === "LoadBalancer"
      ? [
          loadBalancer("proxy-public", namespace, {
            ports: [
              ...(https ? [{ name: "https", port: 443, targetPort: https === "offload" ? "http" : "https" }] : []),
              ...(proxy.service.disableHttpPort ? [] : [{ name: "http", port: 80, targetPort: "http" }]),
            ],
            annotations: proxy.service.annotations,
            selector: selectorOf(https === "letsencrypt" ? "autohttps" : "proxy"),
          }),
        ]
      : []),
    ...(scheduling.userScheduler.enabled
      ? [
          deployment({
            name: "user-scheduler",
            namespace,
            replicas: scheduling.userScheduler.replicas,
            ...labelsOf("user-scheduler", scheduling.userScheduler.labels),
            containers: [container("kube-scheduler", scheduling.userScheduler)],
            pod: { ...core(scheduling.userScheduler), ...scheduling.userScheduler.extraPodSpec },
          }),
          ...budget("user-scheduler", scheduling.userScheduler.pdb),
        ]
      : []),
    ...(placeholder.enabled
      ? [
          ...budget("user-placeholder", { enabled: true, maxUnavailable: null, minAvailable: 0 }),
          statefulSet({
            name: "user-placeholder",
            namespace,
            replicas: placeholder.replicas,
            parallel: true,
            ...labelsOf("user-placeholder", placeholder.labels),
            containers: [
              container("pause", {
                ...placeholder,
                resources: Object.keys(placeholder.resources).length > 0 ? placeholder.resources : serverResources(values),
              }),
            ],
            pod: {
              ...priority("user-placeholder"),
              ...(scheduling.userScheduler.enabled && { schedulerName: `${release}-user-scheduler` }),
              nodeSelector: { ...values.singleuser.nodeSelector },
              tolerations: [...scheduling.userPods.tolerations, ...values.singleuser.extraTolerations],
              ...userAffinity(values, true),
              ...placeholder.extraPodSpec,
            },
          }),
        ]
      : []),
    ...(prePuller.continuous.enabled ? [puller("continuous-image-puller")] : []),
    ...(prePuller.hook.enabled
      ? [
          puller("hook-image-puller", helmHook(...PRE_PULL, -10)),
          job({
            name: "hook-image-awaiter",
            namespace,
            annotations: helmHook(...PRE_PULL, 10),
            ...labelsOf("image-puller", prePuller.labels),
            containers: [container("hook-image-awaiter", prePuller.hook)],
            pod: core(prePuller.hook, true),
          }),
        ]
      : []),
  ];

  function puller(name: string, annotations?: Readonly<Record<string, string>>) {
    return daemonSet({
      name,
      namespace,
      rolling: { maxUnavailable: "100%" },
      ...(annotations && { annotations }),
      ...labelsOf(name, prePuller.labels),
      containers: [container("pause", { ...prePuller.pause, resources: prePuller.resources })],
      pod: {
        ...priority("image-puller"),
        nodeSelector: { ...values.singleuser.nodeSelector },
        tolerations: [...scheduling.userPods.tolerations, ...values.singleuser.extraTolerations, ...prePuller.extraTolerations],
        ...userAffinity(values, false),
        initContainers: pulledImages(values).map(([pulls, image]) => ({
          name: pulls,
          image,
          resources: prePuller.resources,
          securityContext: prePuller.containerSecurityContext,
        })),
      },
    });
  }
}

interface ContainerValues {
  readonly image: { readonly name: string; readonly tag: string };
  readonly resources: ContainerLimits;
  readonly containerSecurityContext: V1SecurityContext;
}

function container(name: string, values: ContainerValues, ports: readonly (readonly [string, number])[] = []): V1Container {
  return {
    name,
    image: `${values.image.name}:${values.image.tag}`,
    resources: values.resources,
    securityContext: values.containerSecurityContext,
    ...(ports.length > 0 && { ports: tcpPorts(...ports) }),
  };
}
