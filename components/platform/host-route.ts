import * as pulumi from "@pulumi/pulumi";
import { installAll } from "../install";
import type { Part } from "../parts";

export interface HostRouteArgs {
  readonly part: Part;
  readonly namespace: pulumi.Input<string>;
}

/** One public host name that leads to one Service. */
export class HostRoute extends pulumi.ComponentResource {
  constructor(name: string, { part, namespace }: HostRouteArgs, opts?: pulumi.ComponentResourceOptions) {
    super("af:platform:HostRoute", name, {}, opts);
    installAll(name, part.objects, (key, { certificate }) => ({
      parent: this,
      namespace,
      // The ingress must not start to serve a name before its certificate is there.
      ...(key === "route" && certificate && { dependsOn: [certificate] }),
    }));
    this.registerOutputs({ endpoints: part.probes.map(({ host, port }) => `${host}:${port}`) });
  }
}
