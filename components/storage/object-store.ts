import * as pulumi from "@pulumi/pulumi";
import { installAll } from "../install";
import { addressesOf, type Part } from "../parts";
import { HostRoute } from "../platform/host-route";
import { IRREPLACEABLE } from "./protection";

/** Arguments of {@link ObjectStore}. */
export interface ObjectStoreArgs {
  readonly part: Part;
  readonly route: Part;
  /** What routes wait for. */
  readonly ingress: readonly pulumi.Resource[];
  readonly namespace: pulumi.Input<string>;
}

/** S3 that the facility's own Rados gateways serve. */
export class ObjectStore extends pulumi.ComponentResource {
  constructor(name: string, { part, route, ingress, namespace }: ObjectStoreArgs, opts?: pulumi.ComponentResourceOptions) {
    super("af:storage:ObjectStore", name, {}, opts);
    installAll(name, part.objects, () => ({ parent: this, namespace, ...IRREPLACEABLE }));
    new HostRoute(`${name}-s3`, { part: route, namespace }, { parent: this, dependsOn: [...ingress] });
    this.registerOutputs({ endpoints: addressesOf(route.probes) });
  }
}
