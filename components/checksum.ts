import { createHash } from "node:crypto";

/**
 * Digest of a configuration: the first 16 hexadecimal digits (8 bytes) of its SHA-256. It goes into an annotation of a pod template, so
 * that a changed file restarts a daemon that reads its files only at its start. 8 bytes tell versions of one file apart; nobody attacks
 * them.
 */
export function checksum(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

/** Digest of the data of a ConfigMap, by file name, in whichever order it has them. */
export function dataChecksum(data: Readonly<Record<string, string>>): string {
  return checksum(JSON.stringify(Object.entries(data).sort(([a], [b]) => (a < b ? -1 : 1))));
}

/** Annotation of a pod template with the digest of the configuration that its pods read. */
export const CONFIG_CHECKSUM = "checksum/config";

/** Annotation of a pod template with the digest of the secret values that its pods read. */
export const SECRETS_CHECKSUM = "checksum/secrets";
