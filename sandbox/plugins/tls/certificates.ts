import { randomBytes, X509Certificate, type KeyObject } from "node:crypto";
import { CertificationRequest, CertificationRequestInfo, Attributes } from "@peculiar/asn1-csr";
import { AsnConvert, type OctetString } from "@peculiar/asn1-schema";
import * as x509 from "@peculiar/asn1-x509";
import type { JsonObject } from "../properties";
import { certificateExtensions, findExtension, namesExtension } from "./extensions";
import { publicKeyInfo, signatureAlgorithm, signed } from "./keys";
import { alternativeNames, carriedOver, distinguishedName } from "./names";

/** What a certificate says about its holder. */
export interface Holder {
  readonly subject: x509.Name;
  readonly publicKey: x509.SubjectPublicKeyInfo;
  readonly names: readonly x509.GeneralName[];
}

/** Who signs. */
export interface Issuer {
  readonly name: x509.Name;
  readonly key: KeyObject;
  /** Identifier of the issuer's key, for the authority key identifier of what it signs; undefined if that is to be left out. */
  readonly keyId: OctetString | undefined;
}

/** A certificate, and from when until when it is valid. */
export interface Issued {
  readonly pem: string;
  /** In decimal. */
  readonly serial: string;
  readonly from: Date;
  readonly until: Date;
}

/** The attribute of a request that holds extensions: https://www.rfc-editor.org/rfc/rfc2985#section-5.4.2 */
const EXTENSION_REQUEST = "1.2.840.113549.1.9.14";

/**
 * Signs a certificate.
 * @param inputs those of SelfSignedCert or LocallySignedCert, already checked.
 */
export function issue(holder: Holder, issuer: Issuer, inputs: JsonObject): Issued {
  const from = new Date(Math.floor(Date.now() / 1000) * 1000);
  const until = new Date(from.getTime() + Number(inputs["validityPeriodHours"]) * 3_600_000);
  const algorithm = signatureAlgorithm(issuer.key);
  const tbsCertificate = new x509.TBSCertificate({
    version: x509.Version.v3,
    serialNumber: serialNumber(),
    signature: algorithm,
    issuer: issuer.name,
    validity: new x509.Validity({ notBefore: from, notAfter: until }),
    subject: holder.subject,
    subjectPublicKeyInfo: holder.publicKey,
    extensions: certificateExtensions({ ...holder, authority: issuer.keyId }, inputs),
  });
  const signatureValue = signed(issuer.key, tbsCertificate);
  const certificate = new x509.Certificate({ tbsCertificate, signatureAlgorithm: algorithm, signatureValue });
  const read = new X509Certificate(Buffer.from(AsnConvert.serialize(certificate)));
  return { pem: read.toString(), serial: BigInt(`0x${read.serialNumber}`).toString(), from, until };
}

/** A signed request for a certificate (PKCS#10), in DER. */
export function request(key: KeyObject, inputs: JsonObject): Buffer {
  const names = namesExtension(alternativeNames(inputs), false);
  const wanted = new x509.Attribute({ type: EXTENSION_REQUEST, values: [AsnConvert.serialize(new x509.Extensions([...names]))] });
  const certificationRequestInfo = new CertificationRequestInfo({
    subject: distinguishedName(inputs),
    subjectPKInfo: publicKeyInfo(key),
    attributes: new Attributes(names.length === 0 ? [] : [wanted]),
  });
  const signature = { signatureAlgorithm: signatureAlgorithm(key), signature: signed(key, certificationRequestInfo) };
  return Buffer.from(AsnConvert.serialize(new CertificationRequest({ certificationRequestInfo, ...signature })));
}

/**
 * Reads what a certificate request asks for, as far as the official provider grants it: subject, key, DNS names, IP addresses and URIs.
 * The signature of the request is not checked there either.
 * @throws {Error} if the text is no certificate request.
 */
export function readRequest(text: string): Holder {
  const [, body] = /-----BEGIN CERTIFICATE REQUEST-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE REQUEST-----/.exec(text) ?? [];
  try {
    const { certificationRequestInfo } = AsnConvert.parse(Buffer.from(body ?? "", "base64"), CertificationRequest);
    const { subject, subjectPKInfo, attributes } = certificationRequestInfo;
    const asked = attributes.find(({ type }) => type === EXTENSION_REQUEST)?.values[0];
    const names = asked && findExtension(AsnConvert.parse(asked, x509.Extensions), x509.id_ce_subjectAltName);
    const isGranted = (name: x509.GeneralName): boolean => (name.dNSName ?? name.iPAddress ?? name.uniformResourceIdentifier) !== undefined;
    return {
      subject: carriedOver(subject),
      publicKey: subjectPKInfo,
      names: names === undefined ? [] : AsnConvert.parse(names, x509.SubjectAlternativeName).filter(isGranted),
    };
  } catch {
    throw new Error("Failed to parse certificate request PEM: certRequestPem holds none; give CertRequest.certRequestPem");
  }
}

/**
 * Reads name and key identifier of an authority from its certificate. The official provider also warns if the certificate is not one of an
 * authority.
 * @throws {Error} if the text is no certificate, or if the key is not the certificate's.
 */
export function readIssuer(text: string, key: KeyObject): Issuer {
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(text);
  } catch {
    throw new Error("Failed to parse CA certificate PEM: caCertPem holds none; give the certPem of a certificate");
  }
  if (!certificate.checkPrivateKey(key)) {
    throw new Error(
      "Failed to create certificate: caPrivateKeyPem doesn't match the public key in caCertPem; give the key that caCertPem was made for",
    );
  }
  const { subject, extensions } = AsnConvert.parse(certificate.raw, x509.Certificate).tbsCertificate;
  const keyId = findExtension(extensions, x509.id_ce_subjectKeyIdentifier);
  return { name: subject, key, keyId: keyId && AsnConvert.parse(keyId, x509.SubjectKeyIdentifier) };
}

/** True if both names are the same, byte for byte. */
export function isSameName(one: x509.Name, other: x509.Name): boolean {
  return Buffer.from(AsnConvert.serialize(one)).equals(Buffer.from(AsnConvert.serialize(other)));
}

/** 16 random bytes are unique, and fewer than the 20 that are allowed (https://www.rfc-editor.org/rfc/rfc5280#section-4.1.2.2). */
function serialNumber(): ArrayBuffer {
  const bytes = randomBytes(16);
  // A number is positive if its first bit is 0, and DER forbids further zeros: the first byte is from 1 to 127.
  bytes[0] = 1 + ((bytes[0] ?? 0) % 127);
  return new Uint8Array(bytes).buffer;
}
