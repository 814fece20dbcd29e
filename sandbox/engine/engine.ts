import { execFile, spawn } from "node:child_process";
import { promisify } from "node:util";
import { projectFolder } from "../../stacks/site/project";
import { installPlugins, type InstalledPlugin } from "../plugins/install";
import type { DeclaredSecret } from "../../components/secret";
import { Cluster } from "../cluster/client";
import { CommandFailure, reasonOf, UsageError } from "../../terminal/failure";
import type { SiteFolder } from "../folders";
import { tied } from "../processes";
import { exitCodeOf, onEndingSignal } from "../signals";
import { counted } from "../../terminal/text";
import { holderOf, tryLock } from "../tools/lock";
import { checkpointOf } from "./checkpoint";
import { engineEnvironment } from "./environment";
import { endOrphans } from "./orphans";
import { removeCutAttributes, settlingArguments, staleLocks, unlockReleases } from "./recover";
import { eventLog, refusedLines } from "./refused";
import { prepareStackFile, projectName } from "./stack-file";

const run = promisify(execFile);

/** The pack with the rules of both packs judges every preview and update, as it does in production. */
export const POLICY_PACK = "policies/facility";

/** The commands of Pulumi that the sandbox offers. */
export type EngineCommand = "up" | "preview" | "refresh" | "import" | "destroy";

/** One run of the engine. */
export interface EngineRun {
  readonly folder: SiteFolder;
  readonly command: EngineCommand;
  /** Path of the Pulumi CLI. */
  readonly pulumi: string;
  readonly plugins: readonly InstalledPlugin[];
  /** The site file that the stack file is made from. */
  readonly siteFile: string;
  readonly secrets: readonly DeclaredSecret[];
  /** URL of the chart repository. */
  readonly charts: string;
  /** What the user wrote after `--`. */
  readonly extra: readonly string[];
  readonly say: (line: string) => void;
}

/** How a run of the engine ended. */
export interface EngineResult {
  readonly exitCode: number;
  /** Whether a signal ended it before it was done. */
  readonly interrupted: boolean;
}

/** The arguments of the Pulumi CLI for a command. */
export function engineArguments(command: EngineCommand, site: string, stackFile: string, extra: readonly string[]): readonly string[] {
  const common = ["--stack", site, "--config-file", stackFile, "--non-interactive"];
  const packs = ["--policy-pack", POLICY_PACK];
  switch (command) {
    case "preview":
      return ["preview", ...common, ...packs, ...extra];
    case "up":
      return ["up", ...common, "--yes", ...packs, ...extra];
    case "refresh":
      return ["refresh", ...common, "--yes", ...extra];
    case "import":
      return ["import", ...common, "--yes", "--generate-code=false", ...extra];
    case "destroy":
      // Without this, `destroy` would refuse altogether because of the protected resources, which only a person may unprotect.
      return [
        "destroy",
        ...common,
        "--yes",
        ...(extra.includes("--target") || extra.includes("-t") ? [] : ["--exclude-protected"]),
        ...extra,
      ];
    default:
      throw new Error(`no such command: ${String(command satisfies never)}`);
  }
}

/**
 * Refuses an update without its preview. The rules of a pack that look at the whole stack judge at the end of a run: in a preview that is
 * before anything is written, in an update it is after.
 * @throws {UsageError} with what asked for it: an argument, or the variable that Pulumi reads for the same option.
 */
export function assertPreviewed(command: EngineCommand, extra: readonly string[], env: Readonly<NodeJS.ProcessEnv> = process.env): void {
  if (command !== "up") return;
  const asked = [
    ...extra.filter((word) => SKIPS_PREVIEW.test(word)),
    ...(/^(1|true)$/i.test(env[SKIPS_PREVIEW_VARIABLE] ?? "") ? [`${SKIPS_PREVIEW_VARIABLE}=${env[SKIPS_PREVIEW_VARIABLE]}`] : []),
  ];
  if (asked.length === 0) return;
  throw new UsageError(
    `${asked.join(" and ")}: an update without a preview would be judged by the rules for the whole stack only after it is applied. ` +
      `Leave it out; \`preview\` alone judges and writes nothing, and \`up\` stops after its preview if a rule refuses.`,
  );
}

/** `--skip-preview`, or `-f` alone or behind the other options of one letter that take no value (`-d`, `-j`, `-y`). */
const SKIPS_PREVIEW = /^(--skip-preview(=(1|t|true))?|-[djy]*f[a-z]*)$/i;

/** Pulumi reads each option of its CLI from a variable too (declareFlagsAsEnvironmentVariables in its `cmd/pulumi/pulumi.go`). */
const SKIPS_PREVIEW_VARIABLE = "PULUMI_OPTION_SKIP_PREVIEW";

