import { bytes } from "../../capacity/quantity";
import { monitoringDirectives } from "./monitoring-settings";
import type { XCacheSettings } from "./settings";
import { firstOrigin } from "./xcache-local";
import { exported, FORWARDED, TLS_DIRECTIVES } from "./xrootd-directives";

/**
 * The site's part of the cache's configuration, which the daemon reads between the image's own files, in the order of their names
 * (https://github.com/opensciencegrid/xcache/tree/master/configs). The image loads proxy and cache, and tells where namespace, data and
 * metadata are. Directives are those of XRootD's proxy (https://xrootd.org/doc/dev56/pss_config.htm). We chose no prefetch, because
 * analyses read parts of files. A token has at most 8 KiB.
 * @param exportedPaths paths that clients may read.
 */
export function siteConfig(settings: XCacheSettings, exportedPaths: readonly string[]): string {
  const { disks, memory } = settings;
  const size = disks.reduce((sum, disk) => sum + bytes(disk.size), 0n);
  return [
    // Without it the cache takes the whole file system of its container for its namespace, and searches it for files to purge.
    `oss.localroot ${NAMESPACE_ROOT}`,
    "if exec xrootd",
    // The cache fetches from where the site file says, or from the origin that a URL such as root://cache//root://door//store/x names. The tokens'
    // base paths say which origins a URL may name.
    ...exported(exportedPaths, "r/o"),
    `pss.origin =${FORWARDED.join(",")} ${firstOrigin(settings)}`,
    // The shares are the image's defaults, here of the disks' sizes. A fast cache fills a disk within the five minutes between two purges
    // that are XRootD's default, so that it looks once a minute, which is the least.
    `pfc.diskusage ${(size * 90n) / 102400n}k ${(size * 95n) / 102400n}k purgeinterval 60s`,
    // Half of the pod's memory, in whole GiB, holds blocks in flight. The daemon does not start with less than 1g.
    `pfc.ram ${bytes(memory) / 2n / 2n ** 30n || 1n}g`,
    "pfc.blocksize 512k",
    "pfc.prefetch 0",
    ...TLS_DIRECTIVES,
    "xrootd.seclib libXrdSec.so",
    "sec.protocol ztn -maxsz 8k",
    ...(settings.proxies ? PROXY_DIRECTIVES : []),
    `sec.protbind * only ztn${settings.proxies ? " gsi" : ""}`,
    "ofs.authorize 1",
    // With ++ what no token allows is asked of the authorization database.
    `ofs.authlib ${settings.proxies ? "++ " : ""}libXrdAccSciTokens.so config=/etc/xrootd/scitokens.cfg`,
    ...(settings.monitoring ? monitoringDirectives(settings.monitoring, settings.resource) : []),
    "else",
    // Beside the cache, its cmsd tells the redirector which files are here, and that every other one can be fetched.
    ...exported(exportedPaths, "stage r/o"),
    "fi",
    "",
  ].join("\n");
}

/**
 * Stands in the place of the image's file that names a proxy certificate for the daemon's own connections
 * (https://github.com/opensciencegrid/xcache/blob/master/configs/xcache/config.d/40-xcache-auth.cfg). The image makes one of the host
 * certificate only where VOMS knows that, and with the name of a file that is missing the daemon connects to no origin by TLS. The origin
 * knows the cache by its token.
 */
export const NO_PROXY_CONFIG = "# The cache has a token of its own and no proxy certificate.\n";

/**
 * Directives by which the daemon takes X.509 proxies with attributes of VOMS, and none without
 * (https://github.com/xrootd/xrootd/blob/v5.5.3/src/XrdSecgsi/XrdSecProtocolgsi.cc). The image has the authorities and the names of the VOMS servers, and renews
 * the lists of revoked certificates. No proxy becomes a user of the system.
 */
const PROXY_DIRECTIVES = [
  [
    "sec.protocol gsi",
    "-certdir:/etc/grid-security/certificates",
    "-cert:/etc/grid-security/xrd/xrdcert.pem",
    "-key:/etc/grid-security/xrd/xrdkey.pem",
    "-crl:try",
    "-gmapopt:nomap",
    "-vomsat:require",
    "-vomsfun:default",
    "-vomsfunparms:certfmt=pem|grpopt=useall",
  ].join(" "),
  "acc.authdb /etc/xrootd/authfile",
] as const;

/**
 * The cache's rules for X.509 proxies, in XRootD's own form (https://xrootd.org/doc/dev56/sec_config.htm, Authorization database): members of the groups may read
 * the paths, whether a URL names an origin or not, and through no origin but the given ones. Tokens have rules of their own.
 * @param origins `host` or `host:port` of each origin that a URL may name.
 */
export function proxyRules({ proxies }: XCacheSettings, origins: readonly string[]): string {
  if (proxies === undefined) return "";
  const { groups, paths } = proxies;
  const granted = ["", ...forwardedPaths(origins)].flatMap((prefix) => paths.map((path) => `${prefix}${path} rl`)).join(" ");
  return groups.map((group) => `g ${group} ${granted}\n`).join("");
}

/** Where a URL that names an origin leads to in the cache: one path for each protocol and origin. */
function forwardedPaths(origins: readonly string[]): readonly string[] {
  return FORWARDED.flatMap((protocol) => origins.map((origin) => `/${protocol}:/${origin}`));
}

/** Folder of the cache's namespace: XC_ROOTDIR of the image. */
const NAMESPACE_ROOT = "/xcache/namespace";

/**
 * The cache's rules for tokens. A scope's path is relative to each base path, and a URL that names an origin reaches the cache as
 * `/root:/<origin>/<path>`. So an issuer's tokens give access to the same paths whether a URL names an origin or not, and to no origin but
 * the given ones (https://github.com/xrootd/xrootd/blob/v5.5.3/src/XrdSciTokens/README.md).
 * @param origins `host` or `host:port` of each origin that a URL may name.
 */
export function tokenConfig({ host, tokens }: XCacheSettings, origins: readonly string[]): string {
  const forwarded = forwardedPaths(origins);
  return [
    "[Global]",
    `audience = ${(tokens.audiences ?? [`https://${host}`]).join(", ")}`,
    ...tokens.issuers.flatMap(({ url, basePath, paths }) => [
      "",
      `[Issuer ${url}]`,
      `issuer = ${url}`,
      `base_path = ${["", ...forwarded].map((prefix) => `${prefix}${basePath}`).join(",")}`,
      `restricted_path = ${paths.join(",")}`,
    ]),
    "",
  ].join("\n");
}
