import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { SECRETS_CHECKSUM } from "../checksum";
import { secretChecksum } from "../secret-checksum";
import { installAll } from "../install";
import { addressesOf, type Part } from "../parts";
import { KEYS_SECRET, TOKENS_SECRET } from "./schedd-part";

/** Arguments of {@link Schedd}. */
export interface ScheddArgs {
  readonly part: Part;
  readonly namespace: pulumi.Input<string>;
  /** Signing keys of the facility's tokens by their ids, base64. A key may contain any byte, which a text field cannot hold. */
  readonly signingKeys: Readonly<Record<string, pulumi.Output<string>>>;
  /** IDTOKEN by which the schedd authenticates to the pool. */
  readonly daemonToken: pulumi.Output<string>;
}

/** A dedicated access point of the site's HTCondor pool. */
export class Schedd extends pulumi.ComponentResource {
  /** `address:port` that the pool connects to. */
  readonly endpoints: readonly string[];

  constructor(name: string, { part, namespace, signingKeys, daemonToken }: ScheddArgs, opts?: pulumi.ComponentResourceOptions) {
    super("af:batch:Schedd", name, {}, opts);
    const keys = new k8s.core.v1.Secret(
      `${name}-keys`,
      { metadata: { name: KEYS_SECRET, namespace }, data: signingKeys },
      { parent: this },
    );
    const tokens = new k8s.core.v1.Secret(
      `${name}-tokens`,
      { metadata: { name: TOKENS_SECRET, namespace }, stringData: { "schedd.token": daemonToken } },
      { parent: this },
    );
    // The daemons read copies of both Secrets, which are made when the pod starts, so that new ones need a new pod.
    const podAnnotations = { [SECRETS_CHECKSUM]: secretChecksum({ ...signingKeys, "schedd.token": daemonToken }) };
    installAll(name, part.objects, (key, { config, identity }) => ({
      parent: this,
      namespace,
      ...(key === "set" && config && identity && { dependsOn: [config, keys, tokens, identity], podAnnotations }),
    }));
    this.endpoints = addressesOf(part.probes);
    this.registerOutputs({ endpoints: this.endpoints });
  }
}
