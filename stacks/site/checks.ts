import { hostsThatRun } from "../../components/nodes/settings";
import { ROLES } from "../../components/tenancy/roles";
import { nameOf } from "../../components/tenancy/settings";
import { millicores } from "../../capacity/quantity";
import { unmetNeeds } from "./contract";
import { strayEnds } from "./credentials";
import { eventServers } from "./event-checks";
import { endlessWindows } from "./freeze";
import { shadowMemory, signpostOfJobs, workersOfPods } from "./batch-checks";
import { cephDisks, cephHosts, skyhookDisks } from "./disk-checks";
import { imagePairs } from "./image-checks";
import { addresses, challengedHub, daskPorts, outsideAddresses, overlappingNetworks, publicCache, sharedHostNames } from "./network-checks";
import type { Problem } from "./problems";
import { rolesOf } from "./parts";
import type { ConcernName, Site } from "./schema";
import { untoleratedTaints } from "./taint-checks";
import { unreadableFile } from "./unreadable-file";
import { kubernetesVersion } from "./version-checks";

/** A check of several concerns together. It runs only if every concern in `needs` could be read. */
interface Check {
  readonly needs: readonly ConcernName[] | "all";
  readonly find: (site: Site) => readonly Problem[];
}

/** All checks between concerns, in the order in which an operator would mend their problems. */
export const CHECKS: readonly Check[] = [
  { needs: ["site", "platform", "storage", "monitoring", "data", "batch", "hub", "servicex"], find: unmetNeeds },
  { needs: "all", find: namespaceNames },
  { needs: "all", find: kubernetesVersion },
  { needs: ["nodes", "storage"], find: cephHosts },
  { needs: ["nodes", "storage", "skyhook"], find: cephDisks },
  { needs: ["nodes", "hub", "data"], find: missingUses },
  { needs: ["nodes", "data"], find: cacheServers },
  { needs: ["data", "servicex"], find: cacheOfTransformers },
  { needs: ["hub"], find: profileShares },
  { needs: ["hub"], find: eventServers },
  { needs: ["nodes", "hub"], find: profilePools },
  { needs: ["nodes", "hub"], find: profileDevices },
  { needs: ["hub", "batch"], find: gatewayWorkers },
  { needs: ["hub", "batch"], find: workersOfPods },
  { needs: ["batch", "data"], find: signpostOfJobs },
  { needs: ["hub", "batch"], find: imagePairs },
  { needs: ["batch"], find: shadowMemory },
  { needs: ["platform", "hub", "batch", "data"], find: addresses },
  { needs: ["site", "platform"], find: overlappingNetworks },
  { needs: ["site", "platform", "storage", "data"], find: outsideAddresses },
  { needs: ["platform", "hub"], find: challengedHub },
  { needs: ["platform", "hub"], find: daskPorts },
  { needs: ["platform", "data"], find: publicCache },
  { needs: ["hub", "servicex", "storage", "data"], find: sharedHostNames },
  { needs: "all", find: untoleratedTaints },
  { needs: ["nodes", "skyhook", "storage"], find: skyhookDisks },
  { needs: ["data", "hub"], find: unreadableFile },
  { needs: ["platform", "storage", "data", "batch", "hub", "servicex", "expiry"], find: strayEnds },
  { needs: ["freeze"], find: endlessWindows },
];

function namespaceNames(site: Site): readonly Problem[] {
  const { tenancy } = site;
  const present = rolesOf(site);
  const absent = (["names", "pins"] as const).flatMap((key) =>
    ROLES.filter((role) => tenancy[key][role] !== undefined && !present.includes(role)).map((role) => ({
      path: `af:tenancy.${key}.${role}`,
      message: `no part of this site runs in a namespace of that role; allowed: ${present.join(", ")}`,
    })),
  );
  const clashes = present.flatMap((role, index) => {
    const name = nameOf(tenancy, role);
    const path = `af:tenancy.names.${role}`;
    const other = present.slice(0, index).find((earlier) => nameOf(tenancy, earlier) === name);
    return [
      ...(other === undefined ? [] : [{ path, message: `${name} is already the namespace of ${other}; give each role its own` }]),
      ...(tenancy.leaveAlone.includes(name)
        ? [{ path, message: `${name} is listed in af:tenancy.leaveAlone; choose another name or take it off that list` }]
        : []),
    ];
  });
  return [...absent, ...clashes];
}

