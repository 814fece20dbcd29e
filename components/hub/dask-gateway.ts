import * as pulumi from "@pulumi/pulumi";
import { daskGateway } from "../charts/dask-gateway";
import { HelmChart } from "../delivery/helm-chart";
import type { Delivery } from "../delivery/settings";
import type { LoadBalancer } from "../platform/settings";
import { GATEWAY_SERVICE, gatewayValues } from "./gateway-values";
import type { DaskGatewaySettings } from "./settings";

export interface DaskGatewayArgs {
  readonly settings: DaskGatewaySettings;
  readonly hubHost: string;
  readonly loadBalancer: LoadBalancer;
  readonly namespace: pulumi.Input<string>;
  readonly delivery: Delivery;
  /** Token by which the gateway asks the hub who a user is; the hub knows it as its service {@link GATEWAY_SERVICE}. */
  readonly apiToken: pulumi.Input<string>;
}

/** Dask Gateway beside the hub: clusters on demand, each user told apart by the hub's own token. */
export class DaskGateway extends pulumi.ComponentResource {
  constructor(name: string, args: DaskGatewayArgs, opts?: pulumi.ComponentResourceOptions) {
    super("af:hub:DaskGateway", name, {}, opts);
    const { settings, hubHost, loadBalancer, namespace, delivery, apiToken } = args;
    new HelmChart(
      `${name}-chart`,
      {
        chart: daskGateway,
        release: GATEWAY_SERVICE,
        namespace,
        values: gatewayValues(settings, hubHost, loadBalancer),
        secretValues: { gateway: { auth: { jupyterhub: { apiToken } } } },
        delivery,
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}
