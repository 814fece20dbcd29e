import type { Manifest } from "../manifest";
import { part, type Part } from "../parts";
import { hostRoutePart } from "../platform/public-ingress";
import type { StorageFacts } from "./facts";
import { cephPods, ROOK_OPERATOR } from "./pods";
import { RGW_CONTAINER_PORT, RGW_SERVICE_PORT } from "./ports";
import { rookObject } from "./rook-object";
import type { RgwSettings, RookStorage } from "./settings";
import { objectStoreSpec } from "./specs";

/** Name of the CephObjectStore. */
export const STORE = "facility";

/** Name of the Service that Rook makes for the store. */
const SERVICE = `rook-ceph-rgw-${STORE}`;

/** S3 that the facility's own Rados gateways serve under one public name; the ingress ends TLS. */
export function objectStorePart(settings: RookStorage, rgw: RgwSettings, { nodes, namespace, userNamespaces }: StorageFacts): Part {
  return part("rook", {
    objects: {
      store: rookObject(
        "CephObjectStore",
        { name: STORE, namespace },
        {
          ...objectStoreSpec(settings, rgw, nodes),
          allowUsersInNamespaces: [...userNamespaces],
          // A gateway refuses requests to a host name that is not listed here. Rook itself goes to the endpoint that the store advertises, and
          // trusts public authorities alone: without another endpoint that is the Service, which needs no certificate and no name of the site.
          hosting: { dnsNames: [rgw.host, `${SERVICE}.${namespace}.svc`] },
        },
      ),
    },
    // The operator makes users and buckets at the advertised endpoint.
    flows: [{ from: ROOK_OPERATOR, to: cephPods("rook").rgw, ports: [RGW_CONTAINER_PORT] }],
  });
}

/** The public host name of the facility's own gateways. */
export function s3RoutePart({ host }: RgwSettings, { namespace, ingress }: StorageFacts): Part {
  return hostRoutePart(
    {
      name: "s3",
      role: "rook",
      namespace,
      host,
      title: "S3",
      service: SERVICE,
      port: { number: RGW_SERVICE_PORT, name: "http" },
      pods: cephPods("rook").rgw,
      containerPort: RGW_CONTAINER_PORT,
    },
    ingress,
  );
}

/**
 * Makes the StorageClass of ObjectBucketClaims.
 * @param namespace name of Rook's namespace, which is part of the provisioner's name.
 */
export function bucketClass(namespace: string): Manifest {
  return {
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: { name: "rook-ceph-bucket" },
    provisioner: `${namespace}.ceph.rook.io/bucket`,
    // Deleting a claim keeps its bucket, as deleting a claim of a volume keeps the volume.
    reclaimPolicy: "Retain",
    parameters: { objectStoreName: STORE, objectStoreNamespace: namespace },
  };
}