function profileShares({ hub: { users, profiles } }: Site): readonly Problem[] {
  const problems: Problem[] = [];
  if (profiles[0]?.atOnce !== undefined)
    problems.push({ path: "af:hub.profiles[0].atOnce", message: "the first profile takes what the others leave; remove this key" });
  if (profiles[0]?.groups !== undefined)
    problems.push({ path: "af:hub.profiles[0].groups", message: "the first profile is everybody's default; remove this key" });
  const given = profiles.slice(1).reduce((sum, { atOnce = 0 }) => sum + atOnce, 0);
  if (given > users.concurrent)
    problems.push({
      path: "af:hub.profiles",
      message: `the atOnce of the profiles add up to ${given} servers, but af:hub.users.concurrent is ${users.concurrent}; lower one or raise the other`,
    });
  if (users.concurrent > users.registered)
    problems.push({
      path: "af:hub.users.concurrent",
      message: `${users.concurrent} servers at once, but only ${users.registered} users are registered; each has one server`,
    });
  return problems;
}

function profilePools({ nodes, hub }: Site): readonly Problem[] {
  const pools = Object.keys(nodes).filter((pool) => nodes[pool]?.runs.includes("users"));
  return hub.profiles.flatMap(({ fills }, index) =>
    fills === undefined || pools.includes(fills.pool)
      ? []
      : [{ path: `af:hub.profiles[${index}].fills.pool`, message: `no pool of that name runs users; allowed: ${pools.join(", ")}` }],
  );
}

/** Devices that no host which runs user servers has so many of: such a server would wait for ever. */
function profileDevices({ nodes, hub }: Site): readonly Problem[] {
  const pools = Object.values(nodes).filter(({ runs }) => runs.includes("users"));
  return hub.profiles.flatMap((profile, index) =>
    Object.entries(profile.devices).flatMap(([device, wanted]) => {
      const most = Math.max(0, ...pools.map(({ capacity }) => capacity.devices[device] ?? 0));
      if (wanted <= most) return [];
      const mend =
        most === 0 ? "give a pool that runs users such devices in capacity.devices, or remove the key" : `allowed: at most ${most}`;
      return [
        {
          path: `af:hub.profiles[${index}].devices.${device}`,
          message: `found ${wanted}, and a host that runs users has ${most}; ${mend}`,
        },
      ];
    }),
  );
}

/** Problems of Dask Gateway's workers that are jobs of the pool: one cluster must not ask for more cores than the pool has for analysis. */
function gatewayWorkers({ hub: { dask }, batch }: Site): readonly Problem[] {
  if (dask.kind !== "gateway" || dask.backend.kind !== "htcondor" || batch.kind !== "htcondor") return [];
  const { max, cpu } = dask.workers;
  const cores = (BigInt(max) * millicores(cpu)) / 1000n;
  if (cores <= BigInt(batch.pool.cores)) return [];
  return [
    {
      path: "af:hub.dask.workers.max",
      message: `${max} workers of ${cpu} CPU make ${cores} cores, and af:batch.pool.cores is ${batch.pool.cores}; lower the number of workers, or correct the pool's cores`,
    },
  ];
}

/** Several caches stand behind a redirector, where each has a name and an address of its own; without one each would keep its own copy of a file. */
function cacheServers({ nodes, data: { cache } }: Site): readonly Problem[] {
  if (cache.kind !== "xcache") return [];
  const hosts = hostsThatRun(nodes, "cache").length;
  const told = cache.servers?.length;
  const path = "af:data.cache.servers";
  if (told === undefined)
    return hosts < 2
      ? []
      : [
          {
            path,
            message: `${hosts} hosts run cache, and without a redirector each would keep its own copy of every file; tell a name and an address for each of the ${hosts}, or let one host run cache`,
          },
        ];
  if (told === hosts) return [];
  const message = `${told} caches are told, and as many hosts as run cache are needed, which are ${hosts}; tell one for each, or leave af:data.cache.servers out${hosts > 1 ? " and let one host run cache" : ""}`;
  return [{ path, message }];
}

/** The transformers of ServiceX show a proxy (https://github.com/ssl-hep/ServiceX, `transformer_sidecar/scripts/proxy-exporter.sh`), and have no token. */
function cacheOfTransformers({ data: { cache }, servicex }: Site): readonly Problem[] {
  if (servicex.kind !== "servicex" || cache.kind !== "xcache" || cache.proxies !== undefined) return [];
  const message =
    "ServiceX reads through the cache, and its transformers have X.509 proxies alone; tell the groups whose proxies the cache takes, such as { groups: [/cms], paths: [/store] }, or set af:servicex to { kind: none }";
  return [{ path: "af:data.cache.proxies", message }];
}

function missingUses({ nodes, data }: Site): readonly Problem[] {
  const needed = [
    ["services", true],
    ["users", true],
    ["cache", data.cache.kind === "xcache"],
  ] as const;
  return needed
    .filter(([use, wanted]) => wanted && hostsThatRun(nodes, use).length === 0)
    .map(([use]) => ({
      path: "af:nodes",
      message: `no pool runs ${use}, so the scheduler could place its pods nowhere; add ${use} to the runs of a pool`,
    }));
}
