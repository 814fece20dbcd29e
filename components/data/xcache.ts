import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { installAll } from "../install";
import type { Part } from "../parts";
import { ORIGIN_SECRET } from "./xcache-part";

export interface XCacheArgs {
  readonly part: Part;
  readonly namespace: pulumi.Input<string>;
  /** The cache's own token towards its origin, independent of users. */
  readonly originToken: pulumi.Output<string>;
}

/** One XCache a cache host. */
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
      ...(key === "set" && { dependsOn: [token, ...Object.values(before)] }),
      ...(/-data\d+$/.test(key) && before["class"] && { dependsOn: [before["class"]] }),
    }));
    this.endpoints = part.probes.map(({ host, port }) => `${host}:${port}`);
    this.registerOutputs({ endpoints: this.endpoints });
  }
}
