import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { installAll } from "../install";
import type { Part } from "../parts";
import { IRREPLACEABLE } from "./protection";
import type { ExternalStorage } from "./settings";
import { csiUsers, type CephCredential } from "./users";

export interface ExternalCephArgs {
  readonly part: Part;
  readonly settings: ExternalStorage;
  readonly namespace: pulumi.Input<string>;
  readonly credential: (name: CephCredential) => pulumi.Output<string>;
}

/** Type of the Secrets that Rook reads. */
export const ROOK_SECRET = "kubernetes.io/rook";

/** Somebody else's Ceph: where it is, as whom to go there, and classes of its volumes. */
export class ExternalCeph extends pulumi.ComponentResource {
  constructor(name: string, args: ExternalCephArgs, opts?: pulumi.ComponentResourceOptions) {
    super("af:storage:ExternalCeph", name, {}, opts);
    const { part, settings, namespace } = args;
    const secrets = this.secrets(name, args);
    installAll(name, part.objects, (key, { monitors, cluster }) => ({
      parent: this,
      namespace,
      // Rook waits for the monitors and all keys before it connects, and nothing can make a volume before it has.
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
        // These two values say that neither key is known here, and that the health checker's is to be used.
        "admin-secret": "admin-secret",
        "mon-secret": "mon-secret",
        "ceph-username": "client.healthchecker",
        "ceph-secret": credential("cephHealthCheckerKey"),
      }),
      ...csiUsers(settings).map(({ user, credential: key }) => secret(user, `rook-${user}`, { userID: user, userKey: credential(key) })),
    ];
  }
}
