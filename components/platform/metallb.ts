import * as pulumi from "@pulumi/pulumi";
import { deliver } from "../delivery/deliver";
import type { Delivery } from "../delivery/settings";
import { installAll } from "../install";
import type { Part } from "../parts";

/** Arguments of {@link Metallb}. */
export interface MetallbArgs {
  readonly part: Part;
  readonly namespace: pulumi.Input<string>;
  readonly delivery: Delivery;
}

/** MetalLB, which announces the addresses of the site's pools on layer 2. */
export class Metallb extends pulumi.ComponentResource {
  constructor(name: string, { part, namespace, delivery }: MetallbArgs, opts?: pulumi.ComponentResourceOptions) {
    super("af:platform:Metallb", name, {}, opts);
    const charts = [...deliver(name, part, { namespace, delivery }, { parent: this })];
    // The API server asks MetalLB's webhook about each pool, and the webhook answers only when the chart is ready.
    installAll(name, part.objects, () => ({ parent: this, namespace, dependsOn: charts }));
    const pools = Object.values(part.objects).filter(({ kind }) => kind === "IPAddressPool");
    this.registerOutputs({ pools: pools.map(({ metadata }) => metadata.name) });
  }
}
