import * as pulumi from "@pulumi/pulumi";
import { installAll } from "../install";
import type { Part } from "../parts";

/** Arguments of {@link Signpost}. */
export interface SignpostArgs {
  readonly part: Part;
  readonly namespace: pulumi.Input<string>;
}

/** What answers to the name `xcache` beside the pods that read, and sends them to the cache. */
export class Signpost extends pulumi.ComponentResource {
  constructor(name: string, { part, namespace }: SignpostArgs, opts?: pulumi.ComponentResourceOptions) {
    super("af:data:Signpost", name, {}, opts);
    installAll(name, part.objects, (key, { config }) => ({
      parent: this,
      namespace,
      ...(key === "server" && config && { dependsOn: [config] }),
    }));
    this.registerOutputs({});
  }
}
