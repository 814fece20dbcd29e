import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign, type KeyObject } from "node:crypto";
import { textOf, type JsonObject } from "../properties";
import { sequence, oid, element } from "./der";
import { openSshPrivateKey, openSshPublicBlob, openSshType } from "./openssh";

/** Curves by the provider's name, with their name in OpenSSL and the hash with which Go signs. */
const CURVES: Readonly<Record<string, { readonly openssl: string; readonly hash: string; readonly signature: string }>> = {
  P224: { openssl: "secp224r1", hash: "sha256", signature: "1.2.840.10045.4.3.2" },
  P256: { openssl: "prime256v1", hash: "sha256", signature: "1.2.840.10045.4.3.2" },
  P384: { openssl: "secp384r1", hash: "sha384", signature: "1.2.840.10045.4.3.3" },
  P521: { openssl: "secp521r1", hash: "sha512", signature: "1.2.840.10045.4.3.4" },
};

/** What is wrong with the arguments of a private key. */
export function keyProblems(inputs: JsonObject): { property: string; reason: string }[] {
  const { algorithm, rsaBits, ecdsaCurve } = inputs;
  if (!["RSA", "ECDSA", "ED25519"].includes(textOf(algorithm))) {
    return [{ property: "algorithm", reason: `algorithm is ${JSON.stringify(algorithm) ?? "missing"}; allowed are RSA, ECDSA, ED25519` }];
  }
  if (algorithm === "RSA" && !(typeof rsaBits === "number" && Number.isInteger(rsaBits) && rsaBits >= 1024 && rsaBits <= 16384)) {
    return [{ property: "rsaBits", reason: `rsaBits is ${JSON.stringify(rsaBits)}; it must be a whole number from 1024 to 16384` }];
  }
  if (algorithm === "ECDSA" && CURVES[textOf(ecdsaCurve)] === undefined) {
    return [
      { property: "ecdsaCurve", reason: `ecdsaCurve is ${JSON.stringify(ecdsaCurve)}; allowed are ${Object.keys(CURVES).join(", ")}` },
    ];
  }
  return [];
}

/** A new key pair in every form that the provider offers. */
export function createKey(inputs: JsonObject): { readonly id: string; readonly values: JsonObject } {
  const { privateKey, publicKey } = generate(inputs);
  const publicPem = publicKey.export({ type: "spki", format: "pem" }).toString();
  const blob = openSshPublicBlob(publicKey);
  const md5 = blob && (createHash("md5").update(blob).digest("hex").match(/../g) ?? []).join(":");
  const sha256 = blob && `SHA256:${createHash("sha256").update(blob).digest("base64").replace(/=+$/, "")}`;
  const values: JsonObject = {
    privateKeyPem: traditionalPem(privateKey),
    privateKeyPemPkcs8: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    privateKeyOpenssh: openSshPrivateKey(privateKey) ?? "",
    publicKeyPem: publicPem,
    publicKeyOpenssh: blob === undefined ? "" : `${openSshType(publicKey)} ${blob.toString("base64")}\n`,
    publicKeyFingerprintMd5: md5 ?? "",
    publicKeyFingerprintSha256: sha256 ?? "",
  };
  return {
    id: createHash("sha1")
      .update(publicKey.export({ type: "spki", format: "der" }))
      .digest("hex"),
    values,
  };
}

/**
 * Reads a private key from PEM of any kind.
 * @throws {Error} without quoting the text, which may be secret.
 */
export function readPrivateKey(pem: unknown, property: string): KeyObject {
  try {
    return createPrivateKey(String(pem));
  } catch {
    throw new Error(`${property} is no private key in PEM format`);
  }
}

/** `RSA`, `ECDSA` or `ED25519`. */
export function algorithmOf(key: KeyObject): string {
  return key.asymmetricKeyType === "ec" ? "ECDSA" : (key.asymmetricKeyType ?? "").toUpperCase();
}

/** The public half of a key as SubjectPublicKeyInfo (RFC 5280, 4.1.2.7). */
export const publicKeyInfo = (key: KeyObject): Buffer => createPublicKey(key).export({ type: "spki", format: "der" });

/** Signs the way Go's crypto/x509 would with this key: the AlgorithmIdentifier and the signature. */
export function signWith(key: KeyObject, content: Buffer): { readonly algorithm: Buffer; readonly signature: Buffer } {
  const [type, hash] = signatureOf(key);
  // RSA names its (absent) parameters with NULL; the others have none.
  const parameters = key.asymmetricKeyType === "rsa" ? [element(0x05)] : [];
  return { algorithm: sequence(oid(type), ...parameters), signature: sign(hash, content, key) };
}

/** The AlgorithmIdentifier of signatures by this key, which is also part of what is signed. */
export function signatureAlgorithm(key: KeyObject): Buffer {
  const [type] = signatureOf(key);
  return sequence(oid(type), ...(key.asymmetricKeyType === "rsa" ? [element(0x05)] : []));
}

function signatureOf(key: KeyObject): readonly [type: string, hash: string | null] {
  if (key.asymmetricKeyType === "rsa") return ["1.2.840.113549.1.1.11", "sha256"];
  if (key.asymmetricKeyType === "ed25519") return ["1.3.101.112", null];
  const curve = Object.values(CURVES).find(({ openssl }) => openssl === key.asymmetricKeyDetails?.namedCurve);
  if (curve === undefined)
    throw new Error(`keys of type ${key.asymmetricKeyType} on ${key.asymmetricKeyDetails?.namedCurve} cannot sign certificates`);
  return [curve.signature, curve.hash];
}

function generate({ algorithm, rsaBits, ecdsaCurve }: JsonObject): { privateKey: KeyObject; publicKey: KeyObject } {
  if (algorithm === "RSA") return generateKeyPairSync("rsa", { modulusLength: Number(rsaBits) });
  if (algorithm === "ED25519") return generateKeyPairSync("ed25519");
  return generateKeyPairSync("ec", { namedCurve: CURVES[textOf(ecdsaCurve)]?.openssl ?? "" });
}

/** PKCS#1 for RSA, SEC 1 for ECDSA, PKCS#8 for Ed25519, which has no older form. */
function traditionalPem(key: KeyObject): string {
  if (key.asymmetricKeyType === "rsa") return key.export({ type: "pkcs1", format: "pem" }).toString();
  if (key.asymmetricKeyType === "ec") return key.export({ type: "sec1", format: "pem" }).toString();
  return key.export({ type: "pkcs8", format: "pem" }).toString();
}
