import type { ExternalCephClusterSpec, ExternalCephObjectStoreSpec } from "../operators/ceph-specs";
import type { ExternalRgwSettings, ExternalStorage } from "./settings";

/**
 * Spec of the CephCluster that stands for somebody else's Ceph: Rook connects to it and checks its health every 45 seconds, the interval of
 * Rook's example (https://github.com/rook/rook/blob/v1.20.6/deploy/examples/external/cluster-external.yaml), and runs no daemon.
 */
export const EXTERNAL_CLUSTER: ExternalCephClusterSpec = {
  external: { enable: true },
  crashCollector: { disable: true },
  healthCheck: { daemonHealth: { mon: { disabled: false, interval: "45s" } } },
};

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
