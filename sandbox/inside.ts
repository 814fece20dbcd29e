import { readSite, SiteError } from "../stacks/site/read";
import { declaredSecrets } from "../stacks/site/secrets";
import { hostsOf } from "../components/nodes/settings";
import { tellFailure } from "../terminal/command";
import { Progress } from "../terminal/progress";
import { Cluster } from "./cluster/client";
import { type EngineCommand, runEngine } from "./engine/engine";
import { SiteFolder } from "./folders";
import { provideGiven } from "./given/given";
import { provideNodes } from "./nodes/nodes";
import { installPlugins } from "./plugins/install";

import { readSummary } from "./report/summary";
import { report } from "./report/report";

/** What the outer command passes, as JSON in the only argument. */
export interface InsideInput {
  readonly task: EngineCommand | "status";
  readonly site: string;
  /** The folder above `<site>/`. */
  readonly base: string;
  readonly siteFile: string;
  readonly pulumi: string;
  readonly extra: readonly string[];
  readonly cell: string;
  readonly versions: Readonly<Record<string, string>>;
}

/**
 * The part of a command that needs the API server and so runs inside the cell: nodes, the engine, the report. Its exit code is Pulumi's.
 */
async function main(input: InsideInput): Promise<number> {
  const folder = new SiteFolder(input.site, input.base);
  const site = readSite(input.site, input.siteFile);
  const hosts = hostsOf(site.nodes);
  const cluster = Cluster.load(folder.kubeconfig);
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  let exitCode = 0;
  let plugins = input.task === "status" ? installPlugins(folder.plugins) : [];
  if (input.task !== "status") {
    const progress = new Progress();
    progress.step(`registering ${hosts.length} hosts`);
    const { created, removed } = await provideNodes(cluster, hosts);
    await provideGiven(cluster, site);
    progress.done(`${hosts.length} hosts (${created.length} new${removed.length > 0 ? `, ${removed.length} removed` : ""})`);
    const result = await runEngine({
      folder,
      command: input.task,
      pulumi: input.pulumi,
      siteFile: input.siteFile,
      secrets: declaredSecrets(site),
      extra: input.extra,
      say,
    });
    ({ exitCode, plugins } = result);
    // Whoever pressed Ctrl-C does not wait for a report.
    if (result.interrupted) return exitCode;
  }
  if (input.task === "up" || input.task === "status") {
    const facts = await readSummary(cluster, hosts);
    const { cell, versions } = input;
    console.log(`\n${report(facts, { site: input.site, kubeconfig: folder.kubeconfig, logs: folder.logs, cell, plugins, versions })}`);
  }
  return exitCode;
}

main(JSON.parse(process.argv[2] ?? "{}") as InsideInput).then(
  (code) => process.exit(code),
  (error: unknown) => process.exit(tellFailure(error, [SiteError])),
);
