import { hostsOf } from "../components/nodes/settings";
import type { Site } from "../stacks/site/schema";
import { counted } from "../terminal/text";
import type { Cluster } from "./cluster/client";
import { missingGiven, provideGiven } from "./given/given";
import type { EngineCommand } from "./engine/engine";
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

/**
 * What a command does with the stage: what {@link provideStage} is told, `looks` at it and writes nothing, or `leaves` it alone. Before anything is
 * deployed the cluster is the sandbox's own stage, without whose hosts there is no preview. A refresh reads what is there, an import takes over
 * one object that is there, and a destroy takes away: none of them runs the program, which asks for hosts.
 * @param deployed whether anything of the site is deployed.
 */
export function useOfStage(command: EngineCommand, deployed: boolean): "joins" | "replaces" | "looks" | "leaves" {
  switch (command) {
    case "up":
      return "replaces";
    case "preview":
      return deployed ? "looks" : "joins";
    case "refresh":
      return "looks";
    case "import":
    case "destroy":
      return "leaves";
    default:
      throw new Error(`no such command: ${String(command satisfies never)}`);
  }
}

/**
 * Looks at the stage and writes nothing. The lines name what `up` would make first.
 * @param command the command that only looks.
 */
export async function lookAtStage(cluster: Cluster, site: Site, command: "preview" | "refresh"): Promise<Stage> {
  const hosts = hostsOf(site.nodes);
  const [nodes, given] = await Promise.all([missingNodes(cluster, hosts), missingGiven(cluster, site)]);
  const up = `a ${command} writes nothing; npm run sandbox -- up ${site.site.name}`;
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
