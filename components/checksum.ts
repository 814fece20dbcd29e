import { createHash } from "node:crypto";

/**
 * Digest of a configuration: the first 16 hexadecimal digits (8 bytes) of its SHA-256. It goes into an annotation of a pod template, so
 * that a changed file restarts a daemon that reads its files only at its start. 8 bytes tell versions of one file apart; nobody attacks
 * them.
 */
export function checksum(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
