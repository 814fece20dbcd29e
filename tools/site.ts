#!/usr/bin/env node
import { Command } from "commander";
import { siteNames } from "../stacks/project";
import { readSite, SiteError } from "../stacks/read-site";
import { EXIT, runCommand, UsageError } from "./command";
import type { SitesDocument } from "./site-document";
import { styled } from "./text";

interface Options {
  readonly json?: boolean;
}

const command = new Command("site").description("Site files: what they say, and whether it holds.");

command
  .command("validate")
  .description("Reads site files and says everything that is wrong with them at once.")
  .argument("[site...]", "names of sites; all of the project if none is given")
  .option("--json", "one JSON document (docs/reference/sites.schema.json) in place of text")
  .addHelpText("after", "\nExit codes: 0 all are right, 2 one is wrong")
  .action((names: readonly string[], { json }: Options) => {
    const sites = names.length > 0 ? names : siteNames();
    if (sites.length === 0) throw new UsageError("the project has no site; a site is a file Pulumi.<site>.yaml beside Pulumi.yaml");
    const document: SitesDocument = { sites: sites.map((name) => ({ name, problems: problemsOf(name) })) };
    const wrong = document.sites.some(({ problems }) => problems.length > 0);
    const lines = document.sites.flatMap(({ name, problems }) =>
      problems.length === 0 ? [`${name}: ${styled("green", "right")}`] : [new SiteError(name, problems).message],
    );
    process.stdout.write(`${json ? JSON.stringify(document, null, 2) : lines.join("\n")}\n`);
    process.exitCode = wrong ? EXIT.wrongInput : EXIT.passes;
  });

function problemsOf(name: string): SiteError["problems"] {
  try {
    readSite(name);
    return [];
  } catch (error) {
    if (error instanceof SiteError) return error.problems;
    throw error;
  }
}

void runCommand(command, process.argv.slice(2));
