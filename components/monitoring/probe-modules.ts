import { stringify } from "yaml";
import type { Probe } from "../parts";

/** Seconds that an endpoint has to answer. We chose 10, half of the seconds between two probes. */
const TIMEOUT = "10s";

/**
 * Answers that show that a service is up: a door, a store or an API refuses who shows no token, and only 5xx says that the service itself
 * fails.
 */
const ANSWERS = [200, 201, 204, 301, 302, 303, 307, 308, 400, 401, 403, 404, 405];

/**
 * What a client of XRootD says first, with which it asks for nothing: the numbers 0, 0, 0, 4 and 2012, each 32 bits in network order. The
 * server answers to stream 0 that there is no error and that 8 bytes follow; these depend on its version
 * (https://xrootd.org/doc/dev54/XRdv511.htm, Initial Client-Server Handshake). Neither is text, so both are YAML's `!!binary`.
 */
const HELLO = Uint8Array.of(...Array<number>(15).fill(0), 4, 0, 0, 2012 >> 8, 2012 & 0xff);
const WELCOME = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 8);

/** Modules of the exporter, by the schemes of probes. Network policies let nothing but IPv4 out. */
const MODULES: Readonly<Record<Probe["scheme"], object>> = {
  https: web({ insecure_skip_verify: false }),
  "https-any-authority": web({ insecure_skip_verify: true }),
  xrootd: tcp([{ send: HELLO }, { expect_bytes: WELCOME }]),
  tcp: tcp([]),
};

function web(tls: { readonly insecure_skip_verify: boolean }): object {
  return {
    prober: "http",
    timeout: TIMEOUT,
    http: {
      preferred_ip_protocol: "ip4",
      ip_protocol_fallback: false,
      // A service may send a client to another host, to which no policy lets the exporter out.
      follow_redirects: false,
      fail_if_not_ssl: true,
      valid_status_codes: ANSWERS,
      tls_config: tls,
    },
  };
}

function tcp(queries: readonly object[]): object {
  return {
    prober: "tcp",
    timeout: TIMEOUT,
    tcp: { preferred_ip_protocol: "ip4", ip_protocol_fallback: false, ...(queries.length > 0 && { query_response: queries }) },
  };
}

/**
 * The exporter's configuration. It reads YAML
 * (https://github.com/prometheus/blackbox_exporter/blob/v0.28.0/CONFIGURATION.md).
 */
export function exporterConfig(): string {
  return stringify({ modules: MODULES }, { customTags: ["binary"] });
}
