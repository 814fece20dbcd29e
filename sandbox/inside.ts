import { readSite, SiteError } from "../stacks/site/read";
import { releasesOf } from "../stacks/site/releases";
import { declaredSecrets } from "../stacks/site/secrets";
import { hostsOf } from "../components/nodes/settings";
import { tellFailure } from "../terminal/command";
import { EXIT } from "../terminal/failure";
import { Progress } from "../terminal/progress";
import { fillRepository, type ServedChart } from "./charts/repository";
import { Cluster } from "./cluster/client";
import { whyEnded } from "./control-plane/control-plane";
import { fullAt, MOVE_SANDBOX, orDiskFull } from "./disk";
import { checkpointOf } from "./engine/checkpoint";
import { assertIdle, type EngineCommand, runEngine } from "./engine/engine";
import { projectName } from "./engine/stack-file";
import { SiteFolder } from "./folders";
import { filledRelease } from "./live/hub-chart";
import { choosePlugins } from "./plugins/install";
import { handLines, readHands } from "./report/hands";
import { readSummary } from "./report/summary";
import { report } from "./report/report";
import { lookAtStage, provideStage, useOfStage } from "./stage";
import { onPath } from "./tools/executable";

/** How often the engine's run looks whether the control plane still serves, in milliseconds. */
const LOOK_AGAIN = 5_000;

/** What the outer command passes, as JSON in the only argument. */
export interface InsideInput {
  readonly task: EngineCommand | "status";
  readonly site: string;
  /** The folder above `<site>/`. */
  readonly base: string;
  readonly siteFile: string;
  readonly pulumi: string;
  /** The kubernetes provider. */
  readonly provider: string;
  readonly helm: string;
  /** URL of the chart repository, and the folder of real charts to serve. */
  readonly charts: { readonly url: string; readonly folder?: string };
  readonly extra: readonly string[];
  readonly cell: string;
  readonly versions: Readonly<Record<string, string>>;
  /** Whether the hub's pods run as processes, so that its chart must hold what they run with. */
  readonly fillHub: boolean;
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
  const hands = () => readHands(cluster, input.site, checkpointOf(folder, projectName()).resources);
  let exitCode = 0;
  const plugins = choosePlugins({ kubernetes: input.provider });
  if (input.task !== "status") {
    assertIdle(folder);
    const progress = new Progress();
    const isPreview = input.task === "preview";
    const use = useOfStage(input.task, checkpointOf(folder, projectName()).resources.length > 0);
    if (use !== "leaves") {
      progress.step(`${use === "looks" ? "looking for" : "registering"} ${hosts.length} hosts`);
      const stage =
        use === "looks" ? await lookAtStage(cluster, site, isPreview ? "preview" : "refresh") : await provideStage(cluster, site, use);
      progress.done(stage.done);
      for (const line of stage.missing) say(line);
    }
    progress.step("packing charts");
    const releases = releasesOf(site);
    const served = await fillRepository({
      folder: folder.charts,
      releases,
      helm: input.helm,
      ...(input.charts.folder === undefined ? {} : { charts: input.charts.folder }),
      ...(input.fillHub && { fill: filledRelease }),
    });
    progress.done(chartsInWords(served));
    // An update is followed by the report, which tells what hands have done and the update has left.
    if (isPreview) for (const line of handLines(input.site, await hands())) say(line);
    const ending = watchControlPlane(folder, say);
    const result = await runEngine({
      folder,
      command: input.task,
      pulumi: input.pulumi,
      plugins,
      siteFile: input.siteFile,
      secrets: declaredSecrets(site),
      charts: input.charts.url,
      extra: input.extra,
      say,
    });
    exitCode = result.exitCode;
    if (ending.stop()) return exitCode || EXIT.fails;
    // Whoever pressed Ctrl-C does not wait for a report.
    if (result.interrupted) return exitCode;
    const full = exitCode === 0 ? undefined : fullAt(folder.root, MOVE_SANDBOX);
    if (full !== undefined) say(full);
    if (full !== undefined) return exitCode;
  }
  if (input.task === "up" || input.task === "status") {
    const facts = await readSummary(cluster, hosts);
    const { cell, versions } = input;
    const { kubeconfig, logs } = folder;
    const kubectl = onPath("kubectl") !== undefined;
    console.log(
      `\n${report(facts, { site: input.site, kubeconfig, logs, cell, plugins, versions, kubectl, live: input.fillHub, hands: await hands() })}`,
    );
  }
  return exitCode;
}

/**
 * Ends the engine when the control plane ends under it, and says why: the engine would wait for an answer that cannot come. A second signal
 * ends it at once.
 */
function watchControlPlane(folder: SiteFolder, say: (line: string) => void): { stop(): boolean } {
  let told = false;
  const look = (): boolean => {
    const why = whyEnded(folder);
    if (why !== undefined && !told) say(why);
    told ||= why !== undefined;
    return told;
  };
  const timer = setInterval(() => look() && process.kill(process.pid, "SIGTERM"), LOOK_AGAIN);
  return {
    stop: () => {
      clearInterval(timer);
      return look();
    },
  };
}

/** The charts in one line: which ones are real. */
function chartsInWords(served: readonly ServedChart[]): string {
  const real = served.filter(({ source }) => source === "real").map(({ name, version }) => `${name} ${version}`);
  const rest = served.length - real.length;
  return `${served.length} charts (${[...(real.length > 0 ? [`real: ${real.join(", ")}`] : []), ...(rest > 0 ? [`${rest} of described workloads`] : [])].join("; ")})`;
}

const input = JSON.parse(process.argv[2] ?? "{}") as InsideInput;
main(input).then(
  (code) => process.exit(code),
  (error: unknown) => process.exit(tellFailure(orDiskFull(error, input.base, MOVE_SANDBOX), [SiteError])),
);
