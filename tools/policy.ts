#!/usr/bin/env node
import { Command } from "commander";
import { judge, passes } from "../policies/judge";
import { RULES } from "../policies/packs";
import { SiteError } from "../stacks/site/problems";
import { readSite } from "../stacks/site/read";
import type { Site } from "../stacks/site/schema";
import { HELP_HINT, runCommand } from "../terminal/command";
import { EXIT } from "../terminal/failure";
import {
  comparisonEntries,
  conclusion,
  exceptionsUsed,
  findingEntries,
  findingLines,
  ruleSummary,
  waiverLines,
  waiversUsed,
} from "./findings";
import type { PolicyDocument } from "./policy-document";
import { readObjects } from "./read-objects";
import { siteArgument } from "./site/argument";
import { counted, styled } from "../terminal/text";

interface Options {
  readonly site?: string;
  readonly json?: boolean;
}

const command = new Command("policy")
  .description("Judges any Kubernetes YAML by both policy packs: a rendered chart, a live dump, the output of plan --manifests.")
  .showHelpAfterError(HELP_HINT)
  .argument("<file...>", "YAML or JSON files, folders of them, or - for standard input")
  .option("--site <name>", "judge as objects of this site, by name or site file: its hosts, quotas, addresses and waivers count too")
  .option("--json", "one JSON document (docs/reference/policy.schema.json) in place of text")
  .addHelpText("after", "\nExit codes: 0 passes, 1 a violation, 2 a file, a site or an argument is wrong")
  .action((files: readonly string[], { site, json }: Options) => {
    const objects = readObjects(files);
    const verdict = judge(RULES, objects, { site: site === undefined ? undefined : siteNamed(site) });
    const { findings, skipped } = verdict;
    const document: PolicyDocument = {
      objects: objects.length,
      findings: findingEntries(findings),
      exceptions: exceptionsUsed(verdict),
      waivers: waiversUsed(verdict),
      rules: ruleSummary(verdict),
      comparisons: comparisonEntries(verdict),
      passes: passes(findings),
    };
    const unjudged = Object.keys(skipped).length;
    const text = [
      ...findingLines(findings),
      ...waiverLines(verdict),
      ...(unjudged === 0 ? [] : [styled("dim", `not judged without --site: ${counted(unjudged, "rule")} (--json names them)`)]),
      conclusion(findings, `${counted(objects.length, "object")} pass`),
    ];
    process.stdout.write(`${json ? JSON.stringify(document, null, 2) : text.join("\n")}\n`);
    process.exitCode = document.passes ? EXIT.passes : EXIT.fails;
  });

function siteNamed(text: string): Site {
  const { name, file } = siteArgument(text);
  return readSite(name, file);
}

void runCommand(command, process.argv.slice(2), [SiteError]);
