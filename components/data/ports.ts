/** Port of an XCache. The image reads no other (https://github.com/opensciencegrid/docker-xcache), so no setting moves it. */
export const XCACHE_PORT = 1094;

/** Where doors of other sites answer: XRootD's own port, the one beside it, and WebDAV (https://xrootd.org/doc/dev56/xrd_config.htm, `xrd.port`). */
export const DOORS_ELSEWHERE_PORTS = [443, 1094, 1095] as const;
