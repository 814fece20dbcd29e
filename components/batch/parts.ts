import type { BatchFacts } from "./facts";
import { choose } from "../choose";
import { part, type ConcernParts, type Part } from "../parts";
import { USER_SERVERS, type Flow, type Peer } from "../tenancy/flows";
import { CONDOR_PORT } from "./ports";
import { scheddPart } from "./schedd-part";
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

/** Peers that submit jobs and query the pool: user servers, and Dask Gateway in the hub's namespace. */
const SUBMITTERS: readonly Peer[] = ["hub", USER_SERVERS];

/** Flows to the access point and to the pool's collector. The site file has their names but not their addresses. */
function submitFlows({ schedd }: HTCondor): readonly Flow[] {
  const inside = choose(schedd, {
    dedicated: () => SUBMITTERS.map((from): Flow => ({ from, to: "batch", ports: [CONDOR_PORT] })),
    external: () => [],
  });
  const outside = choose(schedd, { dedicated: () => [CONDOR_PORT], external: ({ port }) => [port, CONDOR_PORT] });
  return [...inside, ...SUBMITTERS.map((from): Flow => ({ from, to: "anywhere", ports: outside }))];
}
