import { bytes } from "../../capacity/quantity";
import { XCACHE_PORT } from "./ports";
import type { Data, XCacheSettings } from "./settings";

/** The site's part of the cache's configuration, read after the image's own files; directives are XRootD's (guide data-access.md §2). */
export function siteConfig({ origin, disks, memory }: XCacheSettings, exportedPaths: readonly string[]): string {
  return [
    `xrd.port ${XCACHE_PORT}`,
    ...exportedPaths.map((path) => `all.export ${path} r/o`),
    "oss.localroot /xcache/namespace",
    "ofs.osslib libXrdPss.so",
    "pss.cachelib libXrdPfc.so",
    `pss.origin ${origin.host}:${origin.port}`,
    ...disks.map((_, index) => `oss.space data ${diskMount(index)}`),
    "oss.space meta /xcache/meta",
    "pfc.spaces data meta",
    "pfc.diskusage 0.90 0.95",
    // Half of the pod's memory for blocks in flight; below 1g the daemon does not start.
    `pfc.ram ${bytes(memory) / 2n / 2n ** 30n || 1n}g`,
    "pfc.blocksize 512k",
    "pfc.prefetch 0",
    "xrd.tls /etc/grid-security/xrd/tls.crt /etc/grid-security/xrd/tls.key",
    "xrd.tlsca certdir /etc/grid-security/certificates",
    "xrootd.tls all",
    "xrootd.seclib libXrdSec.so",
    "sec.protocol ztn -maxsz 8k",
    "sec.protbind * only ztn",
    "ofs.authorize 1",
    "ofs.authlib libXrdAccSciTokens.so config=/etc/xrootd/scitokens.cfg",
    "",
  ].join("\n");
}

/** Who may read what: tokens of one issuer, for this cache as audience. */
export function tokenConfig({ host, tokens }: XCacheSettings): string {
  return [
    "[Global]",
    `audience = https://${host}`,
    "",
    "[Issuer facility]",
    `issuer = ${tokens.issuer}`,
    `base_path = ${tokens.basePath}`,
    "",
  ].join("\n");
}

/** Where the n-th disk is mounted in the pod. */
export function diskMount(index: number): string {
  return `/xcache/data${index}`;
}

/** What clients need to know of the cache, under the names that CMS images read (guide data-access.md §1). */
export function clientEnvironment(
  endpoint: { readonly host: string; readonly port: number } | undefined,
  { stores }: Data,
): Record<string, string> {
  const [doors] = Object.values(stores).map((store) => store.doors);
  const [door] = doors?.hosts ?? [];
  return {
    ...(endpoint && { XCACHE_HOST: endpoint.host, XCACHE_PORT: String(endpoint.port) }),
    ...(doors && door && { XROOTD_DOOR: `${door.name}:${doors.port}` }),
  };
}
