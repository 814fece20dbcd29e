import * as pulumi from "@pulumi/pulumi";
import { flux2 } from "../charts/flux2";
import { HelmChart } from "../delivery/helm-chart";
import { fluxValues } from "./values";

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
