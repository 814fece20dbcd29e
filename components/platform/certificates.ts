import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";
import { deliver } from "../delivery/deliver";
import type { Delivery } from "../delivery/settings";
import { installAll } from "../install";
import type { Part } from "../parts";
import { AUTHORITY_SECRET, TSIG_SECRET } from "./cluster-issuers";

export interface CertificatesArgs {
  readonly part: Part;
  readonly namespace: pulumi.Input<string>;
  readonly delivery: Delivery;
  /** TSIG secret of the site's DNS, base64; there where the site's solver signs updates with it. */
  readonly dnsTsigSecret: pulumi.Output<string> | undefined;
}

/** Ten years, in hours: the authority outlives the hardware, its certificates do not. */
const AUTHORITY_HOURS = 10 * 365 * 24;

/** cert-manager, the facility's own authority for names inside, and the public one. */
export class Certificates extends pulumi.ComponentResource {
  constructor(name: string, { part, namespace, delivery, dnsTsigSecret }: CertificatesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("af:platform:Certificates", name, {}, opts);
    const charts = deliver(name, part, { namespace, delivery }, { parent: this });
    const authority = this.internalAuthority(name, namespace);
    const tsig =
      dnsTsigSecret === undefined
        ? []
        : [
            new k8s.core.v1.Secret(
              `${name}-tsig`,
              { metadata: { name: TSIG_SECRET.name, namespace }, stringData: { [TSIG_SECRET.key]: dnsTsigSecret } },
              { parent: this },
            ),
          ];
    // Issuers go through a webhook that only the ready chart answers.
    installAll(name, part.objects, () => ({ parent: this, dependsOn: [...charts, authority, ...tsig] }));
    this.registerOutputs({ issuers: Object.keys(part.objects) });
  }

  private internalAuthority(name: string, namespace: pulumi.Input<string>): k8s.core.v1.Secret {
    // Replacing the key would make every certificate inside the facility worthless at once.
    const key = new tls.PrivateKey(
      `${name}-authority-key`,
      { algorithm: "ECDSA", ecdsaCurve: "P256" },
      { parent: this, protect: true, retainOnDelete: true },
    );
    const authority = new tls.SelfSignedCert(
      `${name}-authority`,
      {
        privateKeyPem: key.privateKeyPem,
        isCaCertificate: true,
        validityPeriodHours: AUTHORITY_HOURS,
        allowedUses: ["cert_signing", "crl_signing"],
        subject: { commonName: "facility internal authority" },
      },
      { parent: this },
    );
    return new k8s.core.v1.Secret(
      `${name}-authority-secret`,
      {
        metadata: { name: AUTHORITY_SECRET, namespace },
        type: "kubernetes.io/tls",
        stringData: { "tls.crt": authority.certPem, "tls.key": key.privateKeyPem },
      },
      { parent: this },
    );
  }
}
