import { execFile } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";
import type { Chart } from "../../../components/charts/chart";
import { cacheFolder } from "../../folders";
import { type ChartLock, digestOf, lockState, type LockState } from "./lock";

const run = promisify(execFile);

/** Milliseconds for which one chart is awaited; the largest of them has about 1 MB. */
const PULL_WITHIN = 60_000;

type PinnedChart = Pick<Chart<object>, "name" | "version" | "repository">;

/** What is pulled, and from where. */
export interface PullOptions {
  readonly charts: readonly PinnedChart[];
  /** A mirror that serves all charts in place of their own repositories. */
  readonly mirror?: string;
  /** The folder that keeps the archives. */
  readonly folder: string;
  /** Path of Helm. */
  readonly helm: string;
  readonly lock: ChartLock;
  /** False takes what the folder has and pulls nothing. */
  readonly pulls?: boolean;
  readonly env?: Readonly<NodeJS.ProcessEnv>;
}

/** What became of one chart: its archive and how that agrees with the lock, or why there is none. */
export type PulledChart = { readonly chart: PinnedChart } & (
  { readonly archive: string; readonly digest: string; readonly state: LockState; readonly pulled: boolean } | { readonly failure: string }
);

/** The folder of the user's cache that keeps pulled charts. */
export function chartsFolder(env: Readonly<NodeJS.ProcessEnv> = process.env): string {
  return path.join(cacheFolder(env), "charts");
}

/** The file name of a chart's archive, as Helm names it. */
export function archiveOf({ name, version }: Pick<PinnedChart, "name" | "version">): string {
  return `${name}-${version}.tgz`;
}

/**
 * Pulls the charts that the folder does not have yet, each in its pinned version, from its repository or from the mirror, and compares every
 * archive with the lock. An archive that is not the locked one is removed from a folder of pulled charts, so that nobody installs
 * it.
 */
export async function pullCharts({
  charts,
  mirror,
  folder,
  helm,
  lock,
  pulls = true,
  env = process.env,
}: PullOptions): Promise<readonly PulledChart[]> {
  fs.mkdirSync(folder, { recursive: true });
  const wanted = [...new Map(charts.map((chart) => [archiveOf(chart), chart])).entries()];
  return Promise.all(
    wanted.map(async ([name, chart]): Promise<PulledChart> => {
      const archive = path.join(folder, name);
      const there = fs.existsSync(archive);
      const missing = `chart ${chart.name} ${chart.version} is not in ${folder}: it would be ${name}`;
      const failure = there ? undefined : pulls ? await pull(chart, { from: mirror ?? chart.repository, folder, helm, env }) : missing;
      if (failure !== undefined) return { chart, failure };
      const digest = digestOf(archive);
      const state = lockState(lock, name, digest);
      if (state === "changed" && pulls) fs.rmSync(archive);
      return { chart, archive, digest, state, pulled: !there };
    }),
  );
}

/** Why a chart cannot be used, in one line; undefined if it can. A chart without an entry in the lock can. */
export function pullProblem(pulled: PulledChart): string | undefined {
  if ("failure" in pulled) return pulled.failure;
  if (pulled.state !== "changed") return undefined;
  const { name, version } = pulled.chart;
  return `chart ${name} ${version} is not the one in the lock: its digest is ${pulled.digest}. Find out who changed it before you take its entry out of the lock`;
}

async function pull(
  { name, version }: PinnedChart,
  {
    from,
    folder,
    helm,
    env,
  }: { readonly from: string } & Pick<PullOptions, "folder" | "helm"> & { readonly env: Readonly<NodeJS.ProcessEnv> },
): Promise<string | undefined> {
  const source = from.startsWith("oci://") ? [`${from}/${name}`] : [name, "--repo", from];
  // Helm writes the archive bit by bit, and another command may look for it meanwhile.
  const draft = fs.mkdtempSync(path.join(folder, "draft-"));
  try {
    await run(helm, ["pull", ...source, "--version", version, "--destination", draft], { env, timeout: PULL_WITHIN });
    // A repository may spell the version with or without a v; the folder has one name for it.
    const [file] = fs.readdirSync(draft);
    if (file === undefined) return `chart ${name} ${version} could not be pulled from ${from} (Helm wrote no archive)`;
    fs.renameSync(path.join(draft, file), path.join(folder, archiveOf({ name, version })));
    return undefined;
  } catch (error) {
    const said = (error as { stderr?: string }).stderr?.trim().split("\n").at(-1) ?? "";
    return `chart ${name} ${version} could not be pulled from ${from} (${said.replace(/^Error: /, "") || "no answer"})`;
  } finally {
    fs.rmSync(draft, { recursive: true, force: true });
  }
}
