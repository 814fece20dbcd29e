import { podKind, type PodKind } from "../tenancy/flows";
import { CHECK_METRICS_PORT, CMSD_PORT, XCACHE_PORT } from "./ports";
import { REDIRECTOR_LABELS } from "./redirector";
import type { XCacheSettings } from "./settings";
import { XCACHE_LABELS } from "./xcache-set";

/** Pods of the facility's own XCache. */
export const XCACHE_PODS = podKind("data", "xcache", XCACHE_LABELS, { xrootd: XCACHE_PORT });

/** Pod of the redirector before several caches. */
export const REDIRECTOR_PODS = podKind("data", "xcache-redirector", REDIRECTOR_LABELS, { xrootd: XCACHE_PORT, cmsd: CMSD_PORT });

/** Pods to which readers of the facility's own cache connect: where a redirector is asked first, it sends them on to the caches. */
export function cachePods({ servers }: Pick<XCacheSettings, "servers">): readonly PodKind[] {
  return servers ? [XCACHE_PODS, REDIRECTOR_PODS] : [XCACHE_PODS];
}

/** Pod of the check that reads known files. */
export const CHECK_PODS = podKind("data", "data-check", { "app.kubernetes.io/name": "data-check" }, { metrics: CHECK_METRICS_PORT });
