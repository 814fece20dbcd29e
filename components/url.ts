import { HTTP_PORT, HTTPS_PORT } from "./platform/ports";

/**
 * TCP port that a client of this URL connects to; OCI registries (`oci://`) speak https.
 * @throws {TypeError} if the text is not a URL, which the schemas of the settings do not admit.
 */
export function portOf(url: string): number {
  const { port, protocol } = new URL(url);
  if (port !== "") return Number(port);
  return protocol === "http:" ? HTTP_PORT : HTTPS_PORT;
}
