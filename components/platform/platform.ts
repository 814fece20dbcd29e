import * as pulumi from "@pulumi/pulumi";
import type { Delivery } from "../charts/settings";
import type { Tenants } from "../tenancy/tenant";
import { Certificates } from "./certificates";
import { Flux } from "./flux";
import { Metallb } from "./metallb";
import type { Platform as Settings } from "./settings";
import { Traefik } from "./traefik";

export interface PlatformArgs {
  readonly settings: Settings;
  readonly delivery: Delivery;
  readonly tenants: Tenants;
  readonly dnsTsigSecret?: pulumi.Output<string>;
}

/** What every service stands on: delivery, certificates, addresses, ingress. Ready when all of it is. */
export class Platform extends pulumi.ComponentResource {
  readonly certificates: Certificates;

  constructor(name: string, { settings, delivery, tenants, dnsTsigSecret }: PlatformArgs, opts?: pulumi.ComponentResourceOptions) {
    super("af:platform:Platform", name, {}, opts);
    const flux =
      delivery.kind === "flux"
        ? [
            new Flux(
              "flux",
              { namespace: tenants.of("flux").namespace, ...(delivery.mirror !== undefined && { mirror: delivery.mirror }) },
              { parent: this },
            ),
          ]
        : [];
    const delivered = { parent: this, dependsOn: flux };
    this.certificates = new Certificates(
      "certificates",
      {
        settings: settings.certificates,
        namespace: tenants.of("cert-manager").namespace,
        delivery,
        ...(dnsTsigSecret && { dnsTsigSecret }),
      },
      delivered,
    );
    const metallb =
      settings.loadBalancer.kind === "metallb"
        ? [new Metallb("metallb", { pools: settings.loadBalancer.pools, namespace: tenants.of("metallb").namespace, delivery }, delivered)]
        : [];
    // Traefik asks for an address, so somebody must be there to give it.
    new Traefik(
      "traefik",
      { settings: settings.ingress, namespace: tenants.of("traefik").namespace, delivery },
      { parent: this, dependsOn: [...flux, ...metallb] },
    );
    this.registerOutputs({ publicIssuer: this.certificates.publicIssuer });
  }
}
