#!/usr/bin/env node
import { Command, Option } from "commander";
import { frozen } from "../stacks/site/freeze";
import { SiteError } from "../stacks/site/problems";
import { readSite } from "../stacks/site/read";
import { HELP_HINT, runCommand } from "../terminal/command";
import { EXIT, UsageError, type ExitCode } from "../terminal/failure";
import { driftDocument } from "./drift/document";
import { engineRun, unjudged } from "./drift/events";
import { driftMarkdown, isAdrift } from "./drift/markdown";
import { refusedText } from "./drift/refused";
import { siteDrift } from "./drift/site-drift";
import { filesSince, partedFrom } from "./repository";
import { affectedBy } from "./site/affected";
import { siteArgument } from "./site/argument";
import { explain, explainLines } from "./site/explain";
import { liveNames, resolverOf } from "./site/live-names";
import { newSite, onTerminal, type Ask } from "./site/new";
import { parity, parityLines } from "./site/parity";
import { SITE_QUESTIONS, type SiteAnswers, type SiteQuestion, type SiteQuestionName } from "./site/questions";
import { isWrong, validate, validateLines } from "./site/validate";

interface Options {
  readonly json?: boolean;
}

interface ValidateOptions extends Options {
  readonly live?: boolean;
  readonly resolver?: string;
}

interface NewOptions extends Readonly<Partial<Record<SiteQuestionName, string | readonly string[]>>> {
  readonly yes?: boolean;
  readonly folder?: string;
}

const SITE = "name of a site, or the path of a Pulumi.<site>.yaml that lies elsewhere";

const command = new Command("site")
  .description("Site files: what they say, whether it holds, and a new one.")
  .showHelpAfterError(HELP_HINT);

command
  .command("validate")
  .description("Reads site files and says everything that is wrong with them at once.")
  .argument("[site...]", `${SITE}; all of the project if none is given`)
  .option("--live", "also ask the DNS whether the names of users' Dask lead to the ingress")
  .option("--resolver <address>", "with --live: the DNS server to ask, in place of the machine's own")
  .option("--json", "one JSON document (docs/reference/sites.schema.json) in place of text")
  .addHelpText("after", "\nExit codes: 0 all are right, 2 one is wrong, or --live found out nothing")
  .action(async (sites: readonly string[], { json, live, resolver }: ValidateOptions) => {
    if (resolver !== undefined && !live) throw new UsageError("--resolver says whom --live asks: give --live too, or leave it out");
    const dns = live ? resolverOf(resolver) : undefined;
    const document = await validate(sites, dns && ((site) => liveNames(site, dns)));
    print(json ? document : validateLines(document), document.sites.some(isWrong) ? EXIT.wrongInput : EXIT.passes);
  });

command
  .command("affected")
  .description("Names the sites whose stack a change may change: for the matrices of workflows.")
  .requiredOption("--against <ref>", "another state of this repository, such as origin/main")
  .option("--json", "a JSON list in place of a line for each site")
  .addHelpText(
    "after",
    "\nA file that nobody has thought of counts for every site.\nExit codes: 0 named, also if there are none; 2 the state is not known",
  )
  .action(({ against, json }: Options & { readonly against: string }) => {
    const sites = affectedBy(filesSince(partedFrom(against)));
    process.stdout.write(json ? `${JSON.stringify(sites)}\n` : sites.map((site) => `${site}\n`).join(""));
  });

command
  .command("frozen")
  .description("Says whether the site file lets nothing change now (af:freeze).")
  .argument("<site>", SITE)
  .addHelpText("after", "\nExit codes: 0 it may change, 1 it is frozen, 2 the site file is wrong")
  .action((site: string) => {
    const { name, file } = siteArgument(site);
    const reason = frozen(readSite(name, file), new Date());
    print([reason ?? `${name} may change`], reason === undefined ? EXIT.passes : EXIT.fails);
  });

command
  .command("drift")
  .description("Says what a hand has changed at a site, who, and the way back, of a preview with --refresh.")
  .argument("<site>", "name of a site")
  .requiredOption(
    "--events <file>",
    "log of the engine, which --event-log FILE makes it write, of a preview with --refresh and --run-program",
  )
  .option("--json", "one JSON document (docs/reference/drift.schema.json) in place of Markdown")
  .addHelpText("after", "\nExit codes: 0 as its file says, 1 not so or not known, 2 the file is no such log")
  .action((site: string, { events, json }: Options & { readonly events: string }) => {
    const facts = siteDrift(site, events);
    print(json ? driftDocument(facts) : [driftMarkdown(facts).trimEnd()], isAdrift(facts) ? EXIT.fails : EXIT.passes);
  });

