/** TCP port of a URL that names none, by scheme (https://url.spec.whatwg.org/#special-scheme). OCI registries speak https. */
const DEFAULT_PORTS: Readonly<Record<string, number>> = { "http:": 80, "https:": 443, "oci:": 443 };

/**
 * TCP port that a client of this URL connects to.
 * @throws {TypeError} if the text is not a URL.
 */
export function portOf(url: string): number {
  const { port, protocol } = new URL(url);
  return port === "" ? (DEFAULT_PORTS[protocol] ?? 443) : Number(port);
}
