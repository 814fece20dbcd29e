import { hostsOf } from "../components/nodes/settings";
import type { Site } from "../stacks/site/schema";
import { counted } from "../terminal/text";
import type { Cluster } from "./cluster/client";
import { missingGiven, provideGiven } from "./given/given";
import { missingNodes, provideNodes } from "./nodes/nodes";

/** The hosts of a site and what its cluster comes with: what has to be there before the engine runs. */
export interface Stage {
  /** What was done, in a few words. */
  readonly done: string;
  /** What is not there and was left so, a line each. */
  readonly missing: readonly string[];
}

/**
 * Makes the stage.
 * @param how as for {@link provideNodes}.
 */
export async function provideStage(cluster: Cluster, site: Site, how: "joins" | "replaces"): Promise<Stage> {
  const hosts = hostsOf(site.nodes);
  const { created, removed } = await provideNodes(cluster, hosts, how);
  await provideGiven(cluster, site);
  const gone = removed.length > 0 ? `, ${removed.length} removed` : "";
  return { done: `${counted(hosts.length, "host")} (${created.length} new${gone})`, missing: [] };
}

/** Looks at the stage of a site of which something is deployed, and writes nothing. The lines name what `up` would make first. */
export async function lookAtStage(cluster: Cluster, site: Site): Promise<Stage> {
  const hosts = hostsOf(site.nodes);
  const [nodes, given] = await Promise.all([missingNodes(cluster, hosts), missingGiven(cluster, site)]);
  const up = `a preview writes nothing; npm run sandbox -- up ${site.site.name}`;
  return {
    done: `${counted(hosts.length, "host")} (${nodes.length} not in the cluster)`,
    missing: [
      ...(nodes.length === 0
        ? []
        : [
            `${counted(nodes.length, "host")} of the site file ${nodes.length === 1 ? "is" : "are"} not in the sandbox's cluster: ${nodes.join(", ")}; ${up} registers ${nodes.length === 1 ? "it" : "them"}`,
          ]),
      ...(given.length === 0
        ? []
        : [
            `the sandbox's cluster does not have what the site's comes with: ${given.join(", ")}; ${up} makes ${given.length === 1 ? "it" : "them"}`,
          ]),
    ],
  };
}
