import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";
import { deliver } from "../delivery/deliver";
import type { Delivery } from "../delivery/settings";
import { installAll } from "../install";
import type { Part } from "../parts";
import { AUTHORITY_SECRET, TSIG_SECRET } from "./cluster-issuers";

/** Arguments of {@link Certificates}. */
export interface CertificatesArgs {
  readonly part: Part;
  readonly namespace: pulumi.Input<string>;
  readonly delivery: Delivery;
  /** TSIG secret of the site's DNS, base64; undefined if the site's solver signs no DNS updates. */
  readonly dnsTsigSecret: pulumi.Output<string> | undefined;
}

/**
 * Hours for which the facility's own authority is valid: ten years, longer than the hardware lives. cert-manager renews its certificates.
 */
const AUTHORITY_HOURS = 10 * 365 * 24;

/** cert-manager with its issuers: the facility's own authority for names inside, and the public authority if the site has one. */
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
    // The API server asks cert-manager's webhook about each issuer, and the webhook answers only when the chart is ready.
    installAll(name, part.objects, () => ({ parent: this, dependsOn: [...charts, authority, ...tsig] }));
    this.registerOutputs({ issuers: Object.keys(part.objects) });
  }

  private internalAuthority(name: string, namespace: pulumi.Input<string>): k8s.core.v1.Secret {
    // A new key would invalidate every certificate inside the facility at once.
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
