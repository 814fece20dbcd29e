import * as pulumi from "@pulumi/pulumi";
import type { Delivery } from "../delivery/settings";
import type { Tenants } from "../tenancy/tenant";
import { Certificates } from "./certificates";
import { Flux } from "./flux";
import { Metallb } from "./metallb";
import type { PlatformParts } from "./parts";
import { Priorities } from "./priorities";
import { Traefik } from "./traefik";

export interface PlatformArgs {
  readonly parts: PlatformParts;
  readonly delivery: Delivery;
  readonly tenants: Tenants;
  /** TSIG secret of the site's DNS, base64; there where the site's solver signs updates with it. */
  readonly dnsTsigSecret: pulumi.Output<string> | undefined;
}

/** What every service stands on: delivery, certificates, addresses, ingress. Ready when all of it is; what the cluster came with is left out. */
export class Platform extends pulumi.ComponentResource {
  constructor(name: string, args: PlatformArgs, opts?: pulumi.ComponentResourceOptions) {
    super("af:platform:Platform", name, {}, opts);
    const { parts, delivery, tenants, dnsTsigSecret } = args;
    const child = (...dependsOn: pulumi.Resource[]) => ({ parent: this, dependsOn });
    const priorities = new Priorities("priorities", parts.priorities, { parent: this });
    const flux = parts.flux ? [new Flux("flux", { part: parts.flux, namespace: tenants.of("flux").namespace, delivery }, child())] : [];
    if (parts.certificates)
      new Certificates(
        "certificates",
        { part: parts.certificates, namespace: tenants.of("cert-manager").namespace, delivery, dnsTsigSecret },
        child(...flux),
      );
    const metallb = parts.metallb
      ? [new Metallb("metallb", { part: parts.metallb, namespace: tenants.of("metallb").namespace, delivery }, child(...flux))]
      : [];
    if (parts.traefik)
      new Traefik(
        "traefik",
        { part: parts.traefik, namespace: tenants.of("traefik").namespace, delivery },
        // Traefik asks for an address, so somebody must be there to give it.
        child(...flux, ...metallb, priorities),
      );
    this.registerOutputs({ parts: Object.keys(parts) });
  }
}