command
  .command("judged")
  .description("Says whether the rules of both packs have judged a run of the engine.")
  .requiredOption("--events <file>", "log of the engine, which --event-log FILE makes it write, of a preview or an up")
  .addHelpText("after", "\nExit codes: 0 all have, 1 not all have, 2 the file is no such log")
  .action(({ events }: { readonly events: string }) => {
    const missing = unjudged(engineRun(events));
    print(missing.length === 0 ? ["the rules of both packs have judged it"] : missing, missing.length === 0 ? EXIT.passes : EXIT.fails);
  });

command
  .command("refused")
  .description("Says the way out where the API server has refused a run of the engine over what a hand has done.")
  .argument("<site>", "name of a site")
  .requiredOption("--events <file>", "log of the engine, which --event-log FILE makes it write, of a preview or an up")
  .addHelpText(
    "after",
    "\nIt says nothing of other errors, which the engine has told.\nExit codes: 0 told, also if there is nothing; 2 the file is no such log",
  )
  .action((site: string, { events }: { readonly events: string }) => {
    print(refusedText(site, engineRun(events).errors), EXIT.passes);
  });

const create = command
  .command("new")
  .description("Writes the file of a new site: as short as it can be, right at once, and marked where you have to look.")
  .argument("<site>", "its name, a DNS label; the file is Pulumi.<site>.yaml")
  .option("--yes", "ask nothing: what no option says gets a value to start with")
  .option("--folder <folder>", "write the file there, not into the project")
  .addHelpText("after", "\nOn a terminal it asks for what no option says.\nExit codes: 0 written, 2 nothing is written")
  .action(async (site: string, { yes, folder, ...options }: NewOptions) => {
    const answers: SiteAnswers = Object.fromEntries(
      SITE_QUESTIONS.flatMap(({ name }) => {
        const given = options[name];
        return given === undefined ? [] : [[name, [given].flat()]];
      }),
    );
    const write = (ask?: Ask) => newSite(site, answers, ask, folder);
    const file = yes || !process.stdin.isTTY ? await write() : await onTerminal(write);
    print([`${file} is written. Look at what is marked "check", then: npm run -s plan -- ${site}`], EXIT.passes);
  });
for (const { name, placeholder, text, many } of SITE_QUESTIONS as readonly SiteQuestion[]) {
  const option = new Option(`--${name} ${placeholder}`, many ? `${text}; may be given several times` : text);
  create.addOption(many ? option.argParser((value: string, before: readonly string[] = []) => [...before, value]) : option);
}

command
  .command("explain")
  .description("Says what is in force at a path, the line or the default that sets it, what is allowed there, and who reads it.")
  .argument("<site>", SITE)
  .argument("<path>", "as problems spell it, e.g. af:nodes.workers.hosts[2]; af: may be left out, and alone it is the whole site")
  .option("--json", "one JSON document (docs/reference/explain.schema.json) in place of text")
  .addHelpText("after", "\nExit codes: 0 explained, 2 nothing is there")
  .action((site: string, path: string, { json }: Options) => {
    const document = explain(site, path);
    print(json ? document : explainLines(document), EXIT.passes);
  });

command
  .command("parity")
  .description("Puts two sites side by side: what differs by nature, on purpose, and without an explanation.")
  .argument("<first>", SITE)
  .argument("<second>", SITE)
  .option("--json", "one JSON document (docs/reference/parity.schema.json) in place of tables")
  .option("--strict", "end with 2 if a difference is unexplained")
  .addHelpText("after", "\nExit codes: 0 compared, 2 a site is wrong, or with --strict a difference is unexplained")
  .action((first: string, second: string, { json, strict }: Options & { readonly strict?: boolean }) => {
    const document = parity(first, second);
    print(json ? document : parityLines(document), strict && document.unexplained > 0 ? EXIT.wrongInput : EXIT.passes);
  });

function print(output: object | readonly string[], code: ExitCode): void {
  process.exitCode = code;
  if (Array.isArray(output) && output.length === 0) return;
  process.stdout.write(`${Array.isArray(output) ? output.join("\n") : JSON.stringify(output, null, 2)}\n`);
}

void runCommand(command, process.argv.slice(2), [SiteError]);
