import * as pulumi from "@pulumi/pulumi";
import { installAll } from "../install";
import type { Part } from "../parts";

export interface CvmfsArgs {
  readonly part: Part;
  readonly namespace: pulumi.Input<string>;
}

/** CVMFS for the pods of one namespace. */
export class Cvmfs extends pulumi.ComponentResource {
  constructor(name: string, { part, namespace }: CvmfsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("af:data:Cvmfs", name, {}, opts);
    const { claim } = installAll(name, part.objects, (key, { volume }) => ({
      parent: this,
      namespace,
      ...(key === "claim" && volume && { dependsOn: [volume] }),
    }));
    this.registerOutputs({ claim: claim?.id });
  }
}
