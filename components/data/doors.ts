import * as pulumi from "@pulumi/pulumi";
import { installAll } from "../install";
import type { Part } from "../parts";

export interface DoorsArgs {
  readonly part: Part;
  readonly namespace: pulumi.Input<string>;
}

/** The doors of one store, as the facility sees them; nothing here manages a door. */
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
    this.endpoints = part.probes.map(({ host, port }) => `${host}:${port}`);
    this.registerOutputs({ endpoints: this.endpoints });
  }
}
