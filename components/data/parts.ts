import { choose } from "../choose";
import type { Nodes } from "../nodes/settings";
import { part, type ConcernParts, type Part } from "../parts";
import { CLUSTER_PODS, USER_SERVERS } from "../hub/pods";
import type { LoadBalancer } from "../platform/settings";
import { SERVICEX_PODS } from "../servicex/pods";
import { flowsBetween, type Flow, type NamedHosts } from "../tenancy/flows";
import type { Role } from "../tenancy/roles";
import { checkPart } from "./check-part";
import { cvmfsObjects } from "./cvmfs-claim";
import { endpointsOf, isXrootd, type DoorEndpoint } from "./door-settings";
import { doorObjects } from "./doors-objects";
import { cachePods, XCACHE_PODS } from "./pods";
import { cacheEndpoint, type CvmfsSettings, type Data, type Store } from "./settings";
import { signpostPart } from "./signpost-part";
import { xcachePart } from "./xcache-part";

const { transformers, finders } = SERVICEX_PODS;

/** Pods that read the site's data: user servers, Dask workers that the hub's namespace runs, transformers and DID finders of ServiceX. */
const READERS = [USER_SERVERS, CLUSTER_PODS.worker, transformers, ...finders] as const;

/** The parts of data that a site has. */
export interface DataParts extends ConcernParts {
  /** One part for each store, by the store's name. */
  readonly doors: Readonly<Record<string, Part>>;
  readonly xcache?: Part;
  /** What answers to the name `xcache` beside the pods that read, where the site has a cache of its own. */
  readonly signpost?: Part;
  readonly cache: Part;
  readonly cvmfs?: Part;
  /** The check that reads known files, where the site has one. */
  readonly check?: Part;
}

/** What data needs to know of the rest of the site. */
export interface DataFacts {
  readonly nodes: Nodes;
  readonly loadBalancer: LoadBalancer;
  /** Whether the facility has a Prometheus of its own. */
  readonly monitored: boolean;
  /** Gives the name of a role's namespace. */
  readonly namespaceOf: (role: Role) => string;
}

/** The parts of data that a site has. */
export function dataParts(data: Data, { nodes, namespaceOf, loadBalancer, monitored }: DataFacts): DataParts {
  return {
    doors: Object.fromEntries(Object.entries(data.stores).map(([name, store]) => [name, doorsPart(name, store, data, namespaceOf("hub"))])),
    ...choose(data.cache, {
      xcache: (settings) => ({
        xcache: xcachePart(settings, data, { nodes, namespace: namespaceOf("data"), loadBalancer }),
        signpost: signpostPart(settings, { nodes, namespace: namespaceOf("hub"), loadBalancer }),
      }),
      external: () => ({}),
      none: () => ({}),
    }),
    cache: part(undefined, { flows: cacheFlows(data) }),
    ...(data.check && { check: checkPart(data.check, data, { nodes, namespace: namespaceOf("data"), monitored }) }),
    ...(data.cvmfs.kind === "none" ? {} : { cvmfs: cvmfsPart(data.cvmfs, namespaceOf("hub")) }),
  };
}

/**
 * The doors of a store, which run outside the facility: the part holds a description of them, and the flows that lead to them. Each door and
 * redirector has a flow of its own, with its address and ports alone. The cache speaks XRootD with the doors, and no other protocol.
 */
function doorsPart(name: string, store: Store, { cache }: Data, namespace: string): Part {
  const endpoints = endpointsOf(store.doors);
  const there = ({ what, name: host, address }: DoorEndpoint): NamedHosts => ({
    kind: "outside",
    name: `${what} ${host} of ${name}`,
    addresses: [address],
  });
  return part("hub", {
    objects: doorObjects(name, store, namespace),
    flows: endpoints.flatMap((endpoint) => {
      const readers = cache.kind === "xcache" && isXrootd({ kind: endpoint.protocol }) ? [...READERS, XCACHE_PODS] : READERS;
      return flowsBetween(readers, [there(endpoint)], [endpoint.port]);
    }),
    probes: endpoints.map((endpoint) => ({
      service: `${endpoint.what} of ${name}`,
      host: endpoint.name,
      port: endpoint.port,
      // Doors have certificates of the grid's authorities.
      scheme: isXrootd({ kind: endpoint.protocol }) ? "xrootd" : "https-any-authority",
      at: { to: there(endpoint), port: endpoint.port },
    })),
  });
}

/** Flows to the cache that clients are told to use, be it the facility's own or somebody else's. */
function cacheFlows(data: Data): readonly Flow[] {
  const endpoint = cacheEndpoint(data);
  if (endpoint === undefined) return [];
  const { cache } = data;
  return flowsBetween(READERS, cache.kind === "xcache" ? cachePods(cache) : ["outside"], [endpoint.port]);
}

/** The experiment's software, for the pods of the hub's namespace. */
function cvmfsPart(settings: Exclude<CvmfsSettings, { kind: "none" }>, namespace: string): Part {
  return part("hub", { objects: cvmfsObjects(settings, namespace) });
}
