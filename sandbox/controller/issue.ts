import { createHash, createPrivateKey, generateKeyPair, type KeyObject } from "node:crypto";
import { promisify } from "node:util";
import type { ClusterObject } from "../cluster/client";
import { plain, type JsonObject } from "../plugins/properties";
import { tlsProvider } from "../plugins/tls/resources";

const makeKey = promisify(generateKeyPair);

/** What a certificate is to be, and where it goes. */
export interface CertificateOrder {
  /** The Secret and its namespace. */
  readonly secret: string;
  readonly namespace: string;
  /** Name of the Certificate. */
  readonly certificate: string;
  /** Empty if the Certificate has none. */
  readonly commonName: string;
  readonly dnsNames: readonly string[];
  readonly issuer: { readonly name: string; readonly kind: string; readonly group: string };
  /** Who signs: the key pair of a CA issuer in PEM, itself, or somebody whom the sandbox cannot ask. */
  readonly authority: { readonly certificate: string; readonly key: string } | "self" | "stand-in";
  readonly algorithm: "RSA" | "ECDSA" | "Ed25519";
  /** Bits of an RSA key, or of the curve of an ECDSA key. */
  readonly size: number;
  /** Encoding of the key: PKCS#1 (SEC 1 for ECDSA) or PKCS#8. */
  readonly encoding: "PKCS1" | "PKCS8";
  /** Hours for which it is valid. */
  readonly hours: number;
  readonly ca: boolean;
  /** Labels and annotations of the Certificate's `secretTemplate`. */
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** An account of an ACME issuer: the Secret of its key. */
export interface AccountOrder {
  readonly secret: string;
  readonly namespace: string;
  readonly key: string;
}

/**
 * The Secret into which cert-manager puts a certificate. A CA issuer's certificate is signed with the authority's own key, so that readers
 * can verify it; one of an ACME issuer is signed by an authority that exists for this call only, and has no `ca.crt`, as there:
 * https://github.com/cert-manager/cert-manager/blob/v1.21.1/pkg/controller/certificates/issuing/internal/secret.go
 */
export async function certificateSecret(order: CertificateOrder): Promise<ClusterObject> {
  const key = await privateKey(order);
  const { chain, authority } = await signed(order, key);
  const encoded = (text: string): string => Buffer.from(text).toString("base64");
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      name: order.secret,
      namespace: order.namespace,
      labels: { ...order.labels, "controller.cert-manager.io/fao": "true" },
      annotations: { ...order.annotations, ...detailsOf(order) },
    },
    type: "kubernetes.io/tls",
    data: {
      "tls.crt": encoded(chain),
      "tls.key": encoded(pemOf(key, order)),
      ...(authority === undefined ? {} : { "ca.crt": encoded(authority) }),
    },
  };
}

/** The annotations by which a Secret shows of what Certificate and issuer it is. */
export function detailsOf({ certificate, commonName, dnsNames, issuer }: CertificateOrder): Readonly<Record<string, string>> {
  return {
    "cert-manager.io/alt-names": dnsNames.join(","),
    "cert-manager.io/certificate-name": certificate,
    "cert-manager.io/common-name": commonName,
    "cert-manager.io/ip-sans": "",
    "cert-manager.io/issuer-group": issuer.group,
    "cert-manager.io/issuer-kind": issuer.kind,
    "cert-manager.io/issuer-name": issuer.name,
    "cert-manager.io/uri-sans": "",
  };
}

/**
 * The Secret of the key of an ACME account, as cert-manager makes it:
 * https://github.com/cert-manager/cert-manager/blob/v1.21.1/pkg/issuer/acme/setup.go
 */
export async function accountSecret({ secret, namespace, key }: AccountOrder): Promise<ClusterObject> {
  const { privateKey: pair } = await makeKey("rsa", { modulusLength: 2048 });
  const pem = pair.export({ type: "pkcs1", format: "pem" }).toString();
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: secret, namespace, labels: { "app.kubernetes.io/managed-by": "cert-manager" } },
    data: { [key]: Buffer.from(pem).toString("base64") },
  };
}

