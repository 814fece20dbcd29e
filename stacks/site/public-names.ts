import { choose } from "../../components/choose";
import type { Site } from "./schema";

/** A name that the facility answers to, and the setting that gives it. */
export interface PublicName {
  readonly path: string;
  readonly host: string;
}

/** Every name under which a certificate is shown or SNI is matched. */
export function publicNames({ hub, servicex, storage, data }: Pick<Site, "hub" | "servicex" | "storage" | "data">): readonly PublicName[] {
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
      // Somebody else's gateways, like a cache of that kind, have a name of somebody else's.
      external: () => [],
      existing: () => [],
    }),
    // Somebody else's cache has a name of somebody else's.
    ...choose(data.cache, { xcache: ({ host }) => [{ path: "af:data.cache.host", host }], external: () => [], none: () => [] }),
  ];
}
