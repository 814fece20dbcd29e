import { choose } from "../choose";
import { publicPort, type PublicIngress } from "../platform/public-ingress";
import { STORE } from "./object-store-part";
import type { Storage } from "./settings";

/** What a user of the object store has to know. */
export interface S3Endpoint {
  /** Name of the CephObjectStore. */
  readonly store: string;
  /** Namespace of the Ceph cluster. */
  readonly clusterNamespace: string;
  readonly host: string;
  readonly port: number;
  /** Whether it speaks https. */
  readonly tls: boolean;
}

/**
 * Where S3 is, the same inside and outside; undefined at a site without an object store.
 * @param clusterNamespace Rook's namespace.
 */
export function s3EndpointOf(storage: Storage, clusterNamespace: string, ingress: PublicIngress): S3Endpoint | undefined {
  const store = { store: STORE, clusterNamespace };
  return choose(storage, {
    rook: ({ objectStore }) =>
      choose(objectStore, { rgw: ({ host }) => ({ ...store, host, port: publicPort(ingress), tls: true }), none: () => undefined }),
    external: ({ objectStore }) =>
      choose(objectStore, { rgw: ({ host, port, tls }) => ({ ...store, host, port, tls }), none: () => undefined }),
    existing: () => undefined,
  });
}
