import { z } from "zod";
import { dnsName, port } from "../fields";

const collector = z.strictObject({
  host: dnsName.meta({ description: "Host name of the collector", perSite: true }),
  port: port.describe("UDP port on which it listens"),
});

/** Settings of the collectors to which the cache reports. */
export const CacheMonitoring = z.strictObject({
  streams: collector.describe(
    "Where it sends who logs in, which files are opened and closed, how much of them is read, and what stays in the cache",
  ),
  summaries: collector.describe("Where it sends its counters, once a minute"),
});
type CacheMonitoring = z.infer<typeof CacheMonitoring>;

/**
 * Directives by which the daemon reports over UDP: records of users and files, counters (https://xrootd.org/doc/dev56/xrd_monitoring.htm), and what is known of
 * each file in the cache when it is closed (https://github.com/xrootd/xrootd/blob/v5.5.3/src/XrdXrootd/XrdXrootdConfigMon.cc). We chose the times: a record
 * waits half a minute at most, and what is read of an open file is told every minute.
 * @param resource name under which the federation knows the cache, which is in every report.
 */
export function monitoringDirectives({ streams, summaries }: CacheMonitoring, resource: string): readonly string[] {
  const to = `${streams.host}:${streams.port}`;
  return [
    `all.sitename ${resource}`,
    `xrootd.monitor all auth flush 30s fstat 60s lfn ops xfr 1 window 5s dest fstat info user ${to}`,
    `xrootd.mongstream pfc use flush 30s send json dflthdr ${to}`,
    `xrd.report ${summaries.host}:${summaries.port} every 60s all`,
  ];
}

/** UDP ports on which the collectors listen, each once. */
export function collectorPorts({ streams, summaries }: CacheMonitoring): readonly number[] {
  return [...new Set([streams.port, summaries.port])];
}
