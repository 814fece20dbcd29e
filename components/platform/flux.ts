import * as pulumi from "@pulumi/pulumi";
import { deliver } from "../delivery/deliver";
import type { Delivery } from "../delivery/settings";
import type { Part } from "../parts";

export interface FluxArgs {
  readonly part: Part;
  readonly namespace: pulumi.Input<string>;
  readonly delivery: Delivery;
}

/** Flux itself, always installed by Pulumi's Helm client: it cannot deliver itself. */
export class Flux extends pulumi.ComponentResource {
  constructor(name: string, { part, namespace, delivery: { mirror } }: FluxArgs, opts?: pulumi.ComponentResourceOptions) {
    super("af:platform:Flux", name, {}, opts);
    const delivery: Delivery = { kind: "helm", ...(mirror !== undefined && { mirror }) };
    deliver(name, part, { namespace, delivery }, { parent: this });
    this.registerOutputs({ releases: Object.values(part.releases).map(({ release }) => release) });
  }
}
