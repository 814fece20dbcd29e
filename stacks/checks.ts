import { cacheEndpoint } from "../components/data/settings";
import { range } from "../components/fields";
import { hostsOf, hostsThatRun } from "../components/nodes/settings";
import { poolOf } from "../components/platform/settings";
import { s3Host } from "../components/storage/settings";
import type { Role } from "../components/tenancy/roles";
import type { Problem } from "./problems";
import type { Concern, Site } from "./site";

/** What must hold between concerns. Runs only if all of `needs` could be read. */
interface Check {
  readonly needs: readonly Concern[];
  readonly find: (site: Site) => readonly Problem[];
}

/** Cross-checks, in the order in which an operator would mend. */
export const CHECKS: readonly Check[] = [
  { needs: ["tenancy", "delivery", "platform", "storage", "batch", "servicex", "skyhook"], find: missingNamespaces },
  { needs: ["nodes", "storage"], find: cephHosts },
  { needs: ["nodes", "hub", "data"], find: missingUses },
  { needs: ["platform", "hub", "batch"], find: addresses },
  { needs: ["site", "platform"], find: overlappingNetworks },
  { needs: ["hub", "servicex", "storage", "data"], find: sharedHostNames },
  { needs: ["servicex", "storage"], find: missingObjectStore },
  { needs: ["nodes", "skyhook", "storage"], find: skyhookDisks },
];

function missingNamespaces({ tenancy, delivery, platform, storage, batch, servicex, skyhook }: Site): readonly Problem[] {
  const needed: readonly (readonly [Role, boolean, string])[] = [
    ["flux", delivery.kind === "flux", "af:delivery is flux"],
    ["cert-manager", true, "every site has certificates"],
    ["metallb", platform.loadBalancer.kind === "metallb", "af:platform.loadBalancer is metallb"],
    ["traefik", true, "every site has an ingress"],
    ["monitoring", true, "every site is monitored"],
    ["rook", storage.kind === "rook", "af:storage is rook"],
    ["data", true, "the doors are recorded there"],
    ["batch", batch.kind === "htcondor" && batch.schedd.kind === "dedicated", "af:batch.schedd is dedicated"],
    ["servicex", servicex.kind === "servicex", "af:servicex is on"],
    ["skyhook", skyhook.kind === "experimental", "af:skyhook is on"],
  ];
  return needed
    .filter(([role, wanted]) => wanted && tenancy.namespaces[role] === undefined)
    .map(([role, , why]) => ({
      path: `af:tenancy.namespaces.${role}`,
      message: `missing, but ${why}; add it with a quota: ${role}: { quota: { cpu: 2, memory: 4Gi, pods: 20 } }`,
    }));
}

function cephHosts({ nodes, storage }: Site): readonly Problem[] {
  if (storage.kind !== "rook") return [];
  const problems: Problem[] = [];
  for (const pool of Object.keys(storage.devices)) {
    const path = `af:storage.devices.${pool}`;
    if (!nodes[pool]) problems.push({ path, message: `no such pool; allowed: ${Object.keys(nodes).join(", ")}` });
    else if (!nodes[pool].runs.includes("ceph"))
      problems.push({ path, message: `pool ${pool} does not run ceph; add it to af:nodes.${pool}.runs, or drop its disks` });
  }
  const hosts = hostsOf(nodes).filter(({ pool }) => storage.devices[pool] !== undefined);
  const domains = new Set(hosts.map((host) => (storage.failureDomain === "host" ? host.name : host.rack))).size;
  if (domains < storage.replicas) {
    problems.push({
      path: "af:storage.replicas",
      message: `${storage.replicas} copies need as many failure domains (${storage.failureDomain}), and the disks are in ${domains}; add disks to further pools or lower failureDomain`,
    });
  }
  if (hosts.length < 3)
    problems.push({ path: "af:storage.devices", message: `three mons need three hosts with the use ceph, found ${hosts.length}` });
  return problems;
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
      message: `no pool runs ${use}, so its pods could be placed nowhere; add ${use} to the runs of a pool`,
    }));
}

