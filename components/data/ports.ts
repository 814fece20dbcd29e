/** TCP port of an XCache. The image has no setting for another one (https://github.com/opensciencegrid/docker-xcache). */
export const XCACHE_PORT = 1094;

/**
 * TCP ports on which doors of other sites answer: https for WebDAV, XRootD's default port (https://xrootd.org/doc/dev56/xrd_config.htm,
 * `xrd.port`), and the one after it, which sites use for a second server on one host.
 */
export const DOORS_ELSEWHERE_PORTS = [443, 1094, 1095] as const;
