import { choose } from "../choose";
import type { Nodes } from "../nodes/settings";
import { part, type ConcernParts, type Part } from "../parts";
import { CLUSTER_PODS, USER_SERVERS } from "../hub/pods";
import type { LoadBalancer } from "../platform/settings";
import { SERVICEX_PODS } from "../servicex/pods";
import { flowsBetween, type Flow, type NamedHosts } from "../tenancy/flows";
import type { Role } from "../tenancy/roles";
import { cvmfsObjects } from "./cvmfs-claim";
import { doorObjects } from "./doors-objects";
import { REDIRECTOR_PODS, XCACHE_PODS } from "./pods";
import { cacheEndpoint, type CvmfsSettings, type Data, type Store } from "./settings";
import { xcachePart } from "./xcache-part";

const { transformers, finders } = SERVICEX_PODS;

/** Pods that read the site's data: user servers, Dask workers that the hub's namespace runs, transformers and DID finders of ServiceX. */
const READERS = [USER_SERVERS, CLUSTER_PODS.worker, transformers, ...finders] as const;

/** The parts of data that a site has. */
export interface DataParts extends ConcernParts {
  /** One part for each store, by the store's name. */
  readonly doors: Readonly<Record<string, Part>>;
  readonly xcache?: Part;
  readonly cache: Part;
  readonly cvmfs?: Part;
}

/** What data needs to know of the rest of the site. */
export interface DataFacts {
  readonly nodes: Nodes;
  readonly loadBalancer: LoadBalancer;
  /** Gives the name of a role's namespace. */
  readonly namespaceOf: (role: Role) => string;
}

/** The parts of data that a site has. */
export function dataParts(data: Data, { nodes, namespaceOf, loadBalancer }: DataFacts): DataParts {
  return {
    doors: Object.fromEntries(Object.entries(data.stores).map(([name, store]) => [name, doorsPart(name, store, data, namespaceOf("hub"))])),
    ...choose(data.cache, {
      xcache: (settings) => ({ xcache: xcachePart(settings, data, { nodes, namespace: namespaceOf("data"), loadBalancer }) }),
      external: () => ({}),
      none: () => ({}),
    }),
    cache: part(undefined, { flows: cacheFlows(data) }),
    ...(data.cvmfs.kind === "none" ? {} : { cvmfs: cvmfsPart(data.cvmfs, namespaceOf("hub")) }),
  };
}

/** The doors of a store, which run outside the facility: the part holds a description of them, and the flows that lead to them. */
function doorsPart(name: string, store: Store, { cache }: Data, namespace: string): Part {
  const { doors } = store;
  const there: NamedHosts = { kind: "outside", name: `doors of ${name}`, addresses: doors.hosts.map(({ address }) => address) };
  const readers = cache.kind === "xcache" ? [...READERS, XCACHE_PODS] : READERS;
  return part("hub", {
    objects: doorObjects(name, store, namespace),
    flows: flowsBetween(readers, [there], [doors.port]),
    probes: doors.hosts.map((door) => ({ service: `door of ${name}`, host: door.name, port: doors.port, scheme: "tls" })),
  });
}

/** Flows to the cache that clients are told to use, be it the facility's own or somebody else's. */
function cacheFlows(data: Data): readonly Flow[] {
  const endpoint = cacheEndpoint(data);
  if (endpoint === undefined) return [];
  const { cache } = data;
  // Where a redirector is asked first, it sends readers on to the caches.
  const there = cache.kind === "xcache" ? [XCACHE_PODS, ...(cache.servers ? [REDIRECTOR_PODS] : [])] : (["outside"] as const);
  return flowsBetween(READERS, there, [endpoint.port]);
}

/** The experiment's software, for the pods of the hub's namespace. */
function cvmfsPart(settings: Exclude<CvmfsSettings, { kind: "none" }>, namespace: string): Part {
  return part("hub", { objects: cvmfsObjects(settings, namespace) });
}
