import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { installAll } from "../install";
import type { Part } from "../parts";
import { CHECK_SECRET } from "./check-objects";

/** Arguments of {@link DataCheck}. */
export interface DataCheckArgs {
  readonly part: Part;
  readonly namespace: pulumi.Input<string>;
  /** Token that may read the known files. */
  readonly token: pulumi.Output<string>;
}

/** The check that reads a known file of each store at every hop. */
export class DataCheck extends pulumi.ComponentResource {
  constructor(name: string, { part, namespace, token }: DataCheckArgs, opts?: pulumi.ComponentResourceOptions) {
    super("af:data:DataCheck", name, {}, opts);
    const secret = new k8s.core.v1.Secret(
      `${name}-token`,
      { metadata: { name: CHECK_SECRET, namespace }, stringData: { token } },
      { parent: this },
    );
    installAll(name, part.objects, (key, before) => ({
      parent: this,
      namespace,
      ...(key === "check" && { dependsOn: [secret, ...Object.values(before)] }),
    }));
    this.registerOutputs({});
  }
}
