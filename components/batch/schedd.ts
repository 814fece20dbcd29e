import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { installAll } from "../install";
import type { Part } from "../parts";
import { KEYS_SECRET, TOKENS_SECRET } from "./schedd-part";

export interface ScheddArgs {
  readonly part: Part;
  readonly namespace: pulumi.Input<string>;
  /** Signing key of the facility's tokens, base64: a key is bytes, and a text field would cut it at the first NUL. */
  readonly signingKey: pulumi.Output<string>;
  /** The schedd's own IDTOKEN towards the pool. */
  readonly daemonToken: pulumi.Output<string>;
}

/** A dedicated access point of the site's HTCondor pool. */
export class Schedd extends pulumi.ComponentResource {
  /** `address:port` that the pool connects to. */
  readonly endpoints: readonly string[];

  constructor(name: string, { part, namespace, signingKey, daemonToken }: ScheddArgs, opts?: pulumi.ComponentResourceOptions) {
    super("af:batch:Schedd", name, {}, opts);
    const keys = new k8s.core.v1.Secret(
      `${name}-keys`,
      { metadata: { name: KEYS_SECRET, namespace }, data: { facility: signingKey } },
      { parent: this },
    );
    const tokens = new k8s.core.v1.Secret(
      `${name}-tokens`,
      { metadata: { name: TOKENS_SECRET, namespace }, stringData: { "schedd.token": daemonToken } },
      { parent: this },
    );
    installAll(name, part.objects, (key, { config, identity }) => ({
      parent: this,
      namespace,
      ...(key === "set" && config && identity && { dependsOn: [config, keys, tokens, identity] }),
    }));
    this.endpoints = part.probes.map(({ host, port }) => `${host}:${port}`);
    this.registerOutputs({ endpoints: this.endpoints });
  }
}
