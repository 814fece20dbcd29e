import { spawn } from "node:child_process";
import * as path from "node:path";
import { readSite } from "../../stacks/site/read";
import type { Site } from "../../stacks/site/schema";
import { siteFile } from "../../stacks/site/project";
import { releasesOf } from "../../stacks/site/releases";
import { type RunningControlPlane, startControlPlane, stopControlPlane } from "../control-plane/control-plane";
import { disown } from "../control-plane/owner";
import { describeChoices, readRealControllers } from "../control-plane/real-controllers";
import { assertPreviewed, type EngineCommand } from "../engine/engine";
import { Interrupted } from "../interrupted";
import { nodeScript, SiteFolder } from "../folders";
import type { InsideInput } from "../inside";
import { keepOpen } from "../live/open";
import { ownMap, provideLive } from "../live/provide";
import { tied } from "../processes";
import { Progress } from "../../terminal/progress";
import { exitCodeOf, onEndingSignal } from "../signals";
import { lockFile, readLock } from "../tools/charts/lock";
import { chartsFolder, pullCharts, pullProblem } from "../tools/charts/pull";
import { provideTools } from "../tools/toolbox";

/** What the user wrote besides the command and the site. */
export interface RunOptions {
  readonly configFile?: string;
  /** A folder of real charts, to be installed in place of described workloads; `pull` for those that can be pulled now. */
  readonly charts?: string;
  readonly extra: readonly string[];
  /** Words of `--real`. */
  readonly real?: readonly string[];
  /** A map of programs, by which chosen pods run as processes; true for one that the command makes for the site's hub, which is then opened. */
  readonly live?: string | true;
}

/**
 * `up`, `preview`, `refresh`, `import` and `destroy`: provides the tools, starts the control plane, and runs Pulumi inside the cell. A wrong site file is
 * refused before anything is started. An interrupted command ends the control plane if it has started it; the data stays for the next run.
 * @throws {UsageError} if an update without its preview is asked for.
 * @throws {SiteError} if the site file is wrong.
 * @throws {UsageError} if a controller that is to be real cannot be taken, or if no pods can run as processes.
 * @throws {CommandFailure} if the tools or the control plane cannot be had.
 */
export async function runOnSandbox(command: EngineCommand, name: string, options: RunOptions): Promise<number> {
  assertPreviewed(command, options.extra);
  const file = path.resolve(options.configFile ?? siteFile(name));
  const site = readSite(name, file);
  const real = options.real === undefined ? {} : { real: readRealControllers(options.real) };
  const folder = new SiteFolder(name);
  const progress = new Progress();
  const stop = new AbortController();
  const release = onEndingSignal(() => stop.abort());
  try {
    const say = (line: string): void => void process.stderr.write(`${line}\n`);
    const tools = await provideTools({ progress, say, signal: stop.signal });
    const charts = await realCharts(options.charts, site, tools.helm.path, progress, say);
    const map = options.live === true ? await provideLive(folder, site, progress, stop.signal) : options.live;
    progress.step("starting the control plane");
    const { podCidr: pods, serviceCidr: services } = site.site.kubernetes;
    const controlPlane = await startControlPlane({
      folder,
      network: { pods, services },
      tools,
      ...real,
      ...(map !== undefined && { live: path.resolve(map) }),
      signal: stop.signal,
      waitingFor: (what) => progress.reword(`starting the control plane (${what})`),
    });
    progress.done(controlPlane.started ? "control plane started" : "control plane found running");
    if (controlPlane.cell.kind === "loopback") say(controlPlane.cell.reason);
    const isLive = controlPlane.live === ownMap(folder);
    if (controlPlane.live !== undefined) say(`pods that ${controlPlane.live} chooses run as processes; their logs: ${folder.podLogs}`);
    if (Object.keys(controlPlane.real).length > 0) say(`real controllers: ${describeChoices(controlPlane.real)}`);
    // From here on the inner part handles signals.
    release();
    const code = await runInside(controlPlane, {
      task: command,
      site: name,
      base: path.dirname(folder.root),
      siteFile: file,
      pulumi: tools.pulumi.path,
      provider: tools["pulumi-resource-kubernetes"].path,
      helm: tools.helm.path,
      charts: { url: controlPlane.charts, ...(charts === undefined ? {} : { folder: charts }) },
      extra: options.extra,
      cell: controlPlane.cell.kind === "loopback" ? controlPlane.cell.reason : "",
      versions: controlPlane.versions,
      fillHub: isLive,
    });
    return options.live === true && command === "up" && code === 0 ? await keepOpen(controlPlane, folder, site, file) : code;
  } catch (error) {
    if (error instanceof Interrupted && error.startedControlPlane) {
      await stopControlPlane(folder);
      process.stderr.write("interrupted: the control plane is stopped, its state is kept; the same command goes on from here\n");
    }
    throw error;
  } finally {
    // Whatever came of it, the command ends in order: from here on the control plane is the user's.
    disown(folder);
    progress.stop();
    release();
  }
}

/** The folder of real charts. Pulling is done here, because nothing leaves the machine from inside the cell. */
async function realCharts(
  asked: string | undefined,
  site: Site,
  helm: string,
  progress: Progress,
  say: (line: string) => void,
): Promise<string | undefined> {
  if (asked !== "pull") return asked === undefined ? undefined : path.resolve(asked);
  const folder = chartsFolder();
  progress.step("pulling charts");
  const pulled = await pullCharts({
    charts: releasesOf(site).map(({ chart }) => chart),
    lock: readLock(lockFile()),
    folder,
    helm,
    ...(site.delivery.mirror === undefined ? {} : { mirror: site.delivery.mirror }),
  });
  progress.done("charts pulled");
  for (const failure of pulled.flatMap((each) => pullProblem(each) ?? [])) say(`${failure}; its described workloads are used`);
  return folder;
}

/**
 * Runs the inner part of a command in the cell and returns its exit code. The part has a session of its own, so that a signal reaches it
 * once, from here, and not a second time from the terminal.
 * @throws {Interrupted} if a signal ended it.
 */
export async function runInside(controlPlane: RunningControlPlane, input: InsideInput): Promise<number> {
  const script = [...nodeScript(path.join(__dirname, "..", "inside")), JSON.stringify(input)];
  const [command, ...args] = controlPlane.join(tied(script, "TERM"));
  const child = spawn(command as string, args, { stdio: "inherit", detached: true });
  let interrupted = false;
  const release = onEndingSignal((signal) => {
    interrupted = true;
    child.kill(signal);
  });
  try {
    const code = await new Promise<number>((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", (status, signal) => resolve(exitCodeOf(status, signal)));
    });
    if (interrupted) throw new Interrupted(code === 0 ? 130 : code, controlPlane.started);
    return code;
  } finally {
    release();
  }
}
