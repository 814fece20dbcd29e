import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { installAll } from "../install";
import type { Part } from "../parts";
import { IRREPLACEABLE } from "./protection";
import type { ExternalStorage } from "./settings";
import { csiUsers, type CephCredential } from "./users";

/** Arguments of {@link ExternalCeph}. */
export interface ExternalCephArgs {
  readonly part: Part;
  readonly settings: ExternalStorage;
  readonly namespace: pulumi.Input<string>;
  /** Gives the value of a secret of the site. */
  readonly credential: (name: CephCredential) => pulumi.Output<string>;
}

/** Type of the Secrets that Rook reads. */
export const ROOK_SECRET = "kubernetes.io/rook";

/**
 * Somebody else's Ceph: the addresses of its monitors, the keys of the users that the facility acts as, and StorageClasses of its volumes.
 */
export class ExternalCeph extends pulumi.ComponentResource {
  constructor(name: string, args: ExternalCephArgs, opts?: pulumi.ComponentResourceOptions) {
    super("af:storage:ExternalCeph", name, {}, opts);
    const { part, settings, namespace } = args;
    const secrets = this.secrets(name, args);
    installAll(name, part.objects, (key, { monitors, cluster }) => ({
      parent: this,
      namespace,
      // Rook connects only when the monitors and all keys are there, and a driver can make volumes only when Rook has connected.
      ...(key === "cluster" && monitors && { dependsOn: [monitors, ...secrets], ...IRREPLACEABLE }),
      ...(key.endsWith("-class") && cluster && { dependsOn: [cluster], protect: true }),
    }));
    this.registerOutputs({ fsid: settings.fsid });
  }

  private secrets(name: string, { settings, namespace, credential }: ExternalCephArgs): readonly pulumi.Resource[] {
    const secret = (purpose: string, secretName: string, stringData: Record<string, pulumi.Input<string>>) =>
      new k8s.core.v1.Secret(
        `${name}-${purpose}`,
        { metadata: { name: secretName, namespace }, type: ROOK_SECRET, stringData },
        { parent: this },
      );
    return [
      secret("identity", "rook-ceph-mon", {
        "cluster-name": namespace,
        fsid: settings.fsid,
        // These two literal values tell Rook that it has neither key and uses the health checker's instead
        // (https://rook.io/docs/rook/latest-release/CRDs/Cluster/external-cluster/external-cluster/).
        "admin-secret": "admin-secret",
        "mon-secret": "mon-secret",
        "ceph-username": `client.${settings.healthChecker}`,
        "ceph-secret": credential("cephHealthCheckerKey"),
      }),
      ...csiUsers(settings).map(({ name: csi, user, credential: key }) =>
        secret(csi, `rook-${csi}`, { userID: user, userKey: credential(key) }),
      ),
    ];
  }
}
