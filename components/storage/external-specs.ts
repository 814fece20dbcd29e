import type { ExternalCephClusterSpec, ExternalCephObjectStoreSpec } from "../operators/ceph-specs";
import type { ExternalRgwSettings, ExternalStorage } from "./settings";

/**
 * Spec of the CephCluster that stands for somebody else's Ceph: Rook connects to it and checks its health every 45 seconds, the interval of
 * Rook's example (https://github.com/rook/rook/blob/v1.20.6/deploy/examples/external/cluster-external.yaml), and runs no daemon.
 */
export function externalClusterSpec({ monitors }: Pick<ExternalStorage, "monitors">): ExternalCephClusterSpec {
  const mode = messengerMode(monitors);
  return {
    external: { enable: true },
    crashCollector: { disable: true },
    healthCheck: { daemonHealth: { mon: { disabled: false, interval: "45s" } } },
    ...(mode !== undefined && { csi: { cephfs: { kernelMountOptions: mode } } }),
  };
}

/** Parameters of the StorageClass of block volumes that say how the kernel speaks to the monitors; none for the protocol that it takes itself. */
export function mapOptions({ monitors }: Pick<ExternalStorage, "monitors">): Readonly<Record<string, string>> {
  const mode = messengerMode(monitors);
  return mode === undefined ? {} : { mapOptions: `krbd:${mode}` };
}

/**
 * Option with which the kernel speaks version 2 of Ceph's protocol. Without it the kernel speaks version 1, which no monitor answers on port
 * 3300 (https://docs.ceph.com/en/latest/man/8/rbd/, ms_mode). Rook sets the option in the configuration of its own clusters, and cannot do so
 * in somebody else's (https://github.com/rook/rook/blob/v1.20.6/pkg/operator/ceph/cluster/cluster.go, configureMsgr2).
 */
function messengerMode({ port }: ExternalStorage["monitors"]): string | undefined {
  return port === 3300 ? "ms_mode=prefer-crc" : undefined;
}

/**
 * Data of the ConfigMap in which Rook finds the monitors
 * (https://github.com/rook/rook/blob/v1.20.6/deploy/examples/external/import-external-cluster.sh).
 */
export function monitorEndpoints({ port, hosts }: ExternalStorage["monitors"]): Readonly<Record<"data" | "mapping" | "maxMonId", string>> {
  return {
    data: hosts.map(({ name, address }) => `${name}=${address}:${port}`).join(","),
    mapping: "{}",
    maxMonId: String(hosts.length - 1),
  };
}

/**
 * Spec of a CephObjectStore whose gateways run elsewhere. It names the endpoint that Rook tells users of the store, because from the
 * gateways alone Rook infers an endpoint without TLS (https://github.com/rook/rook/blob/v1.20.6/pkg/apis/ceph.rook.io/v1/object.go,
 * GetAdvertiseEndpoint).
 */
export function externalObjectStoreSpec({ host, port, tls }: ExternalRgwSettings): ExternalCephObjectStoreSpec {
  return {
    gateway: { port, externalRgwEndpoints: [{ hostname: host }] },
    hosting: { advertiseEndpoint: { dnsName: host, port, useTls: tls } },
  };
}
