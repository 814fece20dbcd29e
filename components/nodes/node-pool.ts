import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { labelsOf } from "./labels";
import { hostsOf, type Nodes, type Pool } from "./settings";

/** Arguments of {@link NodePool}. */
export interface NodePoolArgs {
  readonly pool: Pool;
  /** Names of the pool's hosts. */
  readonly hosts: readonly string[];
}

/**
 * One pool of bare-metal hosts: labels and taints, patched onto the named nodes by server-side apply. That would create a node that is not
 * there, so the program refuses a host that has not joined before it registers anything (stacks/joined-hosts.ts).
 */
export class NodePool extends pulumi.ComponentResource {
  /** Names of the pool's hosts. */
  readonly hosts: readonly string[];

  constructor(name: string, { pool, hosts }: NodePoolArgs, opts?: pulumi.ComponentResourceOptions) {
    super("af:nodes:NodePool", name, {}, opts);
    const labels = labelsOf(name, pool);
    for (const host of hosts) {
      new k8s.core.v1.NodePatch(
        `${name}-${host}`,
        {
          metadata: { name: host, labels },
          ...(pool.taints.length > 0 && { spec: { taints: [...pool.taints] } }),
        },
        // Removing a host from the site file keeps its labels, because its pods select them. An operator drains the host, then unlabels it.
        { parent: this, retainOnDelete: true },
      );
    }
    this.hosts = hosts;
    this.registerOutputs({ hosts });
  }
}

/** All pools of a site. */
export class NodePools extends pulumi.ComponentResource {
  /** The pools, by name. */
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
    this.registerOutputs({ hosts: Object.fromEntries(Object.entries(this.pools).map(([pool, { hosts: named }]) => [pool, named])) });
  }
}
