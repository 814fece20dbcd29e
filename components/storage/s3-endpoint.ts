import { choose } from "../choose";
import { publicPort, type PublicIngress } from "../platform/public-ingress";
import { STORE } from "./object-store-part";
import type { StorageSettings } from "./settings";

/** What a client of the object store has to know. */
export interface S3Endpoint {
  /** Name of the CephObjectStore. */
  readonly store: string;
  /** Namespace of the Ceph cluster. */
  readonly clusterNamespace: string;
  readonly host: string;
  readonly port: number;
  /** True if the endpoint speaks https. */
  readonly tls: boolean;
}

/**
 * The S3 endpoint of a site, which is the same inside and outside the cluster; undefined at a site without an object store.
 * @param clusterNamespace name of Rook's namespace.
 */
export function s3EndpointOf(storage: StorageSettings, clusterNamespace: string, ingress: PublicIngress): S3Endpoint | undefined {
  const store = { store: STORE, clusterNamespace };
  return choose(storage, {
    rook: ({ objectStore }) =>
      choose(objectStore, { rgw: ({ host }) => ({ ...store, host, port: publicPort(ingress), tls: true }), none: () => undefined }),
    external: ({ objectStore }) =>
      choose(objectStore, { rgw: ({ host, port, tls }) => ({ ...store, host, port, tls }), none: () => undefined }),
    existing: () => undefined,
  });
}
