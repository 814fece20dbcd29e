import type { Manifest } from "../manifest";

/** One certificate that cert-manager keeps up to date. */
export interface CertificateSettings {
  /** ClusterIssuer that signs it. */
  readonly issuer: string;
  /** Name of the Certificate. */
  readonly name: string;
  readonly namespace: string;
  readonly dnsNames: readonly string[];
}

/** A certificate in the Secret {@link certificateSecret} of the same namespace. */
export function certificateManifest({ issuer, name, namespace, dnsNames }: CertificateSettings): Manifest {
  return {
    apiVersion: "cert-manager.io/v1",
    kind: "Certificate",
    metadata: { name, namespace, annotations: { "pulumi.com/waitFor": "condition=Ready" } },
    spec: { secretName: certificateSecret(name), dnsNames: [...dnsNames], issuerRef: { kind: "ClusterIssuer", name: issuer } },
  };
}

/** Secret with the certificate of that name. */
export function certificateSecret(name: string): string {
  return `${name}-tls`;
}
