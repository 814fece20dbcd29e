import * as pulumi from "@pulumi/pulumi";
import { installAll } from "../install";
import type { Part } from "../parts";

/** Arguments of {@link SkyhookExperiment}. */
export interface SkyhookArgs {
  readonly part: Part;
  readonly namespace: pulumi.Input<string>;
}

/** The Skyhook experiment. It holds no data that must last, so no object of it is protected. */
export class SkyhookExperiment extends pulumi.ComponentResource {
  constructor(name: string, { part, namespace }: SkyhookArgs, opts?: pulumi.ComponentResourceOptions) {
    super("af:skyhook:SkyhookExperiment", name, {}, opts);
    const own = part.objects["cluster"]?.metadata.namespace;
    // The cluster needs everything before it, the file system the cluster, and the client the file system's pools.
    // We chose half an hour for the cluster, as for the production cluster in components/storage/ceph.ts.
    installAll(name, part.objects, (key, before) => ({
      parent: this,
      // One permission lies in the namespace of the operator.
      ...(part.objects[key]?.metadata.namespace === own && { namespace }),
      dependsOn: dependencies(key, before),
      ...(key === "cluster" && { customTimeouts: { create: "30m" } }),
    }));
    this.registerOutputs({ client: part.objects["client"]?.metadata.name });
  }
}

function dependencies(key: string, before: Readonly<Record<string, pulumi.Resource>>): pulumi.Resource[] {
  if (key === "cluster") return Object.values(before);
  return key === "filesystem" || key === "client" ? Object.values(before).slice(-1) : [];
}
