import { networkPolicies, ofServices, type Chart } from "./chart";
import { type ContainerLimits, deployment, helmHook, job, RESTRICTED, type Resources, tcpPorts } from "../workloads/kit";
import { placed, POD, prioritized } from "./placement";
import { withDefaults } from "./values";

/** A controller: its name, the version of its image, and the ports on which it listens beside those of metrics and health. */
const CONTROLLERS = {
  sourceController: { name: "source-controller", version: "v1.8.2", ports: [["http", 9090]] },
  helmController: { name: "helm-controller", version: "v1.5.3", ports: [] },
  kustomizeController: { name: "kustomize-controller", version: "v1.8.3", ports: [] },
  notificationController: {
    name: "notification-controller",
    version: "v1.8.3",
    ports: [
      ["http", 9090],
      ["http-webhook", 9292],
    ],
  },
  imageAutomationController: { name: "image-automation-controller", version: "v1.1.1", ports: [] },
  imageReflectionController: { name: "image-reflector-controller", version: "v1.1.1", ports: [] },
} as const;
type Controller = "sourceController" | "helmController" | "kustomizeController" | "notificationController";

/** Group of the files of controllers that keep some (https://github.com/fluxcd-community/helm-charts/tree/main/charts/flux2/templates). */
const FILES_GROUP = 1337;
const WITHOUT_FILES: readonly string[] = ["helm-controller", "notification-controller"];

/** The part of the chart's values that this project sets. */
export type FluxValues = Readonly<Record<Controller, { readonly create: boolean; readonly resources: Resources }>> & {
  readonly imageAutomationController: { readonly create: false };
  readonly imageReflectionController: { readonly create: false };
  /** Policies that let the controllers out to every address, and every namespace in. */
  readonly policies: { readonly create: false };
};

/** https://github.com/fluxcd-community/helm-charts/tree/flux2-2.18.3/charts/flux2/templates, policies switched on. */
const POLICIES = {
  "allow-egress": { podSelector: {}, policyTypes: ["Ingress", "Egress"], egress: [{}], ingress: [{ from: [{ podSelector: {} }] }] },
  "allow-scraping": {
    podSelector: {},
    policyTypes: ["Ingress"],
    ingress: [{ from: [{ namespaceSelector: {} }], ports: [{ protocol: "TCP", port: 8080 }] }],
  },
  "allow-webhooks": {
    podSelector: { matchLabels: { app: "notification-controller" } },
    policyTypes: ["Ingress"],
    ingress: [{ from: [{ namespaceSelector: {} }] }],
  },
} as const;

/** What the chart asks for each controller (https://github.com/fluxcd-community/helm-charts/blob/flux2-2.18.3/charts/flux2/values.yaml). */
const CONTROLLER = {
  ...POD,
  create: true,
  resources: { limits: {}, requests: { cpu: "100m", memory: "64Mi" } } as ContainerLimits,
  priorityClassName: "",
};

const DEFAULTS = {
  sourceController: CONTROLLER,
  helmController: CONTROLLER,
  kustomizeController: CONTROLLER,
  notificationController: CONTROLLER,
  imageAutomationController: CONTROLLER,
  imageReflectionController: CONTROLLER,
  cli: POD,
  policies: { create: true },
};

/**
 * Flux: the controllers that carry out HelmReleases (https://github.com/fluxcd-community/helm-charts/tree/main/charts/flux2). The facility
 * does not use the two image controllers.
 */
export const flux2: Chart<FluxValues> = {
  name: "flux2",
  repository: "https://fluxcd-community.github.io/helm-charts",
  version: "2.18.3",
  tolerations: ofServices(...[...Object.keys(CONTROLLERS), "cli"].map((key) => `${key}.tolerations`)),
  configuration: [],
  crdGroups: [
    "source.toolkit.fluxcd.io",
    "helm.toolkit.fluxcd.io",
    "kustomize.toolkit.fluxcd.io",
    "notification.toolkit.fluxcd.io",
    "image.toolkit.fluxcd.io",
  ],
  workloads: ({ name, namespace, values }) => {
    const read = withDefaults(DEFAULTS, values);
    return [
      ...Object.entries(CONTROLLERS).flatMap(([key, { name: controller, version, ports }]) => {
        const own = read[key as keyof typeof CONTROLLERS];
        if (!own.create) return [];
        return [
          deployment({
            name: controller,
            namespace,
            selector: { app: controller },
            // The source controller keeps artifacts on a volume of its pod, so the chart stops the old pod before it starts a new one.
            recreate: key === "sourceController",
            containers: [
              {
                name: "manager",
                image: `ghcr.io/fluxcd/${controller}:${version}`,
                resources: own.resources,
                securityContext: { ...RESTRICTED, runAsUser: 65534 },
                ports: tcpPorts(...ports, ["http-prom", 8080], ["healthz", 9440]),
              },
            ],
            pod: {
              ...placed(own),
              ...prioritized(own.priorityClassName),
              ...(!WITHOUT_FILES.includes(controller) && { securityContext: { fsGroup: FILES_GROUP } }),
            },
          }),
        ];
      }),
      job({
        name: `${name}-flux-check`,
        namespace,
        annotations: helmHook("pre-install", "before-hook-creation,hook-succeeded", -5),
        selector: { "app.kubernetes.io/instance": namespace },
        labels: { "app.kubernetes.io/part-of": "flux" },
        containers: [{ name: "flux-cli", image: "ghcr.io/fluxcd/flux-cli:v2.8.5", securityContext: { ...RESTRICTED, runAsUser: 65534 } }],
        pod: { ...placed(read.cli), serviceAccountName: `${name}-flux-check`, automountServiceAccountToken: true },
      }),
    ];
  },
  networkPolicies: ({ namespace, values }) => networkPolicies(namespace, withDefaults(DEFAULTS, values).policies.create ? POLICIES : {}),
};