function addresses({ platform, hub, batch }: Site): readonly Problem[] {
  const asked = [
    ...(platform.ingress.address === undefined ? [] : [{ path: "af:platform.ingress.address", address: platform.ingress.address }]),
    ...(hub.expose.kind === "address" ? [{ path: "af:hub.expose.address", address: hub.expose.address }] : []),
    ...(batch.kind === "htcondor" && batch.schedd.kind === "dedicated"
      ? [{ path: "af:batch.schedd.address", address: batch.schedd.address }]
      : []),
  ];
  const { loadBalancer } = platform;
  return asked.flatMap(({ path, address }, index) => {
    const problems: Problem[] = [];
    if (loadBalancer.kind === "metallb" && poolOf(platform, address) === undefined) {
      const pools = Object.entries(loadBalancer.pools).map(([pool, networks]) => `${pool} (${networks.join(", ")})`);
      problems.push({
        path,
        message: `${address} lies in no address pool; allowed: an address of ${pools.join(" or ")}, or widen a pool in af:platform.loadBalancer.pools`,
      });
    }
    const first = asked.slice(0, index).find((other) => other.address === address);
    if (first) problems.push({ path, message: `${address} is already taken by ${first.path}; give each service an address of its own` });
    return problems;
  });
}

function overlappingNetworks({ site, platform }: Site): readonly Problem[] {
  const pools = platform.loadBalancer.kind === "metallb" ? Object.entries(platform.loadBalancer.pools) : [];
  const networks = [
    { path: "af:site.kubernetes.podCidr", network: site.kubernetes.podCidr },
    { path: "af:site.kubernetes.serviceCidr", network: site.kubernetes.serviceCidr },
    ...pools.flatMap(([pool, list]) =>
      list.map((network, index) => ({ path: `af:platform.loadBalancer.pools.${pool}[${index}]`, network })),
    ),
  ];
  return networks.flatMap(({ path, network }, index) => {
    const [first, last] = range(network);
    // Pools are compared with each other where they are read.
    const clash = networks
      .slice(0, Math.min(index, 2))
      .find((other) => first <= range(other.network)[1] && range(other.network)[0] <= last);
    return clash ? [{ path, message: `${network} overlaps ${clash.network} of ${clash.path}; networks must be apart` }] : [];
  });
}

function sharedHostNames({ hub, servicex, storage, data }: Site): readonly Problem[] {
  const s3 = s3Host(storage);
  const cache = data.cache.kind === "xcache" ? cacheEndpoint(data)?.host : undefined;
  const names = [
    { path: "af:hub.host", host: hub.host },
    ...(hub.dask.kind === "sni"
      ? [
          { path: "af:hub.dask.domain", host: hub.dask.domain },
          { path: "af:hub.dask.workerDomain", host: hub.dask.workerDomain },
        ]
      : []),
    ...(servicex.kind === "servicex" ? [{ path: "af:servicex.host", host: servicex.host }] : []),
    ...(s3 === undefined ? [] : [{ path: "af:storage.objectStore.host", host: s3 }]),
    ...(cache === undefined ? [] : [{ path: "af:data.cache.host", host: cache }]),
  ];
  return names.flatMap(({ path, host }, index) => {
    const first = names.slice(0, index).find((other) => other.host === host);
    return first ? [{ path, message: `${host} is already the name of ${first.path}; SNI and certificates need a name each` }] : [];
  });
}

function missingObjectStore({ servicex, storage }: Site): readonly Problem[] {
  if (servicex.kind === "none" || s3Host(storage) !== undefined) return [];
  return [
    {
      path: "af:servicex",
      message:
        "servicex needs an object store and the site has none: set af:storage.objectStore to { kind: rgw, host: ... }, or af:servicex to { kind: none }",
    },
  ];
}

function skyhookDisks({ nodes, skyhook, storage }: Site): readonly Problem[] {
  if (skyhook.kind === "none") return [];
  const path = "af:skyhook.pool";
  if (!nodes[skyhook.pool]) return [{ path, message: `no such pool; allowed: ${Object.keys(nodes).join(", ")}` }];
  const shared = storage.kind === "rook" && storage.devices[skyhook.pool] !== undefined;
  return shared
    ? [{ path, message: `pool ${skyhook.pool} holds disks of the production cluster; the experiment needs hosts of its own` }]
    : [];
}
