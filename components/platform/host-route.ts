import * as pulumi from "@pulumi/pulumi";
import { installAll } from "../install";
import { addressesOf, type Part } from "../parts";

/** Arguments of {@link HostRoute}. */
export interface HostRouteArgs {
  readonly part: Part;
  readonly namespace: pulumi.Input<string>;
}

/** One public host name and the route from it to one Service. */
export class HostRoute extends pulumi.ComponentResource {
  constructor(name: string, { part, namespace }: HostRouteArgs, opts?: pulumi.ComponentResourceOptions) {
    super("af:platform:HostRoute", name, {}, opts);
    installAll(name, part.objects, (key, { certificate }) => ({
      parent: this,
      namespace,
      // The ingress must not serve a name before its certificate exists.
      ...(key === "route" && certificate && { dependsOn: [certificate] }),
    }));
    this.registerOutputs({ endpoints: addressesOf(part.probes) });
  }
}
