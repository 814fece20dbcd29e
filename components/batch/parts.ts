import type { BatchFacts } from "./facts";
import { choose } from "../choose";
import { part, type ConcernParts, type Part } from "../parts";
import { GATEWAY_PODS, USER_SERVERS } from "../hub/pods";
import { flowsBetween, type Flow } from "../tenancy/flows";
import { CONDOR_PORT } from "./ports";
import { SCHEDD_PODS, scheddPart } from "./schedd-part";
import type { Batch, HTCondor } from "./settings";

/** The parts of batch that a site has. */
export interface BatchParts extends ConcernParts {
  /** Flows to the pool; undefined at a site without one. */
  readonly pool?: Part;
  /** The facility's own access point; undefined if it uses somebody else's. */
  readonly schedd?: Part;
}

/** The parts of batch that a site has. */
export function batchParts(batch: Batch, facts: BatchFacts): BatchParts {
  return choose(batch, { htcondor: (settings) => htcondorParts(settings, facts), none: () => ({}) });
}

function htcondorParts(batch: HTCondor, facts: BatchFacts): BatchParts {
  const { schedd } = batch;
  return {
    pool: part(undefined, { flows: submitFlows(batch) }),
    ...choose(schedd, { dedicated: (settings) => ({ schedd: scheddPart(batch, settings, facts) }), external: () => ({}) }),
  };
}

/** Pods that submit jobs and query the pool: user servers, and the server of Dask Gateway. */
const SUBMITTERS = [USER_SERVERS, GATEWAY_PODS.api] as const;

/** Flows to the access point and to the pool's collector. The site file has their names but not their addresses. */
function submitFlows({ schedd }: HTCondor): readonly Flow[] {
  const inside = choose(schedd, { dedicated: () => flowsBetween(SUBMITTERS, [SCHEDD_PODS], [CONDOR_PORT]), external: () => [] });
  const outside = choose(schedd, { dedicated: () => [CONDOR_PORT], external: ({ port }) => [port, CONDOR_PORT] });
  return [...inside, ...flowsBetween(SUBMITTERS, ["outside"], outside)];
}
