import { part, type Part } from "../parts";
import { waitFor } from "../wait-for";
import { USER_SERVERS } from "../hub/pods";
import { SERVICEX_PODS } from "../servicex/pods";
import { flowsBetween, type NamedHosts } from "../tenancy/flows";
import { externalClusterSpec, externalObjectStoreSpec, mapOptions, monitorEndpoints } from "./external-specs";
import { bucketClass, STORE } from "./object-store-part";
import type { StorageFacts } from "./facts";
import { DAEMON_PORTS } from "./ports";
import { csiControllers, ROOK_OPERATOR } from "./pods";
import { rookObject } from "./rook-object";
import { type ExternalRgwSettings, type ExternalStorage } from "./settings";
import { IMAGE_PARAMETERS, volumeClass } from "./volume-class";

/**
 * Somebody else's Ceph: the objects that tell Rook where it is, with the names that Rook's import script gives them
 * (https://github.com/rook/rook/blob/v1.20.6/deploy/examples/external/import-external-cluster.sh), and StorageClasses of its volumes.
 */
export function externalCephPart(settings: ExternalStorage, { namespace }: StorageFacts): Part {
  const { monitors, block, blockClass, filesystem } = settings;
  const there: NamedHosts = { kind: "outside", name: "Ceph's monitors", addresses: monitors.hosts.map(({ address }) => address) };
  const clients = [ROOK_OPERATOR, ...csiControllers(namespace, settings)];
  return part("rook", {
    objects: {
      monitors: {
        apiVersion: "v1",
        kind: "ConfigMap",
        // Rook updates this ConfigMap when the cluster's monitors change; the next `up` restores what the site file says.
        metadata: { name: "rook-ceph-mon-endpoints", namespace },
        data: monitorEndpoints(monitors),
      },
      cluster: {
        apiVersion: "ceph.rook.io/v1",
        kind: "CephCluster",
        metadata: {
          name: "rook-ceph-external",
          namespace,
          annotations: waitFor({ field: "status.phase", is: "Connected" }),
        },
        spec: externalClusterSpec(settings),
      },
      "block-class": volumeClass({
        name: blockClass,
        driver: "rbd",
        namespace,
        parameters: {
          pool: block.pool,
          ...(block.dataPool !== undefined && { dataPool: block.dataPool }),
          ...IMAGE_PARAMETERS,
          ...mapOptions(settings),
        },
      }),
      ...(filesystem.kind === "cephfs" && {
        "shared-class": volumeClass({
          name: filesystem.sharedClass,
          driver: "cephfs",
          namespace,
          parameters: { fsName: filesystem.name, pool: filesystem.dataPool },
        }),
      }),
    },
    flows: [
      ...flowsBetween(clients, [there], [monitors.port]),
      // The monitors tell clients the addresses of the other daemons; the site file does not list these.
      ...flowsBetween(clients, ["outside"], [monitors.port, DAEMON_PORTS]),
    ],
  });
}

/** S3 that somebody else's Rados gateways serve. Rook makes users and buckets there, and runs no gateway. */
export function externalObjectStorePart(rgw: ExternalRgwSettings, { namespace, userNamespaces }: StorageFacts): Part {
  const { host, port, tls } = rgw;
  const { app, transformers } = SERVICEX_PODS;
  return part("rook", {
    objects: {
      store: rookObject(
        "CephObjectStore",
        { name: STORE, namespace },
        { ...externalObjectStoreSpec(rgw), allowUsersInNamespaces: [...userNamespaces] },
      ),
      "bucket-class": bucketClass(namespace),
    },
    // User servers fetch the results of ServiceX from there.
    flows: flowsBetween([ROOK_OPERATOR, app, transformers, USER_SERVERS], ["outside"], [port]),
    probes: [{ service: "S3", host, port, scheme: tls ? "https-any-authority" : "tcp", at: { to: "outside", port } }],
  });
}
