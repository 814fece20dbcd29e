import { type X509Certificate } from "node:crypto";
import fc from "fast-check";
import { KEYS } from "./support";

/** Uses of a certificate, and OpenSSL's words for them. */
export const USAGES: Readonly<Record<string, string>> = {
  digital_signature: "Digital Signature",
  content_commitment: "Non Repudiation",
  key_encipherment: "Key Encipherment",
  data_encipherment: "Data Encipherment",
  key_agreement: "Key Agreement",
  cert_signing: "Certificate Sign",
  crl_signing: "CRL Sign",
  encipher_only: "Encipher Only",
  decipher_only: "Decipher Only",
};
/** Extended uses of a certificate, and OpenSSL's words for them. */
export const EXTENDED_USAGES: Readonly<Record<string, string>> = {
  any_extended: "Any Extended Key Usage",
  server_auth: "TLS Web Server Authentication",
  client_auth: "TLS Web Client Authentication",
  code_signing: "Code Signing",
  email_protection: "E-mail Protection",
  ipsec_end_system: "IPSec End System",
  ipsec_tunnel: "IPSec Tunnel",
  ipsec_user: "IPSec User",
  timestamping: "Time Stamping",
  ocsp_signing: "OCSP Signing",
  microsoft_server_gated_crypto: "Microsoft Server Gated Crypto",
  netscape_server_gated_crypto: "Netscape Server Gated Crypto",
  microsoft_commercial_code_signing: "Microsoft Commercial Code Signing",
  microsoft_kernel_code_signing: "1.3.6.1.4.1.311.61.1.1",
};
/** Attributes of a subject, and Node's names for them. */
const SUBJECT: Readonly<Record<string, string>> = {
  country: "C",
  organization: "O",
  organizationalUnit: "OU",
  locality: "L",
  province: "ST",
  streetAddresses: "street",
  postalCode: "postalCode",
  commonName: "CN",
  serialNumber: "serialNumber",
};

const words = fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 }).filter((value) => !/\p{C}/u.test(value));
const subjects = fc.record(
  {
    country: fc.constantFrom("US", "DE"),
    organization: words,
    organizationalUnit: words,
    locality: words,
    province: words,
    streetAddresses: fc.array(words, { minLength: 1, maxLength: 3 }),
    postalCode: words,
    commonName: words,
    serialNumber: words,
  },
  { requiredKeys: [] },
);
const hosts = fc.domain().map((name) => name.toLowerCase());
const someNames = fc.record({
  dnsNames: fc.uniqueArray(hosts, { maxLength: 3 }),
  ipAddresses: fc.array(fc.oneof(fc.ipV4(), fc.ipV6()), { maxLength: 3 }),
  uris: fc.array(
    hosts.map((host) => `spiffe://${host}/af`),
    { maxLength: 2 },
  ),
});
/** Everything that the provider allows and `openssl verify -x509_strict` accepts; keys by their place in `KEYS`. */
export const certificates = fc
  .record({
    authority: fc.nat({ max: KEYS.length - 1 }),
    holder: fc.nat({ max: KEYS.length - 1 }),
    subject: fc.oneof({ weight: 4, arbitrary: subjects }, { weight: 1, arbitrary: fc.constant({}) }),
    issuer: subjects,
    names: someNames,
    allowedUses: fc.subarray([...Object.keys(USAGES), ...Object.keys(EXTENDED_USAGES)]),
    validityPeriodHours: fc.integer({ min: 1, max: 600_000 }),
    isCaCertificate: fc.boolean(),
    maxPathLength: fc.integer({ min: -1, max: 3 }),
    setSubjectKeyId: fc.boolean(),
  })
  .map((drawn) => {
    const { subject, names, isCaCertificate, allowedUses } = drawn;
    const nameless = Object.keys(subject).length === 0;
    const unnamed = Object.values(names).every(({ length }) => length === 0);
    // What `-x509_strict` forbids and the provider allows is left out: authorities without a usage, and certificates without any name.
    const fitting = allowedUses.filter((use) =>
      isCaCertificate ? use !== "cert_signing" : !["cert_signing", "crl_signing"].includes(use),
    );
    return {
      ...drawn,
      subject: nameless && (unnamed || isCaCertificate) ? { commonName: "named" } : subject,
      allowedUses: isCaCertificate ? ["cert_signing", ...fitting] : fitting,
      maxPathLength: isCaCertificate ? drawn.maxPathLength : -1,
    };
  });

/** The subject of a certificate, as Node reads it. */
export function subjectOf(certificate: X509Certificate): Readonly<Record<string, unknown>> {
  return { ...(certificate.toLegacyObject().subject as object) };
}

/** Values by Node's name; several of one attribute as a list, in the order of their encodings. */
export function expectedSubject(
  subject: Readonly<Record<string, string | readonly string[] | undefined>>,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(subject).map(([property, value]) => {
      const isPrintable = (item: string): boolean => /^[A-Za-z0-9 '()+,\-./:=?]*$/.test(item);
      const bytes = (item: string): Buffer => Buffer.from(item);
      const list = [value ?? []]
        .flat()
        .sort(
          (a, b) =>
            bytes(a).length - bytes(b).length || (isPrintable(a) === isPrintable(b) ? bytes(a).compare(bytes(b)) : isPrintable(a) ? 1 : -1),
        );
      const shown: unknown = list.length === 1 ? list[0] : list;
      return [SUBJECT[property] ?? property, shown];
    }),
  );
}
