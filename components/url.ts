import { HTTP_PORT, HTTPS_PORT } from "./platform/ports";

/**
 * The port that a client of this URL connects to. A registry's `oci://` is https.
 * @throws {TypeError} if it is no URL; the schema lets none through.
 */
export function portOf(url: string): number {
  const { port, protocol } = new URL(url);
  if (port !== "") return Number(port);
  return protocol === "http:" ? HTTP_PORT : HTTPS_PORT;
}
