import type { Manifest } from "../manifest";
import { waitFor } from "../wait-for";

/** One certificate that cert-manager issues and renews. */
export interface CertificateSettings {
  /** ClusterIssuer that signs it. */
  readonly issuer: string;
  /** Name of the Certificate. */
  readonly name: string;
  readonly namespace: string;
  readonly dnsNames: readonly string[];
}

/** Makes a Certificate; cert-manager writes its key pair into the Secret {@link certificateSecret} of the same namespace. */
export function certificateManifest({ issuer, name, namespace, dnsNames }: CertificateSettings): Manifest {
  return {
    apiVersion: "cert-manager.io/v1",
    kind: "Certificate",
    metadata: { name, namespace, annotations: waitFor({ condition: "Ready" }) },
    spec: { secretName: certificateSecret(name), dnsNames: [...dnsNames], issuerRef: { kind: "ClusterIssuer", name: issuer } },
  };
}

/** Name of the Secret with the key pair of a Certificate. */
export function certificateSecret(name: string): string {
  return `${name}-tls`;
}
