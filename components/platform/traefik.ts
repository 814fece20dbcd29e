import * as pulumi from "@pulumi/pulumi";
import { deliver } from "../delivery/deliver";
import type { Delivery } from "../delivery/settings";
import type { Part } from "../parts";

export interface TraefikArgs {
  readonly part: Part;
  readonly namespace: pulumi.Input<string>;
  readonly delivery: Delivery;
}

/** Traefik v3: HTTPS for the services, and Dask's TLS passed through unbroken by SNI. */
export class Traefik extends pulumi.ComponentResource {
  constructor(name: string, { part, namespace, delivery }: TraefikArgs, opts?: pulumi.ComponentResourceOptions) {
    super("af:platform:Traefik", name, {}, opts);
    deliver(name, part, { namespace, delivery }, { parent: this });
    this.registerOutputs({ releases: Object.values(part.releases).map(({ release }) => release) });
  }
}
