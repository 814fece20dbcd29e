import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { CephObjectStoreSpec } from "../charts/ceph-daemons";
import { resources } from "../charts/workload";
import type { Nodes } from "../nodes/settings";
import { ENTRY_POINTS } from "../platform/traefik";
import { cephPlacement, IRREPLACEABLE, PHASE_READY } from "./ceph";
import type { RgwSettings, RookStorage } from "./settings";

export interface ObjectStoreArgs {
  readonly settings: RookStorage;
  readonly rgw: RgwSettings;
  readonly nodes: Nodes;
  readonly namespace: pulumi.Input<string>;
  readonly namespaceName: string;
  /** Namespaces whose CephObjectStoreUsers the store accepts. */
  readonly userNamespaces: readonly string[];
  readonly issuer: string;
}

/** What a user of the store has to know. */
export interface S3Endpoint {
  readonly store: string;
  /** Namespace of the Ceph cluster. */
  readonly clusterNamespace: string;
  /** `host:port` without a scheme, valid inside and outside. */
  readonly publicUrl: string;
}

const STORE = "facility";

/** S3 by the Rados gateway, under one public name with one certificate, TLS ended at Traefik. */
export class ObjectStore extends pulumi.ComponentResource {
  readonly endpoint: S3Endpoint;

  constructor(name: string, args: ObjectStoreArgs, opts?: pulumi.ComponentResourceOptions) {
    super("af:storage:ObjectStore", name, {}, opts);
    const { settings, rgw, nodes, namespace, namespaceName, userNamespaces, issuer } = args;
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
    const certificate = new k8s.apiextensions.CustomResource(
      `${name}-certificate`,
      {
        apiVersion: "cert-manager.io/v1",
        kind: "Certificate",
        metadata: { name: "s3", namespace, annotations: { "pulumi.com/waitFor": "condition=Ready" } },
        spec: { secretName: "s3-tls", dnsNames: [rgw.host], issuerRef: { kind: "ClusterIssuer", name: issuer } },
      },
      { parent: this },
    );
    new k8s.apiextensions.CustomResource(
      `${name}-route`,
      {
        apiVersion: "traefik.io/v1alpha1",
        kind: "IngressRoute",
        metadata: { name: "s3", namespace, annotations: { "pulumi.com/skipAwait": "true" } },
        spec: {
          entryPoints: [ENTRY_POINTS.https],
          routes: [{ kind: "Rule", match: `Host(\`${rgw.host}\`)`, services: [{ name: service, port: 80 }] }],
          tls: { secretName: "s3-tls" },
        },
      },
      { parent: this, dependsOn: [certificate] },
    );
    this.endpoint = { store: STORE, clusterNamespace: namespaceName, publicUrl: `${rgw.host}:443` };
    this.registerOutputs({ endpoint: this.endpoint });
  }
}

/** Pools and gateways; pools outlive the store (guide storage.md §2.6). */
export function objectStoreSpec({ failureDomain, replicas }: RookStorage, { gateways }: RgwSettings, nodes: Nodes): CephObjectStoreSpec {
  const replicated = { failureDomain, replicated: { size: replicas, requireSafeReplicaSize: true } };
  return {
    metadataPool: replicated,
    dataPool: { ...replicated, parameters: { bulk: "true" } },
    preservePoolsOnDelete: true,
    gateway: {
      port: 80,
      instances: gateways,
      resources: resources("1", "1Gi", "2Gi"),
      placement: cephPlacement(nodes),
      priorityClassName: "system-cluster-critical",
    },
  };
}