/**
 * Hash of an account's key in PEM, as the issuer's status has it: SHA-256 over PKCS#1.
 * @throws {Error} if the text is no private key.
 */
export function accountKeyHash(pem: string): string {
  const der = createPrivateKey(pem).export({ type: "pkcs1", format: "der" });
  return createHash("sha256").update(der).digest("base64");
}

async function privateKey({ algorithm, size }: CertificateOrder): Promise<KeyObject> {
  if (algorithm === "Ed25519") return (await makeKey("ed25519")).privateKey;
  if (algorithm === "ECDSA") return (await makeKey("ec", { namedCurve: `P-${size}` })).privateKey;
  return (await makeKey("rsa", { modulusLength: size })).privateKey;
}

function pemOf(key: KeyObject, { algorithm, encoding }: CertificateOrder): string {
  const old = algorithm === "RSA" ? "pkcs1" : "sec1";
  return key
    .export({ type: encoding === "PKCS8" || algorithm === "Ed25519" ? "pkcs8" : old, format: "pem" } as { type: "pkcs8"; format: "pem" })
    .toString();
}

/** The certificate in PEM, and the authority that goes into `ca.crt`; undefined if there is none. */
async function signed(
  order: CertificateOrder,
  key: KeyObject,
): Promise<{ readonly chain: string; readonly authority: string | undefined }> {
  const pem = key.export({ type: "pkcs8", format: "pem" }).toString();
  const wanted = {
    ...(order.commonName === "" ? {} : { subject: { commonName: order.commonName } }),
    dnsNames: [...order.dnsNames],
  };
  const usage = {
    validityPeriodHours: order.hours,
    isCaCertificate: order.ca,
    allowedUses: ["digital_signature", "key_encipherment", ...(order.ca ? ["cert_signing"] : [])],
  };
  if (order.authority === "self") {
    const { certPem } = await made("SelfSignedCert", { ...wanted, ...usage, privateKeyPem: pem });
    return { chain: certPem ?? "", authority: certPem };
  }
  const authority = order.authority === "stand-in" ? await standInAuthority(order.hours) : order.authority;
  const { certRequestPem = "" } = await made("CertRequest", { ...wanted, privateKeyPem: pem });
  const { certPem = "" } = await made("LocallySignedCert", {
    ...usage,
    certRequestPem,
    caCertPem: authority.certificate,
    caPrivateKeyPem: authority.key,
  });
  return { chain: certPem, authority: order.authority === "stand-in" ? undefined : authority.certificate };
}

async function standInAuthority(hours: number): Promise<{ readonly certificate: string; readonly key: string }> {
  const { privateKey: pair } = await makeKey("ec", { namedCurve: "P-256" });
  const key = pair.export({ type: "pkcs8", format: "pem" }).toString();
  const { certPem = "" } = await made("SelfSignedCert", {
    subject: { commonName: "sandbox stand-in: no authority was asked" },
    validityPeriodHours: hours,
    isCaCertificate: true,
    allowedUses: ["cert_signing"],
    privateKeyPem: key,
  });
  return { certificate: certPem, key };
}

/** Values of one resource of the tls provider. */
async function made(kind: string, inputs: JsonObject): Promise<Readonly<Record<string, string | undefined>>> {
  const urn = `urn:pulumi:sandbox::controller::tls:index/${kind.charAt(0).toLowerCase()}${kind.slice(1)}:${kind}::certificate`;
  const provider = tlsProvider();
  const checked = await provider.check({ urn, olds: {}, news: inputs, randomSeed: new Uint8Array() });
  if ((checked.failures ?? []).length > 0) throw new Error((checked.failures ?? []).map(({ reason }) => reason).join("; "));
  const { outputs } = await provider.create({ urn, inputs: checked.inputs, timeout: 0, preview: false });
  return plain(outputs) as Readonly<Record<string, string | undefined>>;
}
