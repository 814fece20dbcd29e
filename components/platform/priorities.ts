import * as pulumi from "@pulumi/pulumi";
import { installAll } from "../install";
import type { Part } from "../parts";

/** The facility's own priority classes; storage has those that every cluster has. */
export class Priorities extends pulumi.ComponentResource {
  constructor(name: string, part: Part, opts?: pulumi.ComponentResourceOptions) {
    super("af:platform:Priorities", name, {}, opts);
    installAll(name, part.objects, () => ({ parent: this }));
    this.registerOutputs({ classes: Object.keys(part.objects) });
  }
}
