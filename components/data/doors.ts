import * as pulumi from "@pulumi/pulumi";
import { installAll } from "../install";
import { addressesOf, type Part } from "../parts";

/** Arguments of {@link Doors}. */
export interface DoorsArgs {
  readonly part: Part;
  readonly namespace: pulumi.Input<string>;
}

/** A description of the doors of one store. The facility does not manage the doors. */
export class Doors extends pulumi.ComponentResource {
  /** `host:port` of each door. */
  readonly endpoints: readonly string[];

  constructor(name: string, { part, namespace }: DoorsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("af:data:Doors", name, {}, opts);
    installAll(name, part.objects, (key, { service }) => ({
      parent: this,
      namespace,
      ...(key === "endpoints" && service && { dependsOn: [service] }),
    }));
    this.endpoints = addressesOf(part.probes);
    this.registerOutputs({ endpoints: this.endpoints });
  }
}
