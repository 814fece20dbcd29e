import * as pulumi from "@pulumi/pulumi";
import { deliver } from "../delivery/deliver";
import type { Delivery } from "../delivery/settings";
import { installAll } from "../install";
import type { Part } from "../parts";

export interface MetallbArgs {
  readonly part: Part;
  readonly namespace: pulumi.Input<string>;
  readonly delivery: Delivery;
}

/** MetalLB on layer 2, with the site's address pools. */
export class Metallb extends pulumi.ComponentResource {
  constructor(name: string, { part, namespace, delivery }: MetallbArgs, opts?: pulumi.ComponentResourceOptions) {
    super("af:platform:Metallb", name, {}, opts);
    const charts = [...deliver(name, part, { namespace, delivery }, { parent: this })];
    // Pools go through a webhook that only the ready chart answers. They have no status, so there is nothing to wait for.
    installAll(name, part.objects, () => ({ parent: this, namespace, dependsOn: charts }));
    this.registerOutputs({ pools: Object.values(part.objects).map(({ metadata }) => metadata.name) });
  }
}
