import { bytes, formatBytes } from "../../capacity/quantity";
import { choose } from "../../components/choose";
import type { Problem } from "./problems";
import type { Site } from "./schema";

/**
 * Bytes of memory that HTCondor reckons for the condor_shadow of one running job: 1 MiB
 * (https://htcondor.readthedocs.io/en/latest/admin-manual/configuration-macros.html#MAX_JOBS_RUNNING).
 */
const SHADOW_BYTES = 2n ** 20n;

/** Problems of an access point whose pod has not the memory of its running jobs. We chose half of the memory for the schedd and its queue. */
export function shadowMemory({ batch }: Site): readonly Problem[] {
  const problems = ({
    limits,
    memory,
  }: {
    readonly limits: { readonly jobsRunning: number };
    readonly memory: string;
  }): readonly Problem[] => {
    const most = bytes(memory) / 2n / SHADOW_BYTES;
    const need = 2n * SHADOW_BYTES * BigInt(limits.jobsRunning);
    if (BigInt(limits.jobsRunning) <= most) return [];
    return [
      {
        path: "af:batch.schedd.limits.jobsRunning",
        message: `${limits.jobsRunning} running jobs need ${formatBytes(need)}, 1 MiB a job and as much again for the schedd; allowed: ${most} with the ${memory} of af:batch.schedd.memory, or raise that`,
      },
    ];
  };
  return choose(batch, {
    htcondor: ({ schedd }) => choose(schedd, { dedicated: problems, external: () => [] }),
    none: () => [],
  });
}

/**
 * Problems of Dask workers that cannot come back from the pool. With schedulers in users' pods a worker is a job of CoffeaCasaCluster, which is always of
 * HTCondor's docker universe (https://github.com/CoffeaTeam/coffea-casa/blob/master/coffea_casa/coffea_casa.py): Docker gives the worker a port of its host, by
 * which the scheduler dials it. The other class, dask-jobqueue's own, tells workers the address of the pod, which only the cluster reaches. Dask Gateway's
 * schedulers have an address that the pool reaches, and its backend class makes the jobs.
 */
export function workersOfPods({ batch, hub: { dask } }: Site): readonly Problem[] {
  if (batch.kind !== "htcondor" || batch.workers === "docker" || dask.kind !== "sni") return [];
  return [
    {
      path: "af:batch.workers",
      message: `found ${batch.workers}, and with af:hub.dask.kind sni workers are jobs of the docker universe; allowed: docker if the pool runs that, or set af:hub.dask to { kind: gateway, ... }, whose backend makes jobs for ${batch.workers}, or to { kind: none }`,
    },
  ];
}

/** Problem of a signpost outside of the cluster that no job asks. */
export function signpostOfJobs({ batch, data: { cache } }: Pick<Site, "batch" | "data">): readonly Problem[] {
  if (batch.kind !== "none" || cache.kind !== "xcache" || cache.signpost === undefined) return [];
  const message = "only jobs of a pool need the name xcache outside of the cluster, and af:batch.kind is none; leave this key out";
  return [{ path: "af:data.cache.signpost", message }];
}
