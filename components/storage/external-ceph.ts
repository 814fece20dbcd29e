import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { IRREPLACEABLE } from "./ceph";
import { EXTERNAL_CLUSTER, monitorEndpoints } from "./external-specs";
import type { ExternalStorage } from "./settings";
import { csiUsers, type CephCredential } from "./users";
import { IMAGE_PARAMETERS, volumeClass } from "./volume-class";

export interface ExternalCephArgs {
  readonly settings: ExternalStorage;
  readonly namespace: pulumi.Input<string>;
  readonly namespaceName: string;
  readonly credential: (name: CephCredential) => pulumi.Output<string>;
}

/** Type of the Secrets that Rook reads. */
export const ROOK_SECRET = "kubernetes.io/rook";

/** Somebody else's Ceph: where it is and as whom to go there, under the names that Rook's import script gives, and classes of its volumes. */
export class ExternalCeph extends pulumi.ComponentResource {
  constructor(name: string, args: ExternalCephArgs, opts?: pulumi.ComponentResourceOptions) {
    super("af:storage:ExternalCeph", name, {}, opts);
    const { settings, namespace } = args;
    const cluster = new k8s.apiextensions.CustomResource(
      `${name}-cluster`,
      {
        apiVersion: "ceph.rook.io/v1",
        kind: "CephCluster",
        metadata: {
          name: "rook-ceph-external",
          namespace,
          annotations: { "pulumi.com/waitFor": "jsonpath={.status.phase}=Connected" },
        },
        spec: EXTERNAL_CLUSTER,
      },
      { parent: this, dependsOn: this.connection(name, args), ...IRREPLACEABLE },
    );
    this.classes(name, args, { parent: this, dependsOn: [cluster] });
    this.registerOutputs({ fsid: settings.fsid });
  }

  /** All that Rook waits for before it connects. */
  private connection(name: string, { settings, namespace, credential }: ExternalCephArgs): pulumi.Resource[] {
    const secret = (purpose: string, secretName: string, stringData: Record<string, pulumi.Input<string>>) =>
      new k8s.core.v1.Secret(
        `${name}-${purpose}`,
        { metadata: { name: secretName, namespace }, type: ROOK_SECRET, stringData },
        { parent: this },
      );
    return [
      new k8s.core.v1.ConfigMap(
        `${name}-monitors`,
        {
          metadata: {
            name: "rook-ceph-mon-endpoints",
            namespace,
            // Rook writes into it when the cluster's monitors change; the site file has the last word.
            annotations: { "pulumi.com/patchForce": "true" },
          },
          data: monitorEndpoints(settings.monitors),
        },
        { parent: this },
      ),
      secret("identity", "rook-ceph-mon", {
        "cluster-name": namespace,
        fsid: settings.fsid,
        // These two values say that neither key is known here, and that the health checker's is to be used.
        "admin-secret": "admin-secret",
        "mon-secret": "mon-secret",
        "ceph-username": "client.healthchecker",
        "ceph-secret": credential("cephHealthCheckerKey"),
      }),
      ...csiUsers(settings).map(({ user, credential: key }) => secret(user, `rook-${user}`, { userID: user, userKey: credential(key) })),
    ];
  }

  private classes(name: string, { settings, namespaceName }: ExternalCephArgs, opts: pulumi.CustomResourceOptions): void {
    const { block, blockClass, filesystem } = settings;
    volumeClass(
      `${name}-block-class`,
      {
        name: blockClass,
        driver: "rbd",
        namespaceName,
        parameters: { pool: block.pool, ...(block.dataPool !== undefined && { dataPool: block.dataPool }), ...IMAGE_PARAMETERS },
      },
      opts,
    );
    if (filesystem.kind === "cephfs")
      volumeClass(
        `${name}-shared-class`,
        {
          name: filesystem.sharedClass,
          driver: "cephfs",
          namespaceName,
          parameters: { fsName: filesystem.name, pool: filesystem.dataPool },
        },
        opts,
      );
  }
}
