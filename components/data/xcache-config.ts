import { bytes } from "../../capacity/quantity";
import { XCACHE_PORT } from "./ports";
import type { XCacheSettings } from "./settings";

/**
 * The site's part of the cache's configuration, which the daemon reads after the image's own files. Directives are those of XRootD's proxy
 * (https://xrootd.org/doc/dev56/pss_config.htm). When a disk is 95 % full, the cache deletes files until it is 90 % full; these shares and
 * the block size are the image's defaults (https://github.com/opensciencegrid/docker-xcache). We chose no prefetch, because analyses read
 * parts of files. A token has at most 8 KiB.
 * @param exportedPaths paths that clients may read.
 */
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
    // Half of the pod's memory, in whole GiB, holds blocks in flight. The daemon does not start with less than 1g.
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

/** The cache's rules for tokens: it accepts those of one issuer whose audience is this cache. */
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

/** Path in the pod on which the disk of an index, counted from 0, is mounted. */
export function diskMount(index: number): string {
  return `/xcache/data${index}`;
}
