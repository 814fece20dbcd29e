import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign, type KeyObject } from "node:crypto";
import { AsnConvert, OctetString } from "@peculiar/asn1-schema";
import { AlgorithmIdentifier, SubjectPublicKeyInfo } from "@peculiar/asn1-x509";
import { textOf, type JsonObject } from "../properties";
import { oneOf, wholeNumber, type Problem } from "./problems";

/** A kind of signature: its object identifier, and the hash by its name in OpenSSL; Ed25519 has no separate hash. */
interface Signature {
  readonly algorithm: string;
  readonly hash: string | null;
}

const ALGORITHMS = ["RSA", "ECDSA", "ED25519"] as const;
/** Sizes of RSA keys, in bits: fewer are refused by Go (https://pkg.go.dev/crypto/rsa#hdr-Minimum_key_size), more by OpenSSL. */
const RSA_BITS = { least: 1024, most: 16384 } as const;
const SHA256_WITH_RSA: Signature = { algorithm: "1.2.840.113549.1.1.11", hash: "sha256" };
const PURE_ED25519: Signature = { algorithm: "1.3.101.112", hash: null };
/** Curves by the provider's name: the name in OpenSSL, and the signature that Go's crypto/x509 chooses for a key on this curve. */
const CURVES: Readonly<Record<string, { readonly openssl: string; readonly signature: Signature }>> = {
  P224: { openssl: "secp224r1", signature: { algorithm: "1.2.840.10045.4.3.2", hash: "sha256" } },
  P256: { openssl: "prime256v1", signature: { algorithm: "1.2.840.10045.4.3.2", hash: "sha256" } },
  P384: { openssl: "secp384r1", signature: { algorithm: "1.2.840.10045.4.3.3", hash: "sha384" } },
  P521: { openssl: "secp521r1", signature: { algorithm: "1.2.840.10045.4.3.4", hash: "sha512" } },
};

/** What is wrong with the arguments of a private key. A curve is checked for every algorithm, as the official provider does. */
export function keyProblems({ algorithm, rsaBits, ecdsaCurve }: JsonObject): readonly Problem[] {
  const problems = [...oneOf("algorithm", algorithm, ALGORITHMS), ...oneOf("ecdsaCurve", ecdsaCurve, Object.keys(CURVES))];
  return algorithm === "RSA" ? [...problems, ...wholeNumber("rsaBits", rsaBits, "bits", RSA_BITS.least, RSA_BITS.most)] : problems;
}

/**
 * A new key pair in PEM: PKCS#1 for RSA and SEC 1 for ECDSA, PKCS#8 for every key, and the public half. The id is made as in the official
 * provider.
 */
export function createKey(inputs: JsonObject): { readonly id: string; readonly values: JsonObject } {
  const { privateKey, publicKey } = generate(inputs);
  const pem = (type: "pkcs1" | "sec1" | "pkcs8"): string => privateKey.export({ type, format: "pem" }).toString();
  return {
    id: createHash("sha1")
      .update(publicKey.export({ type: "spki", format: "der" }))
      .digest("hex"),
    values: {
      // Ed25519 has no form that is older than PKCS#8.
      privateKeyPem: pem(inputs["algorithm"] === "RSA" ? "pkcs1" : inputs["algorithm"] === "ECDSA" ? "sec1" : "pkcs8"),
      privateKeyPemPkcs8: pem("pkcs8"),
      publicKeyPem: publicKey.export({ type: "spki", format: "pem" }).toString(),
    },
  };
}

/**
 * Reads a private key from PEM of any kind.
 * @throws {Error} for anything that cannot sign a certificate, without quoting the text, which may be secret.
 */
export function readPrivateKey(pem: string, property: string): KeyObject {
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch {
    throw new Error(
      `Failed to parse private key PEM: ${property} holds none; allowed are the forms of PrivateKey.privateKeyPem, unencrypted`,
    );
  }
  if (signatureOf(key) !== undefined) return key;
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
  const kind = details?.namedCurve === undefined ? type : `${type} on ${details.namedCurve}`;
  const curves = Object.keys(CURVES).join(", ");
  throw new Error(`unsupported private key type: ${property} is ${kind}; allowed are RSA, ECDSA on ${curves}, and ED25519`);
}

/** `RSA`, `ECDSA` or `ED25519`. */
export function algorithmOf(key: KeyObject): string {
  return key.asymmetricKeyType === "ec" ? "ECDSA" : (key.asymmetricKeyType ?? "").toUpperCase();
}

/** The public half of a key as a certificate holds it. */
export function publicKeyInfo(key: KeyObject): SubjectPublicKeyInfo {
  return AsnConvert.parse(createPublicKey(key).export({ type: "spki", format: "der" }), SubjectPublicKeyInfo);
}

/**
 * The subject key identifier that the official provider gives a key: SHA-1 over the bits of the public key, for Ed25519 over those bits as
 * an octet string.
 * https://github.com/hashicorp/terraform-provider-tls/blob/main/internal/provider/common_cert.go (generateSubjectKeyID)
 */
export function subjectKeyId({ algorithm, subjectPublicKey }: SubjectPublicKeyInfo): OctetString {
  const ed25519 = algorithm.algorithm === PURE_ED25519.algorithm;
  const hashed = ed25519 ? AsnConvert.serialize(new OctetString(subjectPublicKey)) : subjectPublicKey;
  return new OctetString(createHash("sha1").update(Buffer.from(hashed)).digest());
}

/**
 * How this key signs, which is part of what is signed.
 * @throws {Error} for a key that `readPrivateKey` refuses.
 */
export function signatureAlgorithm(key: KeyObject): AlgorithmIdentifier {
  const { algorithm } = known(key);
  // RSA writes NULL for its absent parameters (https://www.rfc-editor.org/rfc/rfc4055#section-5); the others have none.
  return new AlgorithmIdentifier(key.asymmetricKeyType === "rsa" ? { algorithm, parameters: null } : { algorithm });
}

/**
 * The signature of this key over a structure.
 * @throws {Error} for a key that `readPrivateKey` refuses.
 */
export function signed(key: KeyObject, structure: object): ArrayBuffer {
  return new Uint8Array(sign(known(key).hash, Buffer.from(AsnConvert.serialize(structure)), key)).buffer;
}

function known(key: KeyObject): Signature {
  const signature = signatureOf(key);
  if (signature === undefined) throw new Error(`unsupported private key type: ${key.asymmetricKeyType}`);
  return signature;
}

function signatureOf(key: KeyObject): Signature | undefined {
  if (key.asymmetricKeyType === "rsa") return SHA256_WITH_RSA;
  if (key.asymmetricKeyType === "ed25519") return PURE_ED25519;
  if (key.asymmetricKeyType !== "ec") return undefined;
  return Object.values(CURVES).find(({ openssl }) => openssl === key.asymmetricKeyDetails?.namedCurve)?.signature;
}

function generate({ algorithm, rsaBits, ecdsaCurve }: JsonObject): { privateKey: KeyObject; publicKey: KeyObject } {
  if (algorithm === "RSA") return generateKeyPairSync("rsa", { modulusLength: Number(rsaBits) });
  if (algorithm === "ED25519") return generateKeyPairSync("ed25519");
  return generateKeyPairSync("ec", { namedCurve: CURVES[textOf(ecdsaCurve)]?.openssl ?? "" });
}
