import type { Manifest } from "../manifest";
import type { Store } from "./settings";

/**
 * Makes the objects that describe the doors of one store: a list for people and programs, and endpoints to probe. Clients use the doors'
 * own names, because certificates and redirects contain those names.
 * @param name name of the store, with which the names of the objects end.
 */
export function doorObjects(name: string, store: Store, namespace: string): Readonly<Record<"record" | "service" | "endpoints", Manifest>> {
  const object = `doors-${name}`;
  const { doors, ...facts } = store;
  const port = { name: doors.protocol, port: doors.port, protocol: "TCP" };
  return {
    record: {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: object, namespace },
      data: {
        "doors.json": JSON.stringify({ ...doors, managed: false }, null, 2),
        "store.json": JSON.stringify({ ...facts, managed: false }, null, 2),
      },
    },
    service: {
      apiVersion: "v1",
      kind: "Service",
      // The Service has no selector and no pods, only the endpoints below, for probes and metrics. So Pulumi must not wait for a pod.
      metadata: { name: object, namespace, annotations: { "pulumi.com/skipAwait": "true" } },
      spec: { clusterIP: "None", ports: [port] },
    },
    endpoints: {
      apiVersion: "discovery.k8s.io/v1",
      kind: "EndpointSlice",
      metadata: {
        name: object,
        namespace,
        labels: { "kubernetes.io/service-name": object, "endpointslice.kubernetes.io/managed-by": "analysis-facility" },
      },
      addressType: "IPv4",
      endpoints: doors.hosts.map(({ address }) => ({ addresses: [address], conditions: { ready: true } })),
      ports: [port],
    },
  };
}