/**
 * Refuses to touch the sandbox of a site on which another run works. That run may still take the engine's lock first: `runEngine` asks again.
 * @throws {UsageError} with the number of the process.
 */
export function assertIdle(folder: SiteFolder): void {
  const holder = holderOf(folder.file("engine.lock"));
  if (holder !== undefined) throw atWork(holder, folder);
}

function atWork(process: number, { site }: SiteFolder): UsageError {
  return new UsageError(`Process ${process} is already at work on the sandbox of ${site}: wait for it, or end it.`);
}

/**
 * Runs the Pulumi CLI on the sandbox of a site, after clearing what a killed run has left; a preview leaves that, and says so.
 * @throws {UsageError} if another run of the same site is under way.
 * @throws {CommandFailure} if the preparation fails, with the CLI's own words.
 */
export async function runEngine(options: EngineRun): Promise<EngineResult> {
  const { folder } = options;
  const lock = tryLock(folder.file("engine.lock"));
  if ("heldBy" in lock) throw atWork(lock.heldBy, folder);
  try {
    installPlugins(folder.plugins, options.plugins);
    const env = engineEnvironment(folder, [options.pulumi]);
    const pulumi = async (args: readonly string[], cwd: string): Promise<string> => {
      try {
        return (await run(options.pulumi, [...args, "--non-interactive"], { cwd, env })).stdout;
      } catch (error) {
        const said = (error as { stderr?: string }).stderr?.trim() || reasonOf(error);
        throw new CommandFailure(`pulumi ${args.slice(0, 2).join(" ")} failed: ${said}`);
      }
    };
    if (removeCutAttributes(folder) > 0) options.say("an earlier run was killed: removing what the backend had half written");
    const stackFile = await prepareStackFile(folder, options.siteFile, options.secrets, options.charts, pulumi);
    await recover(options, stackFile, pulumi);
    const args = engineArguments(options.command, folder.site, stackFile, options.extra);
    const log = eventLog(folder.file("events"), options.command, options.extra);
    const result = await stream(options.pulumi, [...args, ...log.args], { ...env, ...log.env });
    if (result.exitCode !== 0 && !result.interrupted) for (const line of refusedLines(log.file, folder.site)) options.say(line);
    log.remove();
    return result;
  } finally {
    lock.release();
  }
}

/** Clears what a killed run has left, with the commands that Pulumi tells a user to give. They write, so a preview gives none of them. */
async function recover(
  { command, folder, say }: EngineRun,
  stackFile: string,
  pulumi: (args: readonly string[], cwd: string) => Promise<string>,
): Promise<void> {
  const ended = await endOrphans(folder);
  if (ended > 0) say(`an earlier run was killed: ending the ${ended} processes that it left`);
  const killed = staleLocks(folder).length > 0;
  if (command === "preview") {
    const { pending } = checkpointOf(folder, projectName());
    if (killed || pending.length > 0)
      say(
        `an earlier run was killed${pending.length > 0 ? ` during ${counted(pending.length, "operation")}` : ""}: a preview writes nothing, and shows what is there; npm run sandbox -- up ${folder.site} settles it first`,
      );
    return;
  }
  if (killed) {
    say("an earlier run was killed: clearing its lock (pulumi cancel)");
    await pulumi(["cancel", folder.site, "--yes"], projectFolder());
  }
  const { pending } = checkpointOf(folder, projectName());
  if (!killed && pending.length === 0) return;
  const cluster = Cluster.load(folder.kubeconfig);
  for (const release of await unlockReleases(cluster, pending))
    say(`Helm was cut off at ${release}: its record is removed, it is installed again`);
  if (pending.length === 0) return;
  say(`an earlier run was killed during ${pending.length} operations: settling them (pulumi refresh)`);
  const settling = await settlingArguments(cluster, pending);
  await pulumi(["refresh", "--stack", folder.site, "--config-file", stackFile, "--yes", "--skip-preview", ...settling], projectFolder());
}

/** Runs the CLI on the user's terminal and hands every signal on once, so that the CLI can end in order. */
async function stream(pulumi: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<EngineResult> {
  const [command, ...rest] = tied([pulumi, ...args], "TERM");
  const child = spawn(command as string, rest, { cwd: projectFolder(), env, stdio: "inherit" });
  let interrupted = false;
  const release = onEndingSignal((signal) => {
    interrupted = true;
    child.kill(signal === "SIGHUP" ? "SIGTERM" : signal);
  });
  try {
    const exitCode = await new Promise<number>((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", (code, signal) => resolve(exitCodeOf(code, signal)));
    });
    return { exitCode, interrupted };
  } finally {
    release();
  }
}
