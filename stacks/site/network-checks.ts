import { HTTP_PORT } from "../../components/platform/ports";
import { DASK_PORTS } from "../../components/hub/ports";
import { choose } from "../../components/choose";
import { contains, overlap } from "../../components/fields";
import { gives, networksOf } from "../../components/platform/settings";
import { spell, type Problem } from "./problems";
import { publicNames } from "./public-names";
import type { Site } from "./schema";

/** Problems of addresses that services ask for: the load balancer must have each of them, and only one service may ask for it. */
export function addresses({ platform: { loadBalancer, ingress }, hub, batch, data }: Site): readonly Problem[] {
  const asked = [
    ...choose(ingress, { traefik: ({ address }) => asking("af:platform.ingress.address", address), routes: () => [] }),
    ...choose(hub.expose, { address: ({ address }) => asking("af:hub.expose.address", address), ingress: () => [] }),
    ...choose(hub.dask, { gateway: ({ address }) => asking("af:hub.dask.address", address), sni: () => [], none: () => [] }),
    ...choose(batch, {
      htcondor: ({ schedd }) =>
        choose(schedd, { dedicated: ({ address }) => asking("af:batch.schedd.address", address), external: () => [] }),
      none: () => [],
    }),
    ...choose(data.cache, {
      xcache: ({ address, signpost, servers = [] }) => [
        ...asking("af:data.cache.address", address),
        ...asking("af:data.cache.signpost.address", signpost?.address),
        ...servers.flatMap((server, index) => asking(`af:data.cache.servers[${index}].address`, server.address)),
      ],
      external: () => [],
      none: () => [],
    }),
  ];
  const offered = networksOf(loadBalancer).map(({ network }) => network);
  return asked.flatMap(({ path, address }, index) => {
    const problems: Problem[] = [];
    // For a site without a load balancer another check has already said that it needs one.
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

/** Networks whose addresses belong to the cluster: those of pods, Services and load balancers. */
function networksInside({ site: { kubernetes }, platform }: Pick<Site, "site" | "platform">) {
  return [
    { path: "af:site.kubernetes.podCidr", network: kubernetes.podCidr },
    { path: "af:site.kubernetes.serviceCidr", network: kubernetes.serviceCidr },
    ...networksOf(platform.loadBalancer).map(({ network, path }) => ({ path: spell("af:platform.loadBalancer", path), network })),
  ];
}

/** Problems of networks that overlap: of two networks with a common address, one would hide the other. */
export function overlappingNetworks({ site, platform }: Site): readonly Problem[] {
  const { hostCidrs } = site.kubernetes;
  const networks = [
    ...networksInside({ site, platform }),
    // A load balancer may give addresses of the hosts' network.
    ...hostCidrs.map((network, index) => ({ path: `af:site.kubernetes.hostCidrs[${index}]`, network })),
  ];
  return networks.flatMap(({ path, network }, index) => {
    // The schema of the load balancer has already compared its networks with each other.
    const clash = networks.slice(0, Math.min(index, 2)).find((other) => overlap(network, other.network));
    return clash ? [{ path, message: `${network} overlaps ${clash.network} of ${clash.path}; networks must be apart` }] : [];
  });
}

/** Problems of machines outside the cluster whose address lies in a network of the cluster: pods could never reach them. */
export function outsideAddresses({ site, platform, storage, data }: Site): readonly Problem[] {
  const outside = [
    ...Object.entries(data.stores).flatMap(([name, { doors }]) => [
      ...doors.hosts.map(({ address }, index) => ({ path: `af:data.stores.${name}.doors.hosts[${index}].address`, address })),
      ...asking(`af:data.stores.${name}.doors.redirector.address`, doors.redirector?.address),
    ]),
    ...choose(storage, {
      rook: () => [],
      external: ({ monitors }) =>
        monitors.hosts.map(({ address }, index) => ({ path: `af:storage.monitors.hosts[${index}].address`, address })),
      existing: () => [],
    }),
    ...choose(platform.certificates, {
      acme: ({ solver }) =>
        choose(solver, {
          rfc2136: ({ nameserver, selfCheck }) => [
            { path: "af:platform.certificates.solver.nameserver", address: nameserver },
            ...(selfCheck?.nameservers ?? []).map((address, index) => ({
              path: `af:platform.certificates.solver.selfCheck.nameservers[${index}]`,
              address,
            })),
          ],
          http01: () => [],
        }),
      internal: () => [],
      provided: () => [],
    }),
  ];
  const inside = networksInside({ site, platform });
  return outside.flatMap(({ path, address }) =>
    inside
      .filter(({ network }) => contains(network, address))
      .map(({ path: of, network }) => ({
        path,
        message: `${address} lies in ${network} of ${of}; allowed: an address outside of the cluster's networks`,
      })),
  );
}

/** Problem of a hub with an address of its own and a public certificate by http-01: port 80 of that address leads to the hub. */
export function challengedHub({ platform: { certificates }, hub: { host, expose } }: Site): readonly Problem[] {
  if (certificates.kind !== "acme" || certificates.solver.kind !== "http01" || expose.kind !== "address") return [];
  const message =
    `the authority asks for its challenge on port ${HTTP_PORT} of ${host}, which leads to the hub and not to Traefik; ` +
    "set { kind: ingress }, or prove names by the solver rfc2136";
  return [{ path: "af:hub.expose", message }];
}

/** Problems of host names that more than one service claims. */
export function sharedHostNames(site: Site): readonly Problem[] {
  const names = publicNames(site);
  return names.flatMap(({ path, host }, index) => {
    const first = names.slice(0, index).find((other) => other.host === host);
    return first ? [{ path, message: `${host} is already the name of ${first.path}; SNI and certificates need a name each` }] : [];
  });
}

/**
 * Problem of a cache with a public certificate where no public authority signs it: there is none, or it asks for its challenge on port 80 of
 * the cache's name, which leads to the cache and not to Traefik.
 */
export function publicCache({ platform: { certificates }, data: { cache } }: Site): readonly Problem[] {
  if (cache.kind !== "xcache" || cache.certificate !== "public") return [];
  if (certificates.kind === "acme" && certificates.solver.kind === "rfc2136") return [];
  const message =
    "no authority can sign a public certificate for the cache; prove names by the solver rfc2136 of af:platform.certificates, " +
    "or set internal and give clients the facility's own authority";
  return [{ path: "af:data.cache.certificate", message }];
}

/**
 * Problems of Traefik's public ports where each user's Dask has names of its own: the cluster class of the images dials and announces at the
 * public name the port on which its scheduler listens, and so does the worker beside the notebook
 * (https://github.com/CoffeaTeam/coffea-casa/blob/master/coffea_casa/coffea_casa.py, scheduler_port).
 */
export function daskPorts({ platform: { ingress }, hub: { dask } }: Site): readonly Problem[] {
  if (dask.kind !== "sni" || ingress.kind !== "traefik") return [];
  const [scheduler, worker] = DASK_PORTS;
  return Object.entries({ dask: scheduler, daskWorker: worker }).flatMap(([name, port]) => {
    const found = ingress.ports[name as "dask" | "daskWorker"];
    const message = `found ${found}, and programs of the images dial and announce at the public name the port on which they listen; allowed: ${port}`;
    return found === port ? [] : [{ path: `af:platform.ingress.ports.${name}`, message }];
  });
}
