import { choose } from "../choose";
import { part, type ConcernParts, type Part } from "../parts";
import type { LoadBalancer } from "../platform/settings";
import { USERS, type Flow, type Peer } from "../tenancy/flows";
import { CONDOR_PORT } from "./ports";
import { scheddPart } from "./schedd-part";
import type { Batch, HTCondor } from "./settings";

/** The batch pool as the facility sees it. */
export interface BatchParts extends ConcernParts {
  readonly pool?: Part;
  /** The facility's own access point. */
  readonly schedd?: Part;
}

/** What the access point takes from other concerns. */
export interface BatchFacts {
  readonly namespace: string;
  /** StorageClass of the queue's volume. */
  readonly blockClass: string;
  readonly loadBalancer: LoadBalancer;
}

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

/** Who submits jobs, and asks the pool about them: user servers, and Dask Gateway beside them. */
const SUBMITTERS: readonly Peer[] = ["hub", USERS];

/** Ways to the access point and to the pool's collector, which are known by name alone. */
function submitFlows({ schedd }: HTCondor): readonly Flow[] {
  const inside = choose(schedd, {
    dedicated: () => SUBMITTERS.map((from): Flow => ({ from, to: "batch", ports: [CONDOR_PORT] })),
    external: () => [],
  });
  const outside = choose(schedd, { dedicated: () => [CONDOR_PORT], external: ({ port }) => [port, CONDOR_PORT] });
  return [...inside, ...SUBMITTERS.map((from): Flow => ({ from, to: "anywhere", ports: outside }))];
}
