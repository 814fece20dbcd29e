import type { V1PodSpec } from "@kubernetes/client-node";
import { fullName, ofServices, type Chart } from "./chart";
import { budgetOf, deployment, helmHook, job, LOCKED, type Resources } from "../workloads/kit";
import { placed, POD, prioritized } from "./placement";
import { withDefaults } from "./values";

interface Part {
  readonly replicaCount: number;
  readonly resources: Resources;
}

/** The part of the chart's values that this project sets. */
export interface CertManagerValues extends Part {
  readonly crds: { readonly enabled: true; readonly keep: true };
  readonly webhook: Part;
  readonly cainjector: Part;
  readonly startupapicheck: { readonly resources: Resources };
  /** `host:port` of DNS servers that are asked whether a record of a challenge is there, separated by commas. */
  readonly dns01RecursiveNameservers?: string;
  /** Whether they alone are asked. */
  readonly dns01RecursiveNameserversOnly?: boolean;
}

const registry = "quay.io/jetstack/cert-manager";
const tag = "v1.21.2";

/** Keys of each of the chart's pods. */
const CERT_MANAGER_POD = {
  ...POD,
  nodeSelector: { "kubernetes.io/os": "linux" } as Readonly<Record<string, string>>,
  topologySpreadConstraints: [] as NonNullable<V1PodSpec["topologySpreadConstraints"]>,
};

/** Without either number the chart keeps one pod. */
const BUDGET = { enabled: false, minAvailable: null as number | string | null, maxUnavailable: null as number | string | null };

/**
 * The chart's own values, as far as they decide what runs
 * (https://github.com/cert-manager/cert-manager/blob/v1.21.2/deploy/charts/cert-manager/values.yaml).
 */
const DEFAULTS = {
  ...CERT_MANAGER_POD,
  global: { priorityClassName: "" },
  replicaCount: 1,
  podDisruptionBudget: BUDGET,
  webhook: { ...CERT_MANAGER_POD, replicaCount: 1, securePort: 10250, hostNetwork: false, podDisruptionBudget: BUDGET },
  cainjector: { ...CERT_MANAGER_POD, enabled: true, replicaCount: 1, podDisruptionBudget: BUDGET },
  startupapicheck: { ...CERT_MANAGER_POD, enabled: true },
};

const METRICS = ["http-metrics", 9402] as const;

/**
 * cert-manager (https://github.com/cert-manager/cert-manager/tree/v1.21.2/deploy/charts/cert-manager). Removing the chart keeps its CRDs,
 * because deleting the CRDs would delete all Certificates.
 */
export const certManager: Chart<CertManagerValues> = {
  name: "cert-manager",
  repository: "https://charts.jetstack.io",
  version: tag,
  crdGroups: ["cert-manager.io", "acme.cert-manager.io"],
  tolerations: ofServices("tolerations", "webhook.tolerations", "cainjector.tolerations", "startupapicheck.tolerations"),
  configuration: ["crds.*", "dns01RecursiveNameservers", "dns01RecursiveNameserversOnly"],
  workloads: ({ name: release, namespace, values }) => {
    const { webhook, cainjector, startupapicheck, global, ...controller } = withDefaults(DEFAULTS, values);
    const whole = fullName(release, "cert-manager");
    const part = (component: string, pod: typeof CERT_MANAGER_POD, ports: readonly (readonly [string, number])[] = []) => {
      const application = component === "controller" ? "cert-manager" : component;
      return {
        name: component === "controller" ? whole : `${whole}-${component}`,
        namespace,
        selector: {
          "app.kubernetes.io/name": application,
          "app.kubernetes.io/instance": release,
          "app.kubernetes.io/component": component,
        },
        labels: { app: application },
        containers: [
          {
            name: `cert-manager-${component}`,
            image: `${registry}-${component}:${tag}`,
            resources: pod.resources,
            securityContext: LOCKED,
            ...(ports.length > 0 && { ports: ports.map(([port, containerPort]) => ({ name: port, containerPort, protocol: "TCP" })) }),
          },
        ],
        pod: {
          ...prioritized(global.priorityClassName),
          securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
          ...placed(pod),
          topologySpreadConstraints: [...pod.topologySpreadConstraints],
          ...(component === "webhook" && webhook.hostNetwork && { hostNetwork: true }),
        },
      };
    };
    const serving = (
      component: string,
      pod: typeof CERT_MANAGER_POD & Pick<typeof webhook, "replicaCount" | "podDisruptionBudget">,
      ports: readonly (readonly [string, number])[],
    ) => {
      const spec = part(component, pod, ports);
      const { enabled, minAvailable, maxUnavailable } = pod.podDisruptionBudget;
      return [
        deployment({ ...spec, replicas: pod.replicaCount }),
        ...budgetOf(spec, { enabled, maxUnavailable, minAvailable: maxUnavailable === null ? (minAvailable ?? 1) : null }),
      ];
    };
    return [
      ...serving("controller", controller, [METRICS, ["http-healthz", 9403]]),
      ...serving("webhook", webhook, [["https", webhook.securePort], ["healthcheck", 6080], METRICS]),
      ...(cainjector.enabled ? serving("cainjector", cainjector, [METRICS]) : []),
      ...(startupapicheck.enabled
        ? [
            job({
              ...part("startupapicheck", startupapicheck),
              annotations: helmHook("post-install", "before-hook-creation,hook-succeeded", 1),
            }),
          ]
        : []),
    ];
  },
};
