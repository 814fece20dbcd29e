import type { ClusterObject } from "#af/sandbox/cluster/client";

/** A Service that leads to a port of an address, whatever listens there. */
export function serviceAt(
  name: string,
  namespace: string,
  port: number,
  behind: { readonly address: string; readonly port: number },
): readonly ClusterObject[] {
  return [
    { apiVersion: "v1", kind: "Service", metadata: { name, namespace }, spec: { ports: [{ name: "p", port }] } },
    {
      ...{ apiVersion: "discovery.k8s.io/v1", kind: "EndpointSlice", addressType: "IPv4" },
      metadata: { name, namespace, labels: { "kubernetes.io/service-name": name } },
      ...{ endpoints: [{ addresses: [behind.address], conditions: { ready: true } }], ports: [{ name: "p", port: behind.port }] },
    },
  ];
}
