import type { Nodes } from "../nodes/settings";
import { part, type Part } from "../parts";
import { flowsBetween, type Flow } from "../tenancy/flows";
import { checkObjects, type Hop } from "./check-objects";
import { checkMonitoring } from "./check-rules";
import { checkPause, type CheckSettings } from "./check-settings";
import { doorUrl, xrootdEndpointsOf, type DoorEndpoint } from "./door-settings";
import { cachePods, CHECK_PODS } from "./pods";
import { FEDERATION_PORTS } from "./ports";
import { cacheEndpoint, type Data } from "./settings";

/** Doors and redirectors of one store that the check asks: those that take a token, or ask nobody. */
function askedOf(data: Data, store: string): readonly DoorEndpoint[] {
  const doors = data.stores[store]?.doors;
  return doors === undefined ? [] : xrootdEndpointsOf(doors).filter(({ auth }) => auth.some((way) => way !== "gsi"));
}

/**
 * Every hop of every known file: each redirector and door, the cache, and the origin from which the cache would fetch what it does not have.
 * After its first run the check finds the file in the cache, so the origin is asked by itself.
 */
export function hopsOf({ files }: CheckSettings, data: Data): readonly Hop[] {
  const endpoint = cacheEndpoint(data);
  return Object.entries(files).flatMap(([store, file]) => [
    ...askedOf(data, store).map((door) => ({ name: `${store}:${door.what}:${door.name}`, url: doorUrl(door, file) })),
    ...(endpoint ? [{ name: `${store}:cache:${endpoint.host}`, url: `root://${endpoint.host}:${endpoint.port}/${file}` }] : []),
    ...(data.cache.kind === "xcache"
      ? [
          {
            name: `${store}:origin:${data.cache.origin.host}`,
            url: `root://${data.cache.origin.host}:${data.cache.origin.port}/${file}`,
          },
        ]
      : []),
  ]);
}

/** What the check needs to know of the rest of the site. */
export interface CheckFacts {
  readonly nodes: Nodes;
  readonly namespace: string;
  /** Whether the facility's own Prometheus reads what the check measures. */
  readonly monitored: boolean;
}

/** The check that reads a known file of each store at every hop, with a token and rights of its own. */
export function checkPart(settings: CheckSettings, data: Data, { nodes, namespace, monitored }: CheckFacts): Part {
  const hops = hopsOf(settings, data);
  return part("data", {
    objects: {
      ...checkObjects(settings, hops, nodes, namespace),
      ...(monitored && checkMonitoring(hops.length, checkPause(settings), namespace)),
    },
    flows: checkFlows(settings, data),
    pods: [CHECK_PODS],
  });
}

/** The ways of the check: to each door that it asks, to the cache, and where the cache itself goes for the origin. */
function checkFlows({ files }: CheckSettings, data: Data): readonly Flow[] {
  const endpoint = cacheEndpoint(data);
  const doors = Object.keys(files).flatMap((store) => askedOf(data, store).map((door) => ({ store, ...door })));
  return [
    ...doors.map(({ store, what, name, address, port }): Flow => ({
      from: CHECK_PODS,
      to: { kind: "outside", name: `${what} ${name} of ${store}`, addresses: [address] },
      ports: [port],
    })),
    ...(endpoint ? flowsBetween([CHECK_PODS], data.cache.kind === "xcache" ? cachePods(data.cache) : ["outside"], [endpoint.port]) : []),
    ...(data.cache.kind === "xcache"
      ? [
          { from: CHECK_PODS, to: "outside" as const, ports: [data.cache.origin.port] },
          { from: CHECK_PODS, to: "internet" as const, ports: FEDERATION_PORTS },
        ]
      : []),
  ];
}
