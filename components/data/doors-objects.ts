import type { Manifest } from "../manifest";
import { clientEndpointsOf, doorUrl } from "./door-settings";
import type { Store } from "./settings";

/**
 * Makes the objects that describe the doors of one store: a list for people and programs, and endpoints to probe. Clients use the doors'
 * own names, because certificates and redirects contain those names.
 * @param name name of the store, with which the names of the objects end.
 */
export function doorObjects(name: string, store: Store, namespace: string): Readonly<Record<"record" | "service" | "endpoints", Manifest>> {
  const object = `doors-${name}`;
  const { doors, ...facts } = store;
  // One port may serve two protocols, and a Service has each port once.
  const once = doors.protocols.filter(({ port }, index) => doors.protocols.findIndex((other) => other.port === port) === index);
  const ports = once.map(({ kind, port }) => ({ name: kind, port, protocol: "TCP" }));
  const urls = clientEndpointsOf(doors).flatMap((endpoint) => doors.exports.map((path) => doorUrl(endpoint, path)));
  return {
    record: {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: object, namespace },
      data: {
        "doors.json": JSON.stringify({ ...doors, urls, managed: false }, null, 2),
        "store.json": JSON.stringify({ ...facts, managed: false }, null, 2),
      },
    },
    service: {
      apiVersion: "v1",
      kind: "Service",
      // The Service has no selector and no pods, only the endpoints below, for probes and metrics. So Pulumi must not wait for a pod.
      metadata: { name: object, namespace, annotations: { "pulumi.com/skipAwait": "true" } },
      spec: { clusterIP: "None", ports },
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
      ports,
    },
  };
}
