import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { HelmChart } from "../delivery/helm-chart";
import { metallb } from "../charts/metallb";
import type { Delivery } from "../delivery/settings";
import { metallbValues } from "./values";

export interface MetallbArgs {
  readonly pools: Readonly<Record<string, readonly string[]>>;
  readonly namespace: pulumi.Input<string>;
  readonly delivery: Delivery;
}

/** MetalLB on layer 2, with the site's address pools. */
export class Metallb extends pulumi.ComponentResource {
  constructor(name: string, { pools, namespace, delivery }: MetallbArgs, opts?: pulumi.ComponentResourceOptions) {
    super("af:platform:Metallb", name, {}, opts);
    const chart = new HelmChart(
      `${name}-chart`,
      { chart: metallb, release: "metallb", namespace, values: metallbValues(), delivery },
      { parent: this },
    );
    // The pools go through a webhook that only the ready chart answers. Pools have no status, so there is nothing to wait for.
    const behindWebhook = { parent: this, dependsOn: [chart] };
    for (const [pool, addresses] of Object.entries(pools)) {
      new k8s.apiextensions.CustomResource(
        `${name}-${pool}`,
        {
          apiVersion: "metallb.io/v1beta1",
          kind: "IPAddressPool",
          metadata: { name: pool, namespace, annotations: { "pulumi.com/skipAwait": "true" } },
          // Public addresses are given out by name only, never to the first Service that asks (guide policies.md F-31).
          spec: { addresses: [...addresses], autoAssign: false },
        },
        behindWebhook,
      );
    }
    new k8s.apiextensions.CustomResource(
      `${name}-advertisement`,
      {
        apiVersion: "metallb.io/v1beta1",
        kind: "L2Advertisement",
        metadata: { name: "facility", namespace, annotations: { "pulumi.com/skipAwait": "true" } },
        spec: { ipAddressPools: Object.keys(pools) },
      },
      behindWebhook,
    );
    this.registerOutputs({});
  }
}
