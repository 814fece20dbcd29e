import { createPublicKey, randomBytes, type JsonWebKey, type KeyObject } from "node:crypto";

/** Curves that OpenSSH has, by their JSON Web Key name. P-224 is not among them. */
const SSH_CURVES: Readonly<Record<string, string>> = { "P-256": "nistp256", "P-384": "nistp384", "P-521": "nistp521" };

/** `ssh-rsa`, `ecdsa-sha2-nistp256`, `ssh-ed25519`; `undefined` where OpenSSH has no such keys. */
export function openSshType(key: KeyObject): string | undefined {
  switch (key.asymmetricKeyType) {
    case "rsa":
      return "ssh-rsa";
    case "ed25519":
      return "ssh-ed25519";
    case "ec": {
      const curve = SSH_CURVES[exported(key).crv ?? ""];
      return curve === undefined ? undefined : `ecdsa-sha2-${curve}`;
    }
    default:
      return undefined;
  }
}

/** The public key as it stands, in base64, in `authorized_keys` (RFC 4253, 6.6; RFC 5656, 3.1; RFC 8709, 4). */
export function openSshPublicBlob(key: KeyObject): Buffer | undefined {
  const type = openSshType(key);
  if (type === undefined) return undefined;
  const jwk = exported(key.type === "private" ? createPublicKey(key) : key);
  if (type === "ssh-rsa") return Buffer.concat([text(type), number(jwk.e), number(jwk.n)]);
  if (type === "ssh-ed25519") return Buffer.concat([text(type), field(bytes(jwk.x))]);
  return Buffer.concat([text(type), text(type.replace("ecdsa-sha2-", "")), field(point(jwk))]);
}

/**
 * An unencrypted private key in OpenSSH's format (https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.key); undefined if
 * OpenSSH has no such keys.
 */
export function openSshPrivateKey(key: KeyObject): string | undefined {
  const [type, blob] = [openSshType(key), openSshPublicBlob(key)];
  if (type === undefined || blob === undefined) return undefined;
  const check = randomBytes(4);
  const body = Buffer.concat([check, check, text(type), privateFields(key, type), text("")]);
  // Padding with 1, 2, 3, ... up to the block size of the cipher "none", which is 8.
  const padding = Buffer.from(Array.from({ length: (8 - (body.length % 8)) % 8 }, (_, index) => index + 1));
  const file = Buffer.concat([
    Buffer.from("openssh-key-v1\0", "ascii"),
    ...[text("none"), text("none"), text("")],
    uint32(1),
    field(blob),
    field(Buffer.concat([body, padding])),
  ]);
  const lines = file.toString("base64").match(/.{1,70}/g) ?? [];
  return `-----BEGIN OPENSSH PRIVATE KEY-----\n${lines.join("\n")}\n-----END OPENSSH PRIVATE KEY-----\n`;
}

function privateFields(key: KeyObject, type: string): Buffer {
  const jwk = exported(key);
  if (type === "ssh-rsa") return Buffer.concat([jwk.n, jwk.e, jwk.d, jwk.qi, jwk.p, jwk.q].map(number));
  // The secret half of an Ed25519 key is followed by the public one.
  if (type === "ssh-ed25519") return Buffer.concat([field(bytes(jwk.x)), field(Buffer.concat([bytes(jwk.d), bytes(jwk.x)]))]);
  return Buffer.concat([text(type.replace("ecdsa-sha2-", "")), field(point(jwk)), number(jwk.d)]);
}

/** P-224 has no JSON Web Key form either, so it has no curve name here. */
function exported(key: KeyObject): JsonWebKey {
  if (key.asymmetricKeyType === "ec" && key.asymmetricKeyDetails?.namedCurve === "secp224r1") return {};
  return key.export({ format: "jwk" });
}

function point(jwk: JsonWebKey): Buffer {
  return Buffer.concat([Buffer.from([4]), bytes(jwk.x), bytes(jwk.y)]);
}

function bytes(base64url: string | undefined): Buffer {
  return Buffer.from(base64url ?? "", "base64url");
}

function uint32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32BE(value);
  return buffer;
}

const field = (content: Buffer): Buffer => Buffer.concat([uint32(content.length), content]);
const text = (value: string): Buffer => field(Buffer.from(value, "ascii"));

/** A positive whole number without leading zeros, except for one zero byte where the first bit would otherwise mean a sign. */
function number(base64url: string | undefined): Buffer {
  const digits = bytes(base64url);
  const start = digits.findIndex((byte) => byte !== 0);
  const bare = start < 0 ? Buffer.alloc(0) : digits.subarray(start);
  return field((bare[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), bare]) : bare);
}
