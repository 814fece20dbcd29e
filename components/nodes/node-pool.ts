import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { labelsOf } from "./labels";
import { hostsOf, type Nodes, type Pool } from "./settings";

/** Hosts of one kind: their labels, taints and topology. */
export interface NodePoolArgs {
  readonly pool: Pool;
  readonly hosts: readonly string[];
}

/**
 * One pool of bare-metal hosts. It creates no node: it puts labels and taints on the named ones by server-side apply, so a host that is
 * not in the cluster is an error and not an empty Node object.
 */
export class NodePool extends pulumi.ComponentResource {
  readonly hosts: readonly string[];

  constructor(name: string, { pool, hosts }: NodePoolArgs, opts?: pulumi.ComponentResourceOptions) {
    super("af:nodes:NodePool", name, {}, opts);
    const labels = labelsOf(name, pool);
    for (const host of hosts) {
      new k8s.core.v1.NodePatch(
        `${name}-${host}`,
        {
          // Labels set by hand before belong to another field manager; the site file is what holds.
          metadata: { name: host, labels, annotations: { "pulumi.com/patchForce": "true" } },
          ...(pool.taints.length > 0 && { spec: { taints: [...pool.taints] } }),
        },
        // Taking a host out of the file must not unlabel it: its pods would lose their place. Drain it, then unlabel it.
        { parent: this, retainOnDelete: true },
      );
    }
    this.hosts = hosts;
    this.registerOutputs({ hosts });
  }
}

/** All pools of a site. */
export class NodePools extends pulumi.ComponentResource {
  readonly pools: Readonly<Record<string, NodePool>>;

  constructor(name: string, nodes: Nodes, opts?: pulumi.ComponentResourceOptions) {
    super("af:nodes:NodePools", name, {}, opts);
    const hosts = hostsOf(nodes);
    this.pools = Object.fromEntries(
      Object.entries(nodes).map(([pool, settings]) => [
        pool,
        new NodePool(
          pool,
          { pool: settings, hosts: hosts.filter((host) => host.pool === pool).map((host) => host.name) },
          { parent: this },
        ),
      ]),
    );
    this.registerOutputs({ pools: Object.keys(this.pools) });
  }
}
