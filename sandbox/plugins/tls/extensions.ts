import { AsnConvert, OctetString } from "@peculiar/asn1-schema";
import * as x509 from "@peculiar/asn1-x509";
import { textOf, type JsonObject } from "../properties";
import { subjectKeyId } from "./keys";
import { found, type Problem } from "./problems";

const { KeyUsageFlags } = x509;
/** Key usages, by the official provider's name. */
const KEY_USAGES: Readonly<Record<string, x509.KeyUsageFlags>> = {
  digital_signature: KeyUsageFlags.digitalSignature,
  content_commitment: KeyUsageFlags.nonRepudiation,
  key_encipherment: KeyUsageFlags.keyEncipherment,
  data_encipherment: KeyUsageFlags.dataEncipherment,
  key_agreement: KeyUsageFlags.keyAgreement,
  cert_signing: KeyUsageFlags.keyCertSign,
  crl_signing: KeyUsageFlags.cRLSign,
  encipher_only: KeyUsageFlags.encipherOnly,
  decipher_only: KeyUsageFlags.decipherOnly,
};
/** Extended key usages, by the official provider's name: https://pkg.go.dev/crypto/x509#ExtKeyUsage */
const EXTENDED_USAGES: Readonly<Record<string, string>> = {
  any_extended: x509.anyExtendedKeyUsage,
  server_auth: x509.id_kp_serverAuth,
  client_auth: x509.id_kp_clientAuth,
  code_signing: x509.id_kp_codeSigning,
  email_protection: x509.id_kp_emailProtection,
  ipsec_end_system: "1.3.6.1.5.5.7.3.5",
  ipsec_tunnel: "1.3.6.1.5.5.7.3.6",
  ipsec_user: "1.3.6.1.5.5.7.3.7",
  timestamping: x509.id_kp_timeStamping,
  ocsp_signing: x509.id_kp_OCSPSigning,
  microsoft_server_gated_crypto: "1.3.6.1.4.1.311.10.3.3",
  netscape_server_gated_crypto: "2.16.840.1.113730.4.1",
  microsoft_commercial_code_signing: "1.3.6.1.4.1.311.2.1.22",
  microsoft_kernel_code_signing: "1.3.6.1.4.1.311.61.1.1",
};

/** Every use of a certificate, as the official provider spells it. */
export const KNOWN_USES: readonly string[] = [...Object.keys(KEY_USAGES), ...Object.keys(EXTENDED_USAGES)].sort();

/**
 * What is wrong with `allowedUses`. Pulumi's reference spells them `serverAuth`, but the official provider knows `server_auth` alone:
 * https://github.com/hashicorp/terraform-provider-tls/blob/main/internal/provider/common_cert.go
 */
export function useProblems({ allowedUses }: JsonObject): readonly Problem[] {
  if (!Array.isArray(allowedUses))
    return [{ property: "allowedUses", reason: `allowedUses ${found(allowedUses)}; it must be a list, empty for no limit` }];
  return allowedUses.flatMap((use, index) => {
    if (KNOWN_USES.includes(textOf(use))) return [];
    const property = `allowedUses[${index}]`;
    return [{ property, reason: `${property} ${found(use)}; it must be one of ${KNOWN_USES.join(", ")}` }];
  });
}

/** Who a certificate is for, and what its issuer adds. */
export interface Extended {
  readonly subject: x509.Name;
  readonly publicKey: x509.SubjectPublicKeyInfo;
  readonly names: readonly x509.GeneralName[];
  /** The key identifier of the issuer; undefined if the certificate shall not name it. */
  readonly authority: OctetString | undefined;
}

/**
 * The extensions of a certificate, in the order of Go's crypto/x509.
 *
 * A `maxPathLength` of 0 sets no limit, because the official provider leaves Go's `MaxPathLenZero` unset.
 */
export function certificateExtensions({ subject, publicKey, names, authority }: Extended, inputs: JsonObject): x509.Extensions {
  const uses = [inputs["allowedUses"] ?? []].flat().map(textOf);
  const usage = uses.reduce((flags, use) => flags | (KEY_USAGES[use] ?? 0), 0);
  const extended = uses.flatMap((use) => EXTENDED_USAGES[use] ?? []);
  const ca = inputs["isCaCertificate"] === true;
  const pathLength = Number(inputs["maxPathLength"] ?? 0);
  const constraints = new x509.BasicConstraints(ca && pathLength > 0 ? { cA: true, pathLenConstraint: pathLength } : { cA: ca });
  const own = hasSubjectKeyId(inputs) ? subjectKeyId(publicKey) : undefined;
  const keyIdentifier = authority && new x509.KeyIdentifier(authority);
  return new x509.Extensions([
    ...(usage === 0 ? [] : [extension(x509.id_ce_keyUsage, new x509.KeyUsage(usage), true)]),
    ...(extended.length === 0 ? [] : [extension(x509.id_ce_extKeyUsage, new x509.ExtendedKeyUsage(extended), false)]),
    extension(x509.id_ce_basicConstraints, constraints, true),
    ...(own === undefined ? [] : [extension(x509.id_ce_subjectKeyIdentifier, own, false)]),
    ...(keyIdentifier === undefined
      ? []
      : [extension(x509.id_ce_authorityKeyIdentifier, new x509.AuthorityKeyIdentifier({ keyIdentifier }), false)]),
    // Without a subject the names alone say whose certificate it is: https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.6
    ...namesExtension(names, subject.length === 0),
  ]);
}

/** The extension with the names beside the subject; none if there are no names. */
export function namesExtension(names: readonly x509.GeneralName[], critical: boolean): readonly x509.Extension[] {
  return names.length === 0 ? [] : [extension(x509.id_ce_subjectAltName, new x509.SubjectAlternativeName([...names]), critical)];
}

/** Value of one extension; undefined if it is not among them. */
export function findExtension(extensions: readonly x509.Extension[] | undefined, type: string): ArrayBuffer | undefined {
  return extensions?.find(({ extnID }) => extnID === type)?.extnValue.buffer;
}

/** True if a certificate is to hold the identifier of its own key: an authority always does. */
export const hasSubjectKeyId = (inputs: JsonObject): boolean => inputs["isCaCertificate"] === true || inputs["setSubjectKeyId"] === true;

function extension(extnID: string, value: object, critical: boolean): x509.Extension {
  return new x509.Extension({ extnID, critical, extnValue: new OctetString(AsnConvert.serialize(value)) });
}
