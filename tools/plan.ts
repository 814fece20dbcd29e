#!/usr/bin/env node
import * as fs from "node:fs";
import * as path from "node:path";
import { Command } from "commander";
import { SiteError } from "../stacks/site/problems";
import { HELP_HINT, runCommand } from "../terminal/command";
import { EXIT, UsageError } from "../terminal/failure";
import { progressOf, type ProgressSteps } from "../terminal/progress";
import type { Baseline } from "./changes/command";
import type { ChangesDocument } from "./changes/document";
import { assertOurs } from "./plan/manifests";
import type { Plan } from "./plan/plan";
import { Planners, type PlanTask } from "./plan/planners";
import { reportsText, type PlanReport } from "./plan/reports";
import { folderOf, readSites } from "./plan/sites";
import { checkedOut } from "./repository";

interface Options {
  readonly json?: boolean;
  readonly kinds?: boolean;
  readonly flows?: boolean;
  readonly html?: string;
  readonly manifests?: string;
  readonly configFile?: string;
  readonly against?: string;
  readonly deployed?: string;
  readonly markdown?: boolean;
}

const command = new Command("plan")
  .description("Builds the whole facility of a site on paper and judges it: no CLI, cluster or secret is needed, and nothing is changed.")
  .showHelpAfterError(HELP_HINT)
  .argument("<site...>", "names of sites, as in Pulumi.<site>.yaml")
  .option("--json", "one JSON document (docs/reference/plan.schema.json) in place of tables; for several sites a list of theirs")
  .option("--kinds", "the kinds of custom resources in use, as JSON, and nothing else")
  .option("--flows", "who reaches whom by all network policies together, and nothing else")
  .option(
    "--html <file>",
    "write one page: each facility as a picture, its verdicts and changes, and its hosts with their pods, everything in place and after losing a host or a rack",
  )
  .option("--manifests <folder>", "write what would be applied as YAML files, for several sites into a folder each; secrets are left out")
  .option(
    "--against <ref>",
    "what changes against another state of this repository, such as origin/main: for whom, and whether it still fits",
  )
  .option("--deployed <file>", "what changes against what is deployed, of the file that pulumi stack export writes")
  .option("--markdown", "the changes as a comment on a pull request, of at most 60,000 characters")
  .option("--config-file <file>", "read the site from this file, which is one site's")
  .addHelpText(
    "after",
    "\nExit codes: 0 fits and passes, and is no worse than before; 1 a violation, or worse; 2 a site file or an argument is wrong",
  )
  .action(async (names: readonly string[], options: Options) => {
    const { html, manifests, configFile, json = false, kinds = false, flows = false } = options;
    const progress = progressOf("plan");
    const baseline = baselineOf(options);
    if (html !== undefined) assertWritable(html);
    if (baseline) {
      const { changesOf } = await import("./changes/command.js");
      const { document, plans } = await changesOf(names, baseline, progress, configFile);
      if (html !== undefined) await writePage(html, plans, document);
      return await tellChanges(document, options);
    }
    const many = new Set(names).size;
    // The page is drawn from the plans themselves, which cannot be handed from process to process.
    const apart = many > 1 && html === undefined;
    using planners = new Planners(apart ? many : 0);
    const wanted = { json, kinds, flows };
    const tasks = readSites(names, configFile).map((site) => ({
      site,
      wanted,
      folder: manifests === undefined ? undefined : folderOf(manifests, site, many),
    }));
    for (const { folder } of tasks) if (folder !== undefined) assertOurs(folder);
    const { reports, plans } = apart ? await madeApart(planners, tasks, progress) : await madeHere(tasks, progress);
    if (html !== undefined) await writePage(html, plans);
    process.stdout.write(`${reportsText(reports, wanted)}\n`);
    process.exitCode = reports.every((report) => report.passes) ? EXIT.passes : EXIT.fails;
  });

interface Made {
  readonly reports: readonly PlanReport[];
  /** None if they were made in other processes. */
  readonly plans: readonly Plan[];
}

/** Makes the plans in this process. What makes them is loaded only here: beside processes that do it, this one reads sites alone, in a third of the time. */
async function madeHere(tasks: readonly PlanTask[], progress: ProgressSteps): Promise<Made> {
  const { makePlan } = await import("./plan/plan.js");
  const { reportOf } = await import("./plan/report.js");
  const made: { readonly plan: Plan; readonly report: PlanReport }[] = [];
  for (const { site, wanted, folder } of tasks) {
    const plan = await makePlan(site, progress);
    made.push({ plan, report: reportOf(plan, wanted, folder) });
  }
  return { reports: made.map(({ report }) => report), plans: made.map(({ plan }) => plan) };
}

async function madeApart(planners: Planners, tasks: readonly PlanTask[], progress: ProgressSteps): Promise<Made> {
  let ready = 0;
  const reports = await planners.reports(tasks, ({ site }) => progress.step(`${site} is planned, ${(ready += 1)} of ${tasks.length}`));
  return { reports, plans: [] };
}

/** What the plan is compared with; undefined if with nothing. */
function baselineOf({ against, deployed, markdown }: Options): Baseline | undefined {
  if (against !== undefined && deployed !== undefined) throw new UsageError("found --against and --deployed; allowed: one of them");
  if (against !== undefined) return { kind: "against", ref: against };
  if (deployed !== undefined) return { kind: "deployed", file: deployed };
  if (markdown) throw new UsageError("--markdown tells changes; allowed: together with --against or --deployed");
  return undefined;
}

async function tellChanges(document: ChangesDocument, { json, markdown }: Options): Promise<void> {
  const { changeLines } = await import("./changes/lines.js");
  const { changesMarkdown } = await import("./changes/markdown.js");
  const output = json ? JSON.stringify(document, null, 2) : markdown ? changesMarkdown(document) : changeLines(document).join("\n");
  process.stdout.write(`${output}\n`);
  process.exitCode = document.sites.some(({ worse }) => worse) ? EXIT.fails : EXIT.passes;
}

/** @throws {UsageError} if the page cannot be written; checked before the plan is worked out. */
function assertWritable(file: string): void {
  const folder = path.dirname(file);
  if (!fs.existsSync(folder)) throw new UsageError(`${folder} does not exist; make the folder, or name another file after --html`);
  if (fs.existsSync(file) && fs.statSync(file).isDirectory()) throw new UsageError(`${file} is a folder; allowed: a file`);
}

/** Draws the page. The modules that draw are loaded only here, because most plans need no page. */
async function writePage(file: string, plans: readonly Plan[], changes?: ChangesDocument): Promise<void> {
  const drawn = plans.map((plan) => {
    const { facility, uncounted } = plan.capacity;
    if (facility === undefined) throw new UsageError(`${file} is not written: ${plan.site.site.name}: ${uncounted.join(", ")}`);
    return { plan, facility, ...(changes && { changes }) };
  });
  const { planPage } = await import("./plan/html/page.js");
  const state = checkedOut();
  fs.writeFileSync(file, planPage(drawn, { made: new Date(), commit: state?.commit, edited: state?.edited ?? false }));
}

void runCommand(command, process.argv.slice(2), [SiteError]);
