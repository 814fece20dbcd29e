import type { Manifest } from "../manifest";
import type { Store } from "./settings";

/**
 * The doors of one store: a list for people and programs, and endpoints to probe. Clients get the doors' real names, because certificates
 * and redirects carry those.
 * @param name of the store, and of the objects' endings.
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
      // No selector: the endpoints below are all it has. It is for probes and metrics, so nobody waits for a pod behind it.
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
