import * as pulumi from "@pulumi/pulumi";
import { deliver } from "../delivery/deliver";
import type { Delivery } from "../delivery/settings";
import { installAll } from "../install";
import { addressesOf, type Part } from "../parts";

/** Arguments of {@link DaskGateway}. */
export interface DaskGatewayArgs {
  readonly part: Part;
  readonly namespace: pulumi.Input<string>;
  readonly delivery: Delivery;
  /** Token by which the gateway asks the hub who a user is; the hub knows it as the token of its service `dask-gateway`. */
  readonly apiToken: pulumi.Input<string>;
}

/** Dask Gateway, in the hub's namespace. */
export class DaskGateway extends pulumi.ComponentResource {
  constructor(name: string, { part, namespace, delivery, apiToken }: DaskGatewayArgs, opts?: pulumi.ComponentResourceOptions) {
    super("af:hub:DaskGateway", name, {}, opts);
    const secretValues = { chart: { gateway: { auth: { jupyterhub: { apiToken } } } } };
    const rights = Object.values(installAll(name, part.objects, () => ({ parent: this, namespace })));
    deliver(name, part, { namespace, delivery, secretValues }, { parent: this, dependsOn: rights });
    this.registerOutputs({ endpoints: addressesOf(part.probes) });
  }
}
