import { cacheEndpoint } from "../components/data/settings";
import { s3Host } from "../components/storage/settings";
import type { Site } from "./site";

/** A name that the facility answers to, and the setting that gives it. */
export interface PublicName {
  readonly path: string;
  readonly host: string;
}

/** Every name under which a certificate is shown or SNI is matched. */
export function publicNames({ hub, servicex, storage, data }: Pick<Site, "hub" | "servicex" | "storage" | "data">): readonly PublicName[] {
  const { dask } = hub;
  return [
    { path: "af:hub.host", host: hub.host },
    { path: "af:hub.dask.domain", host: dask.kind === "sni" ? dask.domain : undefined },
    { path: "af:hub.dask.workerDomain", host: dask.kind === "sni" ? dask.workerDomain : undefined },
    { path: "af:hub.dask.host", host: dask.kind === "gateway" ? dask.host : undefined },
    { path: "af:servicex.host", host: servicex.kind === "servicex" ? servicex.host : undefined },
    { path: "af:storage.objectStore.host", host: s3Host(storage) },
    { path: "af:data.cache.host", host: data.cache.kind === "xcache" ? cacheEndpoint(data)?.host : undefined },
  ].flatMap(({ path, host }) => (host === undefined ? [] : [{ path, host }]));
}
