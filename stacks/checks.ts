import { choose } from "../components/choose";
import { overlap } from "../components/fields";
import { hostsOf, hostsThatRun } from "../components/nodes/settings";
import { gives, networksOf } from "../components/platform/settings";
import { ROLES } from "../components/tenancy/roles";
import { nameOf } from "../components/tenancy/settings";
import { unmetNeeds } from "./contract";
import { strayEnds } from "./credentials";
import { spell, type Problem } from "./problems";
import { publicNames } from "./public-names";
import type { Concern, Site } from "./site";
import { workloadsOf } from "./workloads";

/** What must hold between concerns. Runs only if all of `needs` could be read. */
interface Check {
  readonly needs: readonly Concern[] | "all";
  readonly find: (site: Site) => readonly Problem[];
}

/** Cross-checks, in the order in which an operator would mend. */
export const CHECKS: readonly Check[] = [
  { needs: ["site", "platform", "storage", "monitoring", "data", "batch", "hub", "servicex"], find: unmetNeeds },
  { needs: "all", find: namespaceNames },
  { needs: ["nodes", "storage"], find: cephHosts },
  { needs: ["nodes", "hub", "data"], find: missingUses },
  { needs: ["hub"], find: profileShares },
  { needs: ["nodes", "hub"], find: profilePools },
  { needs: ["platform", "hub", "batch"], find: addresses },
  { needs: ["site", "platform"], find: overlappingNetworks },
  { needs: ["hub", "servicex", "storage", "data"], find: sharedHostNames },
  { needs: ["nodes", "skyhook", "storage"], find: skyhookDisks },
  { needs: ["platform", "storage", "data", "batch", "servicex", "expiry"], find: strayEnds },
];

function namespaceNames(site: Site): readonly Problem[] {
  const { tenancy } = site;
  const present = ROLES.filter((role) => workloadsOf(site, role) !== undefined);
  const absent = (["names", "pins"] as const).flatMap((key) =>
    ROLES.filter((role) => tenancy[key][role] !== undefined && !present.includes(role)).map((role) => ({
      path: `af:tenancy.${key}.${role}`,
      message: `the site runs nothing in such a namespace; allowed: ${present.join(", ")}`,
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

function cephHosts({ nodes, storage }: Site): readonly Problem[] {
  if (storage.kind !== "rook") return [];
  const problems: Problem[] = [];
  for (const pool of Object.keys(storage.devices)) {
    const path = `af:storage.devices.${pool}`;
    if (!nodes[pool]) problems.push({ path, message: `no such pool; allowed: ${Object.keys(nodes).join(", ")}` });
    else if (!nodes[pool].runs.includes("ceph"))
      problems.push({ path, message: `pool ${pool} does not run ceph; add it to af:nodes.${pool}.runs, or drop its disks` });
  }
  for (const [pool, devices] of Object.entries(storage.devices)) {
    devices.forEach(({ path: disk }, index) => {
      if (devices.findIndex((other) => other.path === disk) < index)
        problems.push({
          path: `af:storage.devices.${pool}[${index}].path`,
          message: `${disk} is listed twice; a disk is one OSD: remove one`,
        });
    });
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

function profileShares({ hub: { users, profiles } }: Site): readonly Problem[] {
  const problems: Problem[] = [];
  if (profiles[0]?.atOnce !== undefined)
    problems.push({ path: "af:hub.profiles[0].atOnce", message: "the first profile takes what the others leave; remove this key" });
  const given = profiles.slice(1).reduce((sum, { atOnce = 0 }) => sum + atOnce, 0);
  if (given > users.concurrent)
    problems.push({
      path: "af:hub.profiles",
      message: `the profiles' shares (atOnce) make ${given} servers, and af:hub.users.concurrent is ${users.concurrent}; lower a share or raise it`,
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

function addresses({ platform: { loadBalancer, ingress }, hub, batch }: Site): readonly Problem[] {
  const asked = [
    ...choose(ingress, { traefik: ({ address }) => asking("af:platform.ingress.address", address), routes: () => [] }),
    ...choose(hub.expose, { address: ({ address }) => asking("af:hub.expose.address", address), ingress: () => [] }),
    ...choose(hub.dask, { gateway: ({ address }) => asking("af:hub.dask.address", address), sni: () => [], none: () => [] }),
    ...choose(batch, {
      htcondor: ({ schedd }) =>
        choose(schedd, { dedicated: ({ address }) => asking("af:batch.schedd.address", address), external: () => [] }),
      none: () => [],
    }),
  ];
  const offered = networksOf(loadBalancer).map(({ network }) => network);
  return asked.flatMap(({ path, address }, index) => {
    const problems: Problem[] = [];
    // A site without a load balancer has been told already that it needs one.
    if (loadBalancer.kind !== "none" && !gives(loadBalancer, address)) {
      problems.push({
        path,
        message: `${address} lies in no address pool; allowed: an address of ${offered.join(", ")}, or widen af:platform.loadBalancer`,
      });
    }
    const first = asked.slice(0, index).find((other) => other.address === address);
    if (first) problems.push({ path, message: `${address} is already taken by ${first.path}; give each service an address of its own` });
    return problems;
  });
}

function asking(path: string, address: string | undefined): readonly { readonly path: string; readonly address: string }[] {
  return address === undefined ? [] : [{ path, address }];
}

function overlappingNetworks({ site, platform }: Site): readonly Problem[] {
  const networks = [
    { path: "af:site.kubernetes.podCidr", network: site.kubernetes.podCidr },
    { path: "af:site.kubernetes.serviceCidr", network: site.kubernetes.serviceCidr },
    ...networksOf(platform.loadBalancer).map(({ network, path }) => ({ path: spell("af:platform.loadBalancer", path), network })),
  ];
  return networks.flatMap(({ path, network }, index) => {
    // Pools are compared with each other where they are read.
    const clash = networks.slice(0, Math.min(index, 2)).find((other) => overlap(network, other.network));
    return clash ? [{ path, message: `${network} overlaps ${clash.network} of ${clash.path}; networks must be apart` }] : [];
  });
}

function sharedHostNames(site: Site): readonly Problem[] {
  const names = publicNames(site);
  return names.flatMap(({ path, host }, index) => {
    const first = names.slice(0, index).find((other) => other.host === host);
    return first ? [{ path, message: `${host} is already the name of ${first.path}; SNI and certificates need a name each` }] : [];
  });
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
