/** Ports that a URL means when it names none (https://url.spec.whatwg.org/#special-scheme). */
const DEFAULT_PORTS: Readonly<Record<string, number>> = { "http:": 80, "https:": 443, "oci:": 443 };

/** The port that a client of this URL connects to. */
export function portOf(url: string): number {
  const { port, protocol } = new URL(url);
  return port === "" ? (DEFAULT_PORTS[protocol] ?? 443) : Number(port);
}
