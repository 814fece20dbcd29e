import { choose } from "../../components/choose";
import { publicSignpost } from "../../components/data/settings";
import type { Site } from "./schema";

/** A public host name of the facility, and the path of the setting that gives it. */
export interface PublicName {
  readonly path: string;
  readonly host: string;
}

/** All host names for which the facility shows a certificate or matches SNI, and that of the cache's signpost, which must lead nowhere else. */
export function publicNames({ hub, servicex, storage, data }: Pick<Site, "hub" | "servicex" | "storage" | "data">): readonly PublicName[] {
  const signpost = publicSignpost(data);
  return [
    { path: "af:hub.host", host: hub.host },
    ...choose(hub.dask, {
      sni: ({ domain, workerDomain }) => [
        { path: "af:hub.dask.domain", host: domain },
        { path: "af:hub.dask.workerDomain", host: workerDomain },
      ],
      gateway: ({ host }) => [{ path: "af:hub.dask.host", host }],
      none: () => [],
    }),
    ...choose(servicex, { servicex: ({ host }) => (host === undefined ? [] : [{ path: "af:servicex.host", host }]), none: () => [] }),
    ...choose(storage, {
      rook: ({ objectStore }) =>
        choose(objectStore, { rgw: ({ host }) => [{ path: "af:storage.objectStore.host", host }], none: () => [] }),
      // The name of somebody else's gateways does not belong to the facility.
      external: () => [],
      existing: () => [],
    }),
    // Neither does the name of somebody else's cache.
    ...choose(data.cache, {
      xcache: ({ host, servers = [] }) => [
        { path: "af:data.cache.host", host },
        ...(signpost === undefined ? [] : [{ path: "af:data.cache.signpost.domain", host: signpost }]),
        ...servers.map((server, index) => ({ path: `af:data.cache.servers[${index}].host`, host: server.host })),
      ],
      external: () => [],
      none: () => [],
    }),
  ];
}
