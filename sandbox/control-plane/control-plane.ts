import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { readPrograms } from "../agent/programs";
import { type CellKind, holdCell, joinCell, probeCell } from "../cell/cell";
import type { ClusterNetwork } from "../cell/network";
import { CommandFailure, UsageError } from "../../terminal/failure";
import { DiskFull, MOVE_SANDBOX, orDiskFull } from "../disk";
import { Interrupted } from "../interrupted";
import { nodeScript, type SiteFolder } from "../folders";
import { signalTo, stillRuns } from "../processes";
import { withLock } from "../tools/lock";
import type { Toolbox } from "../tools/toolbox";
import { lastWords } from "./daemon";
import { adopt, isOrphan, own } from "./owner";
import { checked, describeChoices, type RealChoices } from "./real-controllers";
import { type ControlPlaneState, readState } from "./state";
import type { SupervisorInput } from "./supervisor";

/** A control plane that runs, and how to get into its cell. */
export interface RunningControlPlane {
  readonly cell: CellKind;
  readonly server: string;
  /** URL of the chart repository. */
  readonly charts: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly real: RealChoices;
  /** The map of programs of the pods that run as processes. */
  readonly live: string | undefined;
  /** True if this call has started it, false if it was running already. */
  readonly started: boolean;
  /** The command line that runs a command where it reaches the API server. */
  join(command: readonly string[]): readonly string[];
}

function running(state: ControlPlaneState, started: boolean): RunningControlPlane {
  return {
    cell: state.cell,
    server: state.server ?? "",
    charts: state.charts ?? "",
    versions: state.versions,
    real: state.real,
    live: state.live,
    started,
    join: (command) => joinCell(state.cell, state.supervisor.pid, command),
  };
}

/** The control plane of a site; undefined if it does not run. */
export function findControlPlane(folder: SiteFolder): RunningControlPlane | undefined {
  const state = readState(folder);
  return state?.phase === "ready" && stillRuns(state.supervisor) && !isOrphan(folder) ? running(state, false) : undefined;
}

/** Why a control plane that was ready has ended by itself, as one line; undefined if it serves. */
export function whyEnded(folder: SiteFolder): string | undefined {
  const ended = findControlPlane(folder) === undefined ? "no reason is known" : undefined;
  const reason = readState(folder)?.reason ?? ended;
  if (reason === undefined) return undefined;
  const failure = orDiskFull(new CommandFailure(reason), folder.root, MOVE_SANDBOX);
  return failure instanceof DiskFull ? failure.message : `The control plane has ended meanwhile: ${reason}`;
}

/** What starts a control plane. */
export interface StartOptions {
  readonly folder: SiteFolder;
  readonly network: ClusterNetwork;
  readonly tools: Toolbox;
  /** Controllers that are to be real; those of the last start if it is left out. */
  readonly real?: RealChoices;
  /** The map of programs of pods that are to run as processes; that of the last start if it is left out. */
  readonly live?: string;
  readonly signal: AbortSignal;
  /** Called with what is awaited, whenever that changes. */
  readonly waitingFor: (what: string) => void;
}

/**
 * Starts the control plane of a site, or finds it running. Daemons that a killed control plane has left are ended first; its data is used
 * again. It belongs to this process until {@link disown}, and ends when this process is killed before.
 * @throws {CommandFailure} with the daemon, the reason and the log file if it does not start.
 * @throws {UsageError} if it runs with other controllers than are asked for, or if a program of them is gone.
 * @throws {Interrupted} if the signal stops it.
 */
export async function startControlPlane(options: StartOptions): Promise<RunningControlPlane> {
  try {
    return await start(options);
  } catch (error) {
    throw orDiskFull(error, options.folder.root, MOVE_SANDBOX);
  }
}

