import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";
import { certManager } from "../charts/cert-manager";
import { HelmChart } from "../delivery/helm-chart";
import type { Delivery } from "../delivery/settings";
import type { Platform } from "./settings";
import { certManagerValues } from "./values";

export interface CertificatesArgs {
  readonly settings: Exclude<Platform["certificates"], { kind: "provided" }>;
  readonly namespace: pulumi.Input<string>;
  readonly delivery: Delivery;
  /** TSIG secret of the site's DNS, base64; needed by the rfc2136 solver. */
  readonly dnsTsigSecret?: pulumi.Output<string>;
}

/** Names of the ClusterIssuers that others may use. */
export const INTERNAL_ISSUER = "internal";
export const PUBLIC_ISSUER = "public";

const STAGING = "https://acme-staging-v02.api.letsencrypt.org/directory";
/** Ten years: the authority outlives the hardware, its certificates do not. */
const AUTHORITY_HOURS = 10 * 365 * 24;

/** cert-manager, the facility's own authority for names inside, and the public one. */
export class Certificates extends pulumi.ComponentResource {
  /** Issuer for names that browsers see: `public`, or `internal` at a site without a public authority. */
  readonly publicIssuer: string;

  constructor(name: string, args: CertificatesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("af:platform:Certificates", name, {}, opts);
    const { settings, namespace, delivery } = args;
    const chart = new HelmChart(
      `${name}-chart`,
      { chart: certManager, release: "cert-manager", namespace, values: certManagerValues(), delivery },
      { parent: this },
    );
    const behindWebhook = { parent: this, dependsOn: [chart] };
    this.internalAuthority(name, namespace, behindWebhook);
    if (settings.kind === "acme") this.publicAuthority(name, settings, args, behindWebhook);
    this.publicIssuer = settings.kind === "acme" ? PUBLIC_ISSUER : INTERNAL_ISSUER;
    this.registerOutputs({ publicIssuer: this.publicIssuer });
  }

  private internalAuthority(name: string, namespace: pulumi.Input<string>, opts: pulumi.CustomResourceOptions): void {
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
    const secret = new k8s.core.v1.Secret(
      `${name}-authority-secret`,
      {
        metadata: { name: "internal-authority", namespace },
        type: "kubernetes.io/tls",
        stringData: { "tls.crt": authority.certPem, "tls.key": key.privateKeyPem },
      },
      { parent: this },
    );
    issuer(`${name}-${INTERNAL_ISSUER}`, INTERNAL_ISSUER, { ca: { secretName: secret.metadata.name } }, opts);
  }

  private publicAuthority(
    name: string,
    { server, email, solver }: Extract<Platform["certificates"], { kind: "acme" }>,
    { namespace, dnsTsigSecret }: CertificatesArgs,
    opts: pulumi.CustomResourceOptions,
  ): void {
    const secret =
      solver.kind === "rfc2136" &&
      new k8s.core.v1.Secret(
        `${name}-tsig`,
        { metadata: { name: "dns-tsig", namespace }, stringData: { key: dnsTsigSecret ?? "" } },
        { parent: this },
      );
    const solvers =
      solver.kind === "http01"
        ? [{ http01: { ingress: { ingressClassName: "traefik" } } }]
        : [
            {
              dns01: {
                rfc2136: {
                  nameserver: solver.nameserver,
                  tsigKeyName: solver.tsigKeyName,
                  tsigAlgorithm: "HMACSHA512",
                  ...(secret && { tsigSecretSecretRef: { name: secret.metadata.name, key: "key" } }),
                },
              },
            },
          ];
    for (const [issuerName, url] of Object.entries({ [PUBLIC_ISSUER]: server, [`${PUBLIC_ISSUER}-staging`]: STAGING })) {
      issuer(
        `${name}-${issuerName}`,
        issuerName,
        { acme: { server: url, email, privateKeySecretRef: { name: `${issuerName}-account` }, solvers } },
        opts,
      );
    }
  }
}

function issuer(name: string, issuerName: string, spec: Record<string, unknown>, opts: pulumi.CustomResourceOptions): void {
  new k8s.apiextensions.CustomResource(
    name,
    {
      apiVersion: "cert-manager.io/v1",
      kind: "ClusterIssuer",
      metadata: { name: issuerName, annotations: { "pulumi.com/waitFor": "condition=Ready" } },
      spec,
    },
    opts,
  );
}
