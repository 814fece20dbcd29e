import * as pulumi from "@pulumi/pulumi";
import type { Delivery } from "../delivery/settings";
import type { Tenants } from "../tenancy/tenant";
import { Certificates } from "./certificates";
import { Flux } from "./flux";
import type { WayIn } from "./host-route";
import { Metallb } from "./metallb";
import { Priorities } from "./priorities";
import type { Platform as Settings } from "./settings";
import { Traefik } from "./traefik";

export interface PlatformArgs {
  readonly settings: Settings;
  readonly delivery: Delivery;
  readonly tenants: Tenants;
  readonly dnsTsigSecret?: pulumi.Output<string>;
}

/** What every service stands on: delivery, certificates, addresses, ingress. Ready when all of it is; what the cluster came with is left out. */
export class Platform extends pulumi.ComponentResource {
  readonly wayIn: WayIn;

  constructor(name: string, args: PlatformArgs, opts?: pulumi.ComponentResourceOptions) {
    super("af:platform:Platform", name, {}, opts);
    const { ingress } = args.settings;
    const priorities = new Priorities("priorities", { parent: this });
    const flux = this.flux(args);
    this.wayIn = { ingress, issuer: this.certificates(args, flux) };
    const metallb = this.metallb(args, flux);
    if (ingress.kind === "traefik") {
      // Traefik asks for an address, so somebody must be there to give it.
      new Traefik(
        "traefik",
        {
          settings: ingress,
          loadBalancer: args.settings.loadBalancer,
          namespace: args.tenants.of("traefik").namespace,
          delivery: args.delivery,
        },
        { parent: this, dependsOn: [...flux, ...metallb, priorities] },
      );
    }
    this.registerOutputs({ issuer: this.wayIn.issuer });
  }

  private flux({ delivery, tenants }: PlatformArgs): readonly pulumi.Resource[] {
    if (delivery.kind !== "flux") return [];
    const mirror = delivery.mirror !== undefined && { mirror: delivery.mirror };
    return [new Flux("flux", { namespace: tenants.of("flux").namespace, ...mirror }, { parent: this })];
  }

  /** Name of the issuer of public names. */
  private certificates({ settings, delivery, tenants, dnsTsigSecret }: PlatformArgs, flux: readonly pulumi.Resource[]): string | undefined {
    if (settings.certificates.kind === "provided") return undefined;
    return new Certificates(
      "certificates",
      {
        settings: settings.certificates,
        namespace: tenants.of("cert-manager").namespace,
        delivery,
        ...(dnsTsigSecret && { dnsTsigSecret }),
      },
      { parent: this, dependsOn: [...flux] },
    ).publicIssuer;
  }

  private metallb({ settings, delivery, tenants }: PlatformArgs, flux: readonly pulumi.Resource[]): readonly pulumi.Resource[] {
    if (settings.loadBalancer.kind !== "metallb") return [];
    const { pools } = settings.loadBalancer;
    return [
      new Metallb("metallb", { pools, namespace: tenants.of("metallb").namespace, delivery }, { parent: this, dependsOn: [...flux] }),
    ];
  }
}
