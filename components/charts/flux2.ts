import type { Chart } from "./chart";
import { deployment, job, RESTRICTED, type Resources } from "../workloads/kit";

const CONTROLLERS = ["sourceController", "helmController", "kustomizeController", "notificationController"] as const;
type Controller = (typeof CONTROLLERS)[number];
const IMAGES: Readonly<Record<Controller, string>> = {
  sourceController: "ghcr.io/fluxcd/source-controller:v1.8.2",
  helmController: "ghcr.io/fluxcd/helm-controller:v1.5.3",
  kustomizeController: "ghcr.io/fluxcd/kustomize-controller:v1.8.3",
  notificationController: "ghcr.io/fluxcd/notification-controller:v1.8.3",
};

/** The part of the chart's values that this project sets. */
export type FluxValues = Readonly<Record<Controller, { readonly create: boolean; readonly resources: Resources }>> & {
  readonly imageAutomationController: { readonly create: false };
  readonly imageReflectionController: { readonly create: false };
  /** Policies that let the controllers out to every address, and every namespace in. */
  readonly policies: { readonly create: false };
};

/**
 * Flux: the controllers that carry out HelmReleases (https://github.com/fluxcd-community/helm-charts/tree/main/charts/flux2). The facility
 * does not use the two image controllers.
 */
export const flux2: Chart<FluxValues> = {
  name: "flux2",
  repository: "https://fluxcd-community.github.io/helm-charts",
  version: "2.18.3",
  crdGroups: [
    "source.toolkit.fluxcd.io",
    "helm.toolkit.fluxcd.io",
    "kustomize.toolkit.fluxcd.io",
    "notification.toolkit.fluxcd.io",
    "image.toolkit.fluxcd.io",
  ],
  workloads: ({ name, namespace, values }) => [
    ...CONTROLLERS.filter((controller) => values[controller].create).map((controller) => {
      const kebab = controller.replace(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`);
      return deployment({
        name: kebab,
        namespace,
        // The source controller keeps artifacts on a volume of its pod, so the chart stops the old pod before it starts a new one.
        recreate: controller === "sourceController",
        containers: [{ name: "manager", image: IMAGES[controller], resources: values[controller].resources, securityContext: RESTRICTED }],
      });
    }),
    job({
      name: `${name}-flux-check`,
      namespace,
      containers: [{ name: "flux-cli", image: "ghcr.io/fluxcd/flux-cli:v2.8.5", securityContext: RESTRICTED }],
    }),
  ],
};
