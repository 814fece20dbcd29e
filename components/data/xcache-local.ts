import { LOCAL_FIRST_PORT } from "./ports";
import type { XCacheSettings } from "./settings";
import { supervised } from "./xrootd-directives";

/** Name of the daemon that asks the site's own doors first, and of its files. */
export const LOCAL_FIRST = "local-first";

/** Host and port from which the cache fetches what it does not have. */
export function firstOrigin({ origin, local }: XCacheSettings): string {
  return local ? `127.0.0.1:${LOCAL_FIRST_PORT}` : `${origin.host}:${origin.port}`;
}

/**
 * Files of a second daemon in the cache's container, which asks the site's own doors and sends the cache to the federation's redirector for
 * files that they do not have; none where the site file names no doors to ask first. A proxy of XRootD has one origin, and the redirect is
 * made by the server that does not find a file (https://xrootd.org/doc/dev56/xrd_config.htm, `xrootd.redirect`). It keeps nothing itself, and
 * asks with the cache's own token, so it takes connections from its own host alone.
 * @param exportedPaths paths that clients may read.
 */
export function localFirstFiles({ origin, local }: XCacheSettings, exportedPaths: readonly string[]): Readonly<Record<string, string>> {
  if (!local) return {};
  const config = [
    `xrd.port ${LOCAL_FIRST_PORT}`,
    "xrd.allow host localhost",
    ...exportedPaths.map((path) => `all.export ${path} r/o`),
    "ofs.osslib libXrdPss.so",
    `pss.origin ${local.host}:${local.port}`,
    ...exportedPaths.map((path) => `xrootd.redirect ${origin.host}:${origin.port} ? ${path}`),
    "",
  ].join("\n");
  // As the image starts the cache
  // (https://github.com/opensciencegrid/docker-xcache/blob/master/cms-xcache/supervisord.d/10-cms-xcache.conf).
  const program = supervised(
    LOCAL_FIRST,
    `xrootd -c ${localFirstPaths["local-first.cfg"]} -k fifo -n ${LOCAL_FIRST} -l /var/log/xrootd/xrootd.log`,
    ['environment=BEARER_TOKEN_FILE=/tmp/jwt_xrdcache,XrdSecPROTOCOL="ztn"'],
  );
  return { "local-first.cfg": config, "20-local-first.conf": program };
}

/** Paths in the container at which the files of the second daemon are. */
export const localFirstPaths = {
  "local-first.cfg": "/etc/xrootd/local-first.cfg",
  "20-local-first.conf": "/etc/supervisord.d/20-local-first.conf",
} as const;
