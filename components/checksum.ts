import { createHash } from "node:crypto";

/** Short digest of a configuration, for an annotation of a pod template: a daemon that reads its files once is restarted when they change. */
export function checksum(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
