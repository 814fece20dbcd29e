import * as pulumi from "@pulumi/pulumi";
import type { Delivery } from "../delivery/settings";
import type { Role } from "../tenancy/roles";
import type { Tenants } from "../tenancy/tenant";
import { Certificates } from "./certificates";
import { Flux } from "./flux";
import { Metallb } from "./metallb";
import type { PlatformParts } from "./parts";
import { Priorities } from "./priorities";
import { Traefik } from "./traefik";

/** Arguments of {@link Platform}. */
export interface PlatformArgs {
  readonly parts: PlatformParts;
  readonly delivery: Delivery;
  readonly tenants: Tenants;
  /** Roles of the namespaces that Traefik watches, in each of which its chart binds a role. */
  readonly watched: readonly Role[];
  /** TSIG secret of the site's DNS, base64; undefined if the site's solver signs no DNS updates. */
  readonly dnsTsigSecret: pulumi.Output<string> | undefined;
}

/** Everything on which all services depend: delivery, certificates, addresses, ingress, without what the cluster brings itself. */
export class Platform extends pulumi.ComponentResource {
  /**
   * What services wait for. The ingress is no part of it: what is protected keeps all that it waits for when the rest is destroyed, and the ingress would keep
   * every namespace that it watches.
   */
  readonly base: readonly pulumi.Resource[];
  /** What routes wait for, because it brings their kind; nothing where the cluster has its own. */
  readonly ingress: readonly pulumi.Resource[];

  constructor(name: string, args: PlatformArgs, opts?: pulumi.ComponentResourceOptions) {
    super("af:platform:Platform", name, {}, opts);
    const { parts, delivery, tenants, watched, dnsTsigSecret } = args;
    const child = (...dependsOn: pulumi.Resource[]) => ({ parent: this, dependsOn });
    const priorities = new Priorities("priorities", parts.priorities, { parent: this });
    const flux = parts.flux ? [new Flux("flux", { part: parts.flux, namespace: tenants.of("flux").namespace, delivery }, child())] : [];
    const certificates = parts.certificates
      ? [
          new Certificates(
            "certificates",
            { part: parts.certificates, namespace: tenants.of("cert-manager").namespace, delivery, dnsTsigSecret },
            child(...flux),
          ),
        ]
      : [];
    const metallb = parts.metallb
      ? [new Metallb("metallb", { part: parts.metallb, namespace: tenants.of("metallb").namespace, delivery }, child(...flux))]
      : [];
    this.base = [priorities, ...flux, ...certificates, ...metallb];
    this.ingress = parts.traefik
      ? [
          new Traefik(
            "traefik",
            { part: parts.traefik, namespace: tenants.of("traefik").namespace, delivery },
            // Traefik asks for an address, so the load balancer must be ready to give it.
            child(...flux, ...metallb, priorities, ...tenants.within(...watched)),
          ),
        ]
      : [];
    this.registerOutputs({ parts: Object.keys(parts) });
  }
}
