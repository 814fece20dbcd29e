import { createHash, randomBytes, X509Certificate, type KeyObject } from "node:crypto";
import { textOf, type JsonObject } from "../properties";
import { bits, constructed, elements, integer, namedBits, octets, oid, primitive, sequence, set, TAG, time, TRUE } from "./der";
import { publicKeyInfo, signatureAlgorithm, signWith } from "./keys";
import { alternativeNames, distinguishedName, extension, findExtension } from "./names";

/** What a certificate says about its holder. */
export interface Holder {
  readonly subject: Buffer;
  readonly publicKey: Buffer;
  /** Extension with the names, if there are any. */
  readonly names: readonly Buffer[];
}

/** Who signs. */
export interface Issuer {
  readonly name: Buffer;
  readonly key: KeyObject;
  /** Its own subject key identifier, for the authority key identifier of what it signs. */
  readonly keyId: Buffer | undefined;
}

// prettier-ignore
const KEY_USAGES: Readonly<Record<string, number>> = {
  digital_signature: 0, content_commitment: 1, key_encipherment: 2, data_encipherment: 3, key_agreement: 4, cert_signing: 5, crl_signing: 6,
  encipher_only: 7, decipher_only: 8,
};
// prettier-ignore
const EXTENDED_USAGES: Readonly<Record<string, string>> = {
  any_extended: "2.5.29.37.0", server_auth: "1.3.6.1.5.5.7.3.1", client_auth: "1.3.6.1.5.5.7.3.2", code_signing: "1.3.6.1.5.5.7.3.3",
  email_protection: "1.3.6.1.5.5.7.3.4", ipsec_end_system: "1.3.6.1.5.5.7.3.5", ipsec_tunnel: "1.3.6.1.5.5.7.3.6", ipsec_user: "1.3.6.1.5.5.7.3.7",
  timestamping: "1.3.6.1.5.5.7.3.8", ocsp_signing: "1.3.6.1.5.5.7.3.9", microsoft_server_gated_crypto: "1.3.6.1.4.1.311.10.3.3",
  netscape_server_gated_crypto: "2.16.840.1.113730.4.1", microsoft_commercial_code_signing: "1.3.6.1.4.1.311.2.1.22",
  microsoft_kernel_code_signing: "1.3.6.1.4.1.311.61.1.1",
};

/** Both spellings are known: `server_auth` of the provider and `serverAuth` of Pulumi's documentation. */
const spelled = (use: string): string => use.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
/** Every use of a certificate, as the official provider spells it. */
export const KNOWN_USES: readonly string[] = [...Object.keys(KEY_USAGES), ...Object.keys(EXTENDED_USAGES)];
/** True for a use in either spelling. */
export const isKnownUse = (use: string): boolean => KNOWN_USES.includes(spelled(use));

/**
 * Signs a certificate and says from when until when it is valid.
 * @param inputs those of SelfSignedCert or LocallySignedCert.
 */
export function issue(
  holder: Holder,
  issuer: Issuer,
  inputs: JsonObject,
  now: Date = new Date(),
): { readonly pem: string; readonly serial: string; readonly until: Date; readonly from: Date } {
  const from = new Date(Math.floor(now.getTime() / 1000) * 1000);
  const until = new Date(from.getTime() + Number(inputs["validityPeriodHours"]) * 3_600_000);
  // 16 random bytes are unique, and fewer than the 20 that RFC 5280, 4.1.2.2, allows.
  const serial = BigInt(`0x${randomBytes(16).toString("hex")}`);
  const toSign = sequence(
    constructed(0, integer(2)),
    integer(serial),
    signatureAlgorithm(issuer.key),
    issuer.name,
    sequence(time(from), time(until)),
    holder.subject,
    holder.publicKey,
    constructed(3, sequence(...extensions(holder, issuer, inputs))),
  );
  const { algorithm, signature } = signWith(issuer.key, toSign);
  return { pem: pem("CERTIFICATE", sequence(toSign, algorithm, bits(signature))), serial: serial.toString(), from, until };
}

/** A signed request for a certificate (PKCS#10). */
export function request(key: KeyObject, inputs: JsonObject): string {
  const names = alternativeNames(inputs);
  const wanted = names.length === 0 ? [] : [sequence(oid("1.2.840.113549.1.9.14"), set(sequence(...names)))];
  const toSign = sequence(integer(0), distinguishedName(subjectOf(inputs)), publicKeyInfo(key), constructed(0, ...wanted));
  const { algorithm, signature } = signWith(key, toSign);
  return pem("CERTIFICATE REQUEST", sequence(toSign, algorithm, bits(signature)));
}

