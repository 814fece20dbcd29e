import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { IRREPLACEABLE, PHASE_READY } from "./ceph";
import { ROOK_SECRET } from "./external-ceph";
import { externalObjectStoreSpec } from "./external-specs";
import { STORE, type S3Endpoint } from "./object-store";
import type { ExternalRgwSettings } from "./settings";
import type { CephCredential } from "./users";

export interface ExternalObjectStoreArgs {
  readonly rgw: ExternalRgwSettings;
  readonly namespace: pulumi.Input<string>;
  readonly namespaceName: string;
  /** Namespaces whose CephObjectStoreUsers the store accepts. */
  readonly userNamespaces: readonly string[];
  readonly credential: (name: CephCredential) => pulumi.Output<string>;
}

/** S3 by somebody else's Rados gateways: Rook makes users and buckets there, and runs nothing. */
export class ExternalObjectStore extends pulumi.ComponentResource {
  readonly endpoint: S3Endpoint;

  constructor(name: string, args: ExternalObjectStoreArgs, opts?: pulumi.ComponentResourceOptions) {
    super("af:storage:ExternalObjectStore", name, {}, opts);
    const { rgw, namespace, namespaceName, userNamespaces, credential } = args;
    const administrator = new k8s.core.v1.Secret(
      `${name}-administrator`,
      {
        metadata: { name: "rgw-admin-ops-user", namespace },
        type: ROOK_SECRET,
        stringData: { accessKey: credential("cephRgwAccessKey"), secretKey: credential("cephRgwSecretKey") },
      },
      { parent: this },
    );
    const store = new k8s.apiextensions.CustomResource(
      `${name}-store`,
      {
        apiVersion: "ceph.rook.io/v1",
        kind: "CephObjectStore",
        metadata: { name: STORE, namespace, annotations: PHASE_READY },
        spec: { ...externalObjectStoreSpec(rgw), allowUsersInNamespaces: [...userNamespaces] },
      },
      { parent: this, dependsOn: [administrator], ...IRREPLACEABLE },
    );
    new k8s.storage.v1.StorageClass(
      `${name}-bucket-class`,
      {
        metadata: { name: "rook-ceph-bucket" },
        provisioner: `${namespaceName}.ceph.rook.io/bucket`,
        // A deleted claim keeps its bucket, as it does a volume.
        reclaimPolicy: "Retain",
        parameters: { objectStoreName: STORE, objectStoreNamespace: namespaceName },
      },
      { parent: this, dependsOn: [store], protect: true },
    );
    this.endpoint = { store: STORE, clusterNamespace: namespaceName, publicUrl: `${rgw.host}:${rgw.port}`, tls: rgw.tls };
    this.registerOutputs({ endpoint: this.endpoint });
  }
}
