import * as pulumi from "@pulumi/pulumi";
import { flux2, type FluxValues } from "../charts/flux2";
import { HelmChart } from "../charts/helm-chart";
import { resources } from "../charts/workload";

export interface FluxArgs {
  readonly namespace: pulumi.Input<string>;
  readonly mirror?: string;
}

/** Flux itself, always installed by Pulumi's Helm client: it cannot deliver itself. */
export class Flux extends pulumi.ComponentResource {
  constructor(name: string, { namespace, mirror }: FluxArgs, opts?: pulumi.ComponentResourceOptions) {
    super("af:platform:Flux", name, {}, opts);
    new HelmChart(
      `${name}-chart`,
      {
        chart: flux2,
        release: "flux2",
        namespace,
        values: fluxValues(),
        delivery: { kind: "helm", ...(mirror !== undefined && { mirror }) },
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}

/** The chart's own requests (guide chart-footprints.md §1, finding 2), with the limit it leaves out. */
export function fluxValues(): FluxValues {
  const controller = { create: true, resources: resources("100m", "64Mi", "512Mi") };
  return {
    sourceController: controller,
    helmController: controller,
    kustomizeController: controller,
    notificationController: controller,
    imageAutomationController: { create: false },
    imageReflectionController: { create: false },
  };
}
