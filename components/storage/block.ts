import * as pulumi from "@pulumi/pulumi";
import { installAll } from "../install";
import type { Part } from "../parts";
import { IRREPLACEABLE } from "./protection";

/** Arguments of {@link Block}. */
export interface BlockArgs {
  readonly part: Part;
  readonly namespace: pulumi.Input<string>;
}

/** Replicated block storage and its StorageClass. */
export class Block extends pulumi.ComponentResource {
  constructor(name: string, { part, namespace }: BlockArgs, opts?: pulumi.ComponentResourceOptions) {
    super("af:storage:Block", name, {}, opts);
    installAll(name, part.objects, (key, { pool }) =>
      key.endsWith("pool")
        ? { parent: this, namespace, ...IRREPLACEABLE }
        : { parent: this, ...(pool && { dependsOn: [pool] }), protect: true },
    );
    this.registerOutputs({ storageClass: part.objects["class"]?.metadata.name });
  }
}
