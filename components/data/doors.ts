import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Store } from "./settings";

export interface DoorsArgs {
  /** What the doors lead to, for people. */
  readonly store: Store;
  readonly namespace: pulumi.Input<string>;
}

/**
 * The doors of one store, as the facility sees them: a list for people and programs, and endpoints to probe. Clients get the doors' real
 * names, because certificates and redirects carry those (guide data-access.md §6); nothing here manages a door.
 */
export class Doors extends pulumi.ComponentResource {
  constructor(name: string, { store, namespace }: DoorsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("af:data:Doors", name, {}, opts);
    const { doors, ...facts } = store;
    new k8s.core.v1.ConfigMap(
      `${name}-record`,
      {
        metadata: { name, namespace },
        data: {
          "doors.json": JSON.stringify({ ...doors, managed: false }, null, 2),
          "store.json": JSON.stringify({ ...facts, managed: false }, null, 2),
        },
      },
      { parent: this },
    );
    const port = { name: doors.protocol, port: doors.port, protocol: "TCP" };
    const service = new k8s.core.v1.Service(
      `${name}-service`,
      {
        // No selector: the endpoints below are all it has. It is for probes and metrics, so nobody waits for a pod behind it.
        metadata: { name, namespace, annotations: { "pulumi.com/skipAwait": "true" } },
        spec: { clusterIP: "None", ports: [port] },
      },
      { parent: this },
    );
    new k8s.discovery.v1.EndpointSlice(
      `${name}-endpoints`,
      {
        metadata: {
          name,
          namespace,
          labels: { "kubernetes.io/service-name": service.metadata.name, "endpointslice.kubernetes.io/managed-by": "analysis-facility" },
        },
        addressType: "IPv4",
        endpoints: doors.hosts.map(({ address }) => ({ addresses: [address], conditions: { ready: true } })),
        ports: [port],
      },
      { parent: this },
    );
    this.registerOutputs({ doors: doors.hosts.map(({ name: door }) => door) });
  }
}
