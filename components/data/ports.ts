/** TCP port of XRootD unless a server is told another one (https://xrootd.org/doc/dev56/xrd_config.htm, `xrd.port`). */
export const XROOTD_PORT = 1094;

/** TCP port of an XCache. The image has no setting for another one (https://github.com/opensciencegrid/docker-xcache). */
export const XCACHE_PORT = 1094;

/** TCP port at which a redirector's cmsd takes subscriptions of caches (https://xrootd.org/doc/dev56/cms_config.htm). We chose XRootD's usual one. */
export const CMSD_PORT = 1095;

/**
 * TCP port, inside of the cache's pod alone, of the daemon that asks the site's own doors first. We chose it beside those of XRootD, 1094,
 * and of its cluster, 1095.
 */
export const LOCAL_FIRST_PORT = 1096;

/**
 * TCP ports that the cache needs on the internet: lists of revoked certificates (http), issuers' keys and WebDAV (https), and every port
 * above those of the system, because each server to which the federation redirects chooses its own
 * (https://xrootd.org/doc/dev56/xrd_config.htm, `xrd.port`).
 */
export const FEDERATION_PORTS = [80, 443, [1024, 65535]] as const;

/** TCP port at which the exporter beside the check tells what it measured (https://github.com/prometheus/node_exporter/blob/v1.12.1/README.md). */
export const CHECK_METRICS_PORT = 9100;