async function start(options: StartOptions): Promise<RunningControlPlane> {
  const { folder } = options;
  folder.create();
  return withLock(
    folder.file("start.lock"),
    (pid) => options.waitingFor(`process ${pid}, which starts it too`),
    async () => {
      const found = findControlPlane(folder);
      if (found !== undefined) {
        const running = agreeing(found, options);
        adopt(folder);
        return running;
      }
      const real = checked(options.real ?? readState(folder)?.real ?? {});
      const live = options.live ?? readState(folder)?.live;
      await stopControlPlane(folder);
      own(folder);
      const cell = await probeCell();
      if (live !== undefined) {
        readPrograms(live);
        assertCanRunPods(cell);
      }
      const input: SupervisorInput = {
        site: folder.site,
        base: path.dirname(folder.root),
        cell,
        network: options.network,
        tools: options.tools,
        real,
        ...(live !== undefined && { live }),
      };
      const log = folder.log("supervisor");
      const out = fs.openSync(log, "w", 0o600);
      const [command, ...args] = holdCell(cell, options.network, [
        ...nodeScript(path.join(__dirname, "supervisor")),
        JSON.stringify(input),
      ]);
      const child = spawn(command as string, args, { detached: true, stdio: ["ignore", out, out], cwd: folder.root });
      fs.closeSync(out);
      child.unref();
      let gone = false;
      child.once("exit", () => (gone = true));
      child.once("error", () => (gone = true));
      return awaitReady(options, () => gone, child.pid ?? 0, log);
    },
  );
}

/** A running control plane, if its controllers are those that are asked for: they are chosen when it starts. */
function agreeing(found: RunningControlPlane, { folder, real, live }: StartOptions): RunningControlPlane {
  if (live !== undefined && live !== found.live)
    throw new UsageError(
      `The control plane of ${folder.site} runs ${found.live === undefined ? "no pods as processes" : `pods by ${found.live}`}. End it first: npm run sandbox -- down ${folder.site} (its state is kept).`,
    );
  const [has, asked] = [describeChoices(found.real), describeChoices(real ?? found.real)];
  if (has === asked) return found;
  throw new UsageError(
    `The control plane of ${folder.site} runs with ${has}, and ${asked} is asked for. Leave --real out to go on with it, or end it first: npm run sandbox -- down ${folder.site} (its state is kept).`,
  );
}

/**
 * Refuses to run pods as processes where they could not have addresses, files and users of their own.
 * @throws {UsageError} with what is missing.
 */
export function assertCanRunPods(cell: CellKind): void {
  if (cell.kind === "namespace" && !cell.mapped) return;
  const why = cell.kind === "loopback" ? cell.reason : "only root can give each process the user of its container";
  throw new UsageError(`--live cannot run pods as processes here: ${why}. Run it as root on Linux, or leave --live out.`);
}

async function awaitReady(options: StartOptions, gone: () => boolean, pid: number, log: string): Promise<RunningControlPlane> {
  for (;;) {
    if (options.signal.aborted) {
      await stopControlPlane(options.folder);
      throw new Interrupted();
    }
    const state = readState(options.folder);
    if (state?.supervisor.pid === pid) {
      if (state.phase === "ready") return running(state, true);
      if (state.phase === "failed") throw new CommandFailure(`The control plane did not start. ${state.reason ?? ""}`);
      options.waitingFor(state.daemons.at(-1)?.name ?? "etcd");
    }
    if (gone()) throw new CommandFailure(`The control plane did not start: ${lastWords(log)} [${log}]`);
    await sleep(50);
  }
}

/** Ends the control plane of a site, whatever its state, and returns the names of the processes that were running. */
export async function stopControlPlane(folder: SiteFolder): Promise<readonly string[]> {
  const state = readState(folder);
  if (state === undefined) return [];
  const processes = [state.supervisor, ...state.daemons];
  const alive = processes.filter(stillRuns);
  if (signalTo(state.supervisor, "SIGTERM")) await gone([state.supervisor], 40_000);
  // Normally nothing is left now. A killed supervisor leaves its daemons on a machine that cannot tie them to it.
  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    const left = processes.filter((process) => signalTo(process, signal));
    if (left.length > 0) await gone(left, 5_000);
  }
  return alive.map((process) => process.name);
}

async function gone(processes: readonly { readonly pid: number; readonly started: string }[], within: number): Promise<void> {
  const until = Date.now() + within;
  while (processes.some(stillRuns) && Date.now() < until) await sleep(20);
}
