import { podKind } from "../tenancy/flows";
import { CHECK_METRICS_PORT, CMSD_PORT, XCACHE_PORT } from "./ports";
import { REDIRECTOR_LABELS } from "./redirector";
import { XCACHE_LABELS } from "./xcache-set";

/** Pods of the facility's own XCache. */
export const XCACHE_PODS = podKind("data", "xcache", XCACHE_LABELS, { xrootd: XCACHE_PORT });

/** Pod of the redirector before several caches. */
export const REDIRECTOR_PODS = podKind("data", "redirector of XCache", REDIRECTOR_LABELS, { xrootd: XCACHE_PORT, cmsd: CMSD_PORT });

/** Pod of the check that reads known files. */
export const CHECK_PODS = podKind("data", "data-check", { "app.kubernetes.io/name": "data-check" }, { metrics: CHECK_METRICS_PORT });
