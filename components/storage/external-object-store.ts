import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { installAll } from "../install";
import { addressesOf, type Part } from "../parts";
import { ROOK_SECRET } from "./external-ceph";
import { IRREPLACEABLE } from "./protection";
import type { CephCredential } from "./users";

/** Arguments of {@link ExternalObjectStore}. */
export interface ExternalObjectStoreArgs {
  readonly part: Part;
  readonly namespace: pulumi.Input<string>;
  /** Gives the value of a secret of the site. */
  readonly credential: (name: CephCredential) => pulumi.Output<string>;
}

/** S3 that somebody else's Rados gateways serve. */
export class ExternalObjectStore extends pulumi.ComponentResource {
  constructor(name: string, { part, namespace, credential }: ExternalObjectStoreArgs, opts?: pulumi.ComponentResourceOptions) {
    super("af:storage:ExternalObjectStore", name, {}, opts);
    const administrator = new k8s.core.v1.Secret(
      `${name}-administrator`,
      {
        metadata: { name: "rgw-admin-ops-user", namespace },
        type: ROOK_SECRET,
        stringData: { accessKey: credential("cephRgwAccessKey"), secretKey: credential("cephRgwSecretKey") },
      },
      { parent: this },
    );
    installAll(name, part.objects, (key, { store }) =>
      key === "store"
        ? { parent: this, namespace, dependsOn: [administrator], ...IRREPLACEABLE }
        : { parent: this, ...(store && { dependsOn: [store] }), protect: true },
    );
    this.registerOutputs({ endpoints: addressesOf(part.probes) });
  }
}
