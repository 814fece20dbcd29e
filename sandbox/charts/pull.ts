import { execFile } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";
import { archiveOf } from "./repository";
import type { DescribedRelease } from "./described";

const run = promisify(execFile);

/** Milliseconds for which one chart is awaited; the largest of them has about 1 MB. */
const PULL_WITHIN = 60_000;

/** What is pulled, and from where. */
export interface PullOptions {
  readonly releases: readonly DescribedRelease[];
  /** The site's own mirror, if it has one. */
  readonly mirror?: string;
  /** The folder that keeps the charts. */
  readonly folder: string;
  /** Path of Helm. */
  readonly helm: string;
  readonly env?: Readonly<NodeJS.ProcessEnv>;
}

/**
 * Pulls the charts of a site's releases that the folder does not have yet, each in its pinned version, from its repository or from the site's
 * mirror. It returns why a chart could not be pulled, one line each; the sandbox goes on without it.
 */
export async function pullCharts({ releases, mirror, folder, helm, env = process.env }: PullOptions): Promise<readonly string[]> {
  fs.mkdirSync(folder, { recursive: true });
  const charts = [...new Map(releases.map(({ chart }) => [archiveOf(chart), chart])).entries()];
  const failures = await Promise.all(
    charts.map(async ([archive, { name, version, repository }]): Promise<string | undefined> => {
      if (fs.existsSync(path.join(folder, archive))) return undefined;
      const from = mirror ?? repository;
      const chart = from.startsWith("oci://") ? [`${from}/${name}`] : [name, "--repo", from];
      try {
        await run(helm, ["pull", ...chart, "--version", version, "--destination", folder], { env, timeout: PULL_WITHIN });
        return undefined;
      } catch (error) {
        const said = (error as { stderr?: string }).stderr?.trim().split("\n").at(-1) ?? "";
        return `chart ${name} ${version} could not be pulled from ${from} (${said.replace(/^Error: /, "") || "no answer"})`;
      }
    }),
  );
  return failures.flatMap((failure) => failure ?? []);
}
