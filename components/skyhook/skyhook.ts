import * as pulumi from "@pulumi/pulumi";
import { installAll } from "../install";
import type { Part } from "../parts";

export interface SkyhookArgs {
  readonly part: Part;
  readonly namespace: pulumi.Input<string>;
}

/** An experiment: it holds nothing that anybody may miss, so nothing is protected. */
export class SkyhookExperiment extends pulumi.ComponentResource {
  constructor(name: string, { part, namespace }: SkyhookArgs, opts?: pulumi.ComponentResourceOptions) {
    super("af:skyhook:SkyhookExperiment", name, {}, opts);
    // Each object needs the one before it: the cluster its configuration, the file system the cluster, the client its pools.
    installAll(name, part.objects, (key, before) => ({
      parent: this,
      namespace,
      dependsOn: Object.values(before).slice(-1),
      ...(key === "cluster" && { customTimeouts: { create: "30m" } }),
    }));
    this.registerOutputs({ client: part.objects["client"]?.metadata.name });
  }
}
