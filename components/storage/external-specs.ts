import type { ExternalCephClusterSpec, ExternalCephObjectStoreSpec } from "../operators/ceph-daemons";
import type { ExternalRgwSettings, ExternalStorage } from "./settings";

/** Rook connects and watches; whatever runs as Ceph is somebody else's (rook/rook, deploy/examples/external/cluster-external.yaml). */
export const EXTERNAL_CLUSTER: ExternalCephClusterSpec = {
  external: { enable: true },
  crashCollector: { disable: true },
  healthCheck: { daemonHealth: { mon: { disabled: false, interval: "45s" } } },
};

/** How Rook finds the monitors: data of its ConfigMap (rook/rook, deploy/examples/import-external-cluster.sh). */
export function monitorEndpoints({ port, hosts }: ExternalStorage["monitors"]): Readonly<Record<"data" | "mapping" | "maxMonId", string>> {
  return {
    data: hosts.map(({ name, address }) => `${name}=${address}:${port}`).join(","),
    mapping: "{}",
    maxMonId: String(hosts.length - 1),
  };
}

/**
 * Gateways that are there already. What Rook tells users of the store is written out: from the endpoint alone it would take that nothing
 * speaks TLS (rook/rook, pkg/apis/ceph.rook.io/v1, GetAdvertiseEndpoint).
 */
export function externalObjectStoreSpec({ host, port, tls }: ExternalRgwSettings): ExternalCephObjectStoreSpec {
  return {
    gateway: { port, externalRgwEndpoints: [{ hostname: host }] },
    hosting: { advertiseEndpoint: { dnsName: host, port, useTls: tls } },
  };
}
