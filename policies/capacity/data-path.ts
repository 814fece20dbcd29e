import { bitRate } from "../../capacity/rates/bit-rate";
import type { Analysis, Cache, DataPath, Doors, SchedulerAddress, Workers } from "../../capacity/rates/path";
import { decimal, smallest, type Ratio } from "../../capacity/rates/ratio";
import { choose } from "../../components/choose";
import { isXrootd } from "../../components/data/door-settings";
import { hostsOf } from "../../components/nodes/settings";
import type { Site } from "../../stacks/site/schema";

/** A rate of the site file; undefined if it states none. */
function stated(text: string | undefined): Ratio | undefined {
  return text === undefined ? undefined : bitRate(text);
}

/** The way of a site's data, with every rate that its file states. */
export function dataPathOf(site: Site): DataPath {
  const workers = workersOf(site);
  return {
    analysis: analysisOf(site, workers),
    doors: doorsOf(site),
    cache: cacheOf(site),
    workers,
    schedulers: schedulersOf(site),
  };
}

function analysisOf({ data: { analysis } }: Site, { cores }: Workers): Analysis {
  return {
    cores: analysis?.cores === undefined ? cores : BigInt(analysis.cores),
    perCore: stated(analysis?.perCore),
    hits: analysis?.hits === undefined ? undefined : decimal(analysis.hits),
    target: stated(analysis?.target),
    dask: stated(analysis?.dask),
  };
}

/** The first store that speaks XRootD, with its name, because a file lies in one store. Somebody else's cache has its own way to the files. */
export function storeOfDoors({
  data: { stores, cache },
}: Site): readonly [name: string, store: Site["data"]["stores"][string]] | undefined {
  if (cache.kind === "external") return undefined;
  return Object.entries(stores).find(([, { doors }]) => doors.protocols.some(isXrootd));
}

function doorsOf(site: Site): Doors | undefined {
  const doors = storeOfDoors(site)?.[1].doors;
  return doors && { count: BigInt(doors.hosts.length), rate: stated(doors.rates?.door), link: stated(doors.rates?.link) };
}

function cacheOf({ data: { cache }, nodes }: Site): Cache {
  return choose(cache, {
    xcache: ({ disks }): Cache => ({
      kind: "own",
      groups: poolsThat(nodes, ({ runs }) => runs.includes("cache")).map(({ pool, hosts, rates }) => ({
        pool,
        hosts,
        nic: stated(rates?.nic),
        disks: BigInt(disks.length),
        read: stated(rates?.diskRead),
        write: stated(rates?.diskWrite),
      })),
    }),
    external: ({ rate }): Cache => ({ kind: "external", rate: stated(rate) }),
    none: (): Cache => ({ kind: "none" }),
  });
}

/** Where the cores are: in the batch pool if there is one that Dask's workers use, or else on the hosts that run users. */
function workersOf(site: Site): Workers {
  const pool = poolOfWorkers(site);
  if (pool) {
    const { name, cores, network } = pool;
    const all = BigInt(cores);
    const each = network?.coresPerHost === undefined ? undefined : BigInt(network.coresPerHost);
    return { cores: all, link: stated(network?.link), groups: [{ name, all, cores: each, nic: stated(network?.nic) }] };
  }
  const groups = poolsThat(site.nodes, ({ runs }) => runs.includes("users")).map(({ pool, hosts, cpu, rates }) => ({
    name: pool,
    all: hosts * cpu,
    cores: cpu,
    nic: stated(rates?.nic),
  }));
  return { cores: groups.reduce((sum, { all }) => sum + all, 0n), link: "inside", groups };
}

/** The batch pool whose jobs Dask's workers are; undefined where there is none, or where they are pods. */
function poolOfWorkers({ batch, hub: { dask } }: Site) {
  return batch.kind === "htcondor" && !(dask.kind === "gateway" && dask.backend.kind === "kubernetes") ? batch.pool : undefined;
}

/**
 * The address through which workers that are jobs reach Dask's schedulers, and each other. One host at a time answers for an address of MetalLB in layer 2 mode, so
 * its port is all that there is (https://metallb.io/concepts/layer2/#limitations); which host is not ours to choose, so the slowest counts.
 */
function schedulersOf(site: Site): SchedulerAddress | undefined {
  const { hub, nodes, platform } = site;
  if (hub.dask.kind === "none" || !poolOfWorkers(site)) return undefined;
  const through = hub.dask.kind === "sni" ? "Traefik" : "Dask Gateway";
  if (platform.loadBalancer.kind !== "metallb") return { through, rate: undefined };
  const open = poolsThat(nodes, ({ runs, taints }) => !runs.includes("control-plane") && taints.length === 0);
  const rates = open.map(({ rates: { nic } = {} }) => stated(nic));
  return { through, rate: rates.includes(undefined) ? undefined : smallest(rates.flatMap((rate) => (rate ? [rate] : []))) };
}

type Pool = Site["nodes"][string];

function poolsThat(nodes: Site["nodes"], is: (pool: Pool) => boolean) {
  return Object.entries(nodes)
    .filter(([, pool]) => is(pool))
    .map(([name, pool]) => {
      const hosts = hostsOf(nodes).filter((host) => host.pool === name);
      return { pool: name, hosts: BigInt(hosts.length), cpu: BigInt(Math.floor(hosts[0]?.cpu ?? 0)), rates: pool.rates };
    });
}
