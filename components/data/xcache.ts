import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { installAll } from "../install";
import { addressesOf, type Part } from "../parts";
import { ORIGIN_SECRET } from "./xcache-part";

/** Arguments of {@link XCache}. */
export interface XCacheArgs {
  readonly part: Part;
  readonly namespace: pulumi.Input<string>;
  /** Token by which the cache authenticates to its origin; it is the cache's own and belongs to no user. */
  readonly originToken: pulumi.Output<string>;
}

/** XCache, one on each cache host. */
export class XCache extends pulumi.ComponentResource {
  /** `host:port` that clients connect to. */
  readonly endpoints: readonly string[];

  constructor(name: string, { part, namespace, originToken }: XCacheArgs, opts?: pulumi.ComponentResourceOptions) {
    super("af:data:XCache", name, {}, opts);
    const token = new k8s.core.v1.Secret(
      `${name}-token`,
      { metadata: { name: ORIGIN_SECRET, namespace }, stringData: { token: originToken } },
      { parent: this },
    );
    installAll(name, part.objects, (key, before) => ({
      parent: this,
      namespace,
      ...(key.startsWith("set-") && { dependsOn: [token, ...Object.values(before)] }),
      ...(part.objects[key]?.kind === "PersistentVolume" && before["class"] && { dependsOn: [before["class"]] }),
    }));
    this.endpoints = addressesOf(part.probes);
    this.registerOutputs({ endpoints: this.endpoints });
  }
}
