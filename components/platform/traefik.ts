import * as pulumi from "@pulumi/pulumi";
import { HelmChart } from "../delivery/helm-chart";
import type { Delivery } from "../delivery/settings";
import { traefik } from "../charts/traefik";
import type { LoadBalancer, TraefikSettings } from "./settings";
import { traefikValues } from "./values";

export interface TraefikArgs {
  readonly settings: TraefikSettings;
  readonly loadBalancer: LoadBalancer;
  readonly namespace: pulumi.Input<string>;
  readonly delivery: Delivery;
}

/** Traefik v3: HTTPS for the services, and Dask's TLS passed through unbroken by SNI. */
export class Traefik extends pulumi.ComponentResource {
  constructor(name: string, { settings, loadBalancer, namespace, delivery }: TraefikArgs, opts?: pulumi.ComponentResourceOptions) {
    super("af:platform:Traefik", name, {}, opts);
    new HelmChart(
      `${name}-chart`,
      { chart: traefik, release: "traefik", namespace, values: traefikValues(settings, loadBalancer), delivery },
      { parent: this },
    );
    this.registerOutputs({});
  }
}
