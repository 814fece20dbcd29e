import { choose } from "../choose";
import type { Nodes } from "../nodes/settings";
import { part, type ConcernParts, type Part } from "../parts";
import { USER_SERVERS, type Flow, type NamedHosts, type Peer } from "../tenancy/flows";
import type { Role } from "../tenancy/roles";
import { cvmfsObjects } from "./cvmfs-claim";
import { doorObjects } from "./doors-objects";
import { cacheEndpoint, type CvmfsSettings, type Data, type Store } from "./settings";
import { xcachePart } from "./xcache-part";

/** Peers that read the site's data: user servers, the pods beside them in the hub's namespace, and the transformers of ServiceX. */
const READERS: readonly Peer[] = ["hub", USER_SERVERS, "servicex"];

/** The parts of data that a site has. */
export interface DataParts extends ConcernParts {
  /** One part for each store, by the store's name. */
  readonly doors: Readonly<Record<string, Part>>;
  readonly xcache?: Part;
  readonly cache: Part;
  readonly cvmfs?: Part;
}

/**
 * The parts of data that a site has.
 * @param namespaceOf gives the name of a role's namespace.
 */
export function dataParts(data: Data, nodes: Nodes, namespaceOf: (role: Role) => string): DataParts {
  return {
    doors: Object.fromEntries(Object.entries(data.stores).map(([name, store]) => [name, doorsPart(name, store, data, namespaceOf("hub"))])),
    ...choose(data.cache, {
      xcache: (settings) => ({ xcache: xcachePart(settings, data, nodes, namespaceOf("data")) }),
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
  const readers: readonly Peer[] = cache.kind === "xcache" ? [...READERS, "data"] : READERS;
  return part("hub", {
    objects: doorObjects(name, store, namespace),
    flows: readers.map((from): Flow => ({ from, to: there, ports: [doors.port] })),
    probes: doors.hosts.map((door) => ({ service: `door of ${name}`, host: door.name, port: doors.port, scheme: "tls" })),
  });
}

/** Flows to the cache that clients are told to use, be it the facility's own or somebody else's. */
function cacheFlows(data: Data): readonly Flow[] {
  const endpoint = cacheEndpoint(data);
  if (endpoint === undefined) return [];
  const to: Peer = data.cache.kind === "xcache" ? "data" : "anywhere";
  return READERS.map((from): Flow => ({ from, to, ports: [endpoint.port] }));
}

/** The experiment's software, for the pods of the hub's namespace. */
function cvmfsPart(settings: Exclude<CvmfsSettings, { kind: "none" }>, namespace: string): Part {
  return part("hub", { objects: cvmfsObjects(settings, namespace) });
}
