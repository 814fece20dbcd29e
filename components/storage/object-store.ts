import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Nodes } from "../nodes/settings";
import { HostRoute, type WayIn } from "../platform/host-route";
import { IRREPLACEABLE, PHASE_READY } from "./ceph";
import type { RgwSettings, RookStorage } from "./settings";
import { objectStoreSpec } from "./specs";

export interface ObjectStoreArgs {
  readonly settings: RookStorage;
  readonly rgw: RgwSettings;
  readonly nodes: Nodes;
  readonly namespace: pulumi.Input<string>;
  readonly namespaceName: string;
  /** Namespaces whose CephObjectStoreUsers the store accepts. */
  readonly userNamespaces: readonly string[];
  readonly wayIn: WayIn;
}

/** What a user of the store has to know. */
export interface S3Endpoint {
  readonly store: string;
  /** Namespace of the Ceph cluster. */
  readonly clusterNamespace: string;
  /** `host:port` without a scheme, valid inside and outside. */
  readonly publicUrl: string;
  /** Whether it speaks https. */
  readonly tls: boolean;
}

/** Name of the CephObjectStore. */
export const STORE = "facility";

/** S3 by the Rados gateway, under one public name with one certificate, TLS ended at the ingress. */
export class ObjectStore extends pulumi.ComponentResource {
  readonly endpoint: S3Endpoint;

  constructor(name: string, args: ObjectStoreArgs, opts?: pulumi.ComponentResourceOptions) {
    super("af:storage:ObjectStore", name, {}, opts);
    const { settings, rgw, nodes, namespace, namespaceName, userNamespaces, wayIn } = args;
    const service = `rook-ceph-rgw-${STORE}`;
    new k8s.apiextensions.CustomResource(
      `${name}-store`,
      {
        apiVersion: "ceph.rook.io/v1",
        kind: "CephObjectStore",
        metadata: { name: STORE, namespace, annotations: PHASE_READY },
        spec: {
          ...objectStoreSpec(settings, rgw, nodes),
          allowUsersInNamespaces: [...userNamespaces],
          // A name that is not listed is refused: the public one and the Service's (guide storage.md §2.6).
          hosting: {
            dnsNames: [rgw.host, `${service}.${namespaceName}.svc`],
            advertiseEndpoint: { dnsName: rgw.host, port: 443, useTls: true },
          },
        },
      },
      { parent: this, ...IRREPLACEABLE },
    );
    new HostRoute(
      `${name}-s3`,
      { wayIn, name: "s3", namespace, host: rgw.host, service, port: { number: 80, name: "http" } },
      { parent: this },
    );
    this.endpoint = { store: STORE, clusterNamespace: namespaceName, publicUrl: `${rgw.host}:443`, tls: true };
    this.registerOutputs({ endpoint: this.endpoint });
  }
}
