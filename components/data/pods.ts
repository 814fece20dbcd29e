import { podKind } from "../tenancy/flows";
import { XCACHE_PORT } from "./ports";
import { XCACHE_LABELS } from "./xcache-set";

/** Pods of the facility's own XCache. */
export const XCACHE_PODS = podKind("data", "xcache", XCACHE_LABELS, { xrootd: XCACHE_PORT });