/**
 * Reads what a certificate request asks for. Its signature is not checked, because the same program has made it.
 * @throws {Error} if the text is no certificate request.
 */
export function readRequest(text: string): Holder {
  const [outer] = elements(fromPem("CERTIFICATE REQUEST", text));
  const [inner] = elements(outer?.content ?? Buffer.alloc(0));
  const [, subject, publicKey, attributes] = elements(inner?.content ?? Buffer.alloc(0));
  if (subject === undefined || publicKey === undefined) throw new Error("certRequestPem is no certificate request in PEM format");
  const wanted = oid("1.2.840.113549.1.9.14");
  const asked = elements(attributes?.content ?? Buffer.alloc(0)).flatMap(({ content }) => {
    const [type, values] = elements(content);
    return type?.whole.equals(wanted) === true ? elements(values?.content ?? Buffer.alloc(0)) : [];
  });
  const names = asked.flatMap(({ content }) => findExtension(content, "2.5.29.17") ?? []);
  return { subject: subject.whole, publicKey: publicKey.whole, names: names.map((value) => extension("2.5.29.17", value, false)) };
}

/**
 * Reads name and key identifier of a CA from its certificate.
 * @throws {Error} if the text is no certificate, or if the key is not the certificate's.
 */
export function readIssuer(text: string, key: KeyObject): Issuer {
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(text);
  } catch {
    throw new Error("caCertPem is no certificate in PEM format");
  }
  if (!certificate.checkPrivateKey(key)) throw new Error("caPrivateKeyPem is not the key of caCertPem");
  const [outer] = elements(certificate.raw);
  const [inner] = elements(outer?.content ?? Buffer.alloc(0));
  const fields = elements(inner?.content ?? Buffer.alloc(0));
  // version [0], serial, algorithm, issuer, validity, subject, key, then extensions [3]
  const subject = fields[5]?.whole ?? sequence();
  const [list] = elements(fields.find(({ type }) => type === 0xa3)?.content ?? Buffer.alloc(0));
  const keyId = list && findExtension(list.content, "2.5.29.14");
  return { name: subject, key, keyId: keyId && elements(keyId)[0]?.content };
}

/** The `subject` argument; empty if there is none. */
export function subjectOf(inputs: JsonObject): JsonObject {
  const { subject } = inputs;
  return typeof subject === "object" && subject !== null && !Array.isArray(subject) ? subject : {};
}

/** SHA-1 over the bits of the public key, as Go makes it. */
export function subjectKeyId(publicKey: Buffer): Buffer {
  const [info] = elements(publicKey);
  const key = elements(info?.content ?? Buffer.alloc(0)).find(({ type }) => type === TAG.bitString);
  return createHash("sha1")
    .update(key?.content.subarray(1) ?? Buffer.alloc(0))
    .digest();
}

function extensions(holder: Holder, issuer: Issuer, inputs: JsonObject): readonly Buffer[] {
  const uses = (Array.isArray(inputs["allowedUses"]) ? inputs["allowedUses"] : []).map((use) => spelled(textOf(use)));
  const usages = uses.flatMap((use) => KEY_USAGES[use] ?? []);
  const extended = uses.flatMap((use) => EXTENDED_USAGES[use] ?? []);
  const ca = inputs["isCaCertificate"] === true;
  const pathLength = Number(inputs["maxPathLength"] ?? -1);
  const keyId = subjectKeyId(holder.publicKey);
  const marked = ca || inputs["setSubjectKeyId"] === true;
  // A self-signed certificate names its own key.
  const authority = issuer.keyId ?? (inputs["setAuthorityKeyId"] === true ? keyId : undefined);
  return [
    ...(usages.length > 0 ? [extension("2.5.29.15", namedBits(usages), true)] : []),
    ...(extended.length > 0 ? [extension("2.5.29.37", sequence(...extended.map(oid)), false)] : []),
    extension("2.5.29.19", sequence(...(ca ? [TRUE, ...(pathLength >= 0 ? [integer(pathLength)] : [])] : [])), true),
    ...(marked ? [extension("2.5.29.14", octets(keyId), false)] : []),
    ...(authority === undefined ? [] : [extension("2.5.29.35", sequence(primitive(0, authority)), false)]),
    ...holder.names,
  ];
}

function pem(label: string, der: Buffer): string {
  const lines = der.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}

function fromPem(label: string, text: string): Buffer {
  const [, body] = new RegExp(`-----BEGIN (?:NEW )?${label}-----([A-Za-z0-9+/=\\s]+)-----END`).exec(text) ?? [];
  if (body === undefined) throw new Error(`certRequestPem is no ${label.toLowerCase()} in PEM format`);
  return Buffer.from(body, "base64");
}
