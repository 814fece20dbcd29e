#!/usr/bin/env node
import * as path from "node:path";
import { Command } from "commander";
import { addToLock, lockFile, readLock } from "../sandbox/tools/charts/lock";
import { chartsFolder, type PulledChart, pullCharts, pullProblem } from "../sandbox/tools/charts/pull";
import type { ApiServerPrograms } from "../sandbox/tools/api-server";
import type { ToolName } from "../sandbox/tools/tool";
import { toolsAtHand } from "../sandbox/tools/toolbox";
import { SiteError } from "../stacks/site/problems";
import { siteNames } from "../stacks/site/project";
import { readSite } from "../stacks/site/read";
import { releasesOf } from "../stacks/site/releases";
import type { Site } from "../stacks/site/schema";
import { HELP_HINT, runCommand } from "../terminal/command";
import { EXIT, UsageError } from "../terminal/failure";
import { progressOf } from "../terminal/progress";
import { counted } from "../terminal/text";
import { withApiServer } from "./charts/admission";
import { checkSite, renderSite } from "./charts/check";
import { HelmTemplate } from "./charts/helm";

interface Options {
  readonly charts?: string;
  readonly lock?: boolean;
}

const CHARTS = ["--charts <folder>", "take the charts from this folder of archives, and pull none that it lacks"] as const;

const command = new Command("charts")
  .description(
    "The real charts: pulls them, renders them with a site's values, and holds what is described of them against what they make.",
  )
  .showHelpAfterError(HELP_HINT)
  .addHelpText("after", "\nExit codes: 0 all well, 1 a chart could not be had or is not as described, 2 a site or an argument is wrong");

command
  .command("pull")
  .description("Pulls each chart in its pinned version, from its repository or the site's mirror, and compares it with the lock.")
  .argument("[site...]", "names of sites; all unless given")
  .option("--charts <folder>", "keep the charts in this folder")
  .option("--lock", "add the digests of charts that the lock does not have yet; a changed chart is refused all the same")
  .action(async (names: readonly string[], options: Options) => {
    const pulled: PulledChart[] = [];
    for (const name of named(names)) pulled.push(...(await pulledOf(readSite(name), options, true)));
    for (const line of pulled.map(pulledLine)) say(line);
    const fresh = pulled.flatMap((each) =>
      "state" in each && each.state === "not in the lock" ? [[path.basename(each.archive), each.digest]] : [],
    );
    if (options.lock === true && fresh.length > 0) {
      addToLock(lockFile(), Object.fromEntries(fresh) as Record<string, string>);
      say(`${counted(new Set(fresh.map(([archive]) => archive)).size, "digest")} added to ${lockFile()}`);
    }
    process.exitCode = pulled.some((each) => pullProblem(each) !== undefined) ? EXIT.fails : EXIT.passes;
  });

command
  .command("render")
  .description("Renders the charts of a site with its own values, as its releases are named and namespaced, and prints the manifests.")
  .argument("<site>", "name of the site, as in Pulumi.<site>.yaml")
  .option(...CHARTS)
  .action(async (name: string, options: Options) => {
    const site = readSite(name);
    const { archives, problems } = await archivesOf(site, options);
    const rendered = await renderSite(site, archives, await helmTemplate());
    for (const { chart, release, namespace, rendering } of rendered) {
      if ("text" in rendering) process.stdout.write(`# ${chart.name} ${chart.version} as ${namespace}/${release}\n${rendering.text}\n`);
      else problems.push(`${chart.name} as ${namespace}/${release} does not render: ${rendering.failure}`);
    }
    for (const problem of problems) process.stderr.write(`${problem}\n`);
    process.exitCode = problems.length > 0 ? EXIT.fails : EXIT.passes;
  });

command
  .command("check")
  .description(
    "Checks the charts of sites: each renders, templates read every value that it is sent, its workloads are those described, the policy packs pass on what it makes, and an API server admits that in the site's namespaces.",
  )
  .argument("[site...]", "names of sites; all unless given")
  .option(...CHARTS)
  .action(async (names: readonly string[], options: Options) => {
    let count = 0;
    for (const name of named(names)) {
      const site = readSite(name);
      const { archives, problems } = await archivesOf(site, options);
      const progress = progressOf("charts");
      const told = (step: string) => progress.step(step);
      const helm = await helmTemplate();
      const results = await withApiServer(await apiServerPrograms(), (cluster) => checkSite(site, { archives, helm, cluster, told }));
      say(`${name}:`);
      for (const problem of problems) say(`  not checked: ${problem}`);
      for (const { subject, problems: found } of results) {
        say(`  ${subject}: ${found.length === 0 ? "as described" : counted(found.length, "problem")}`);
        for (const problem of found) say(`    ${problem}`);
      }
      count += problems.length + results.reduce((sum, { problems: found }) => sum + found.length, 0);
    }
    process.exitCode = count > 0 ? EXIT.fails : EXIT.passes;
  });

function named(names: readonly string[]): readonly string[] {
  return names.length > 0 ? names : siteNames();
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function pulledOf(site: Site, { charts }: Options, pulls: boolean): Promise<readonly PulledChart[]> {
  const mirror = pulls ? site.delivery.mirror : undefined;
  return pullCharts({
    charts: releasesOf(site).map(({ chart }) => chart),
    folder: charts === undefined ? chartsFolder() : path.resolve(charts),
    helm: await helmProgram(),
    lock: readLock(lockFile()),
    pulls,
    ...(mirror !== undefined && { mirror }),
  });
}

/** The archives of a site's charts by chart name, and why others cannot be used. */
async function archivesOf(
  site: Site,
  options: Options,
): Promise<{ readonly archives: ReadonlyMap<string, string>; readonly problems: string[] }> {
  const pulled = await pulledOf(site, options, options.charts === undefined);
  return {
    archives: new Map(
      pulled.flatMap((each) => ("archive" in each && each.state !== "changed" ? [[each.chart.name, each.archive] as const] : [])),
    ),
    problems: pulled.flatMap((each) => pullProblem(each) ?? []),
  };
}

function pulledLine(pulled: PulledChart): string {
  const problem = pullProblem(pulled);
  if (problem !== undefined || "failure" in pulled) return problem ?? "";
  const { chart, state, pulled: now } = pulled;
  return `${chart.name} ${chart.version}: ${now ? "pulled" : "there"}, ${state}`;
}

async function helmTemplate(): Promise<HelmTemplate> {
  return new HelmTemplate(await helmProgram());
}

let tools: ReturnType<typeof toolsAtHand> | undefined;

/**
 * Path of a program, for which the machine is looked through once.
 * @throws {UsageError} if it is not on the machine.
 */
async function programOf(name: ToolName): Promise<string> {
  const found = (await (tools ??= toolsAtHand())).found[name];
  if (found) return found.path;
  throw new UsageError(
    `${name} is not on this machine. \`npm run sandbox -- doctor\` says which version is wanted and where it is looked for, \`npm run sandbox -- build\` provides it.`,
  );
}

const helmProgram = (): Promise<string> => programOf("helm");

async function apiServerPrograms(): Promise<ApiServerPrograms> {
  return {
    etcd: await programOf("etcd"),
    "kube-apiserver": await programOf("kube-apiserver"),
    "kube-controller-manager": await programOf("kube-controller-manager"),
  };
}

void runCommand(command, process.argv.slice(2), [SiteError]);
