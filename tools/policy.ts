#!/usr/bin/env node
import { Command, Option } from "commander";
import { judge, passes } from "../policies/judge";
import { objectName } from "../policies/model/rules";
import { RULES } from "../policies/packs";
import { SiteError } from "../stacks/site/problems";
import { readSite } from "../stacks/site/read";
import type { Site } from "../stacks/site/schema";
import { HELP_HINT, runCommand } from "../terminal/command";
import { EXIT } from "../terminal/failure";
import { counted, styled } from "../terminal/text";
import { conclusion, findingLines } from "./finding-lines";
import { comparisonEntries, exceptionsUsed, findingEntries, ruleSummary, waiverLines, waiversUsed } from "./findings";
import { admissionText } from "./policy/admission";
import { annotations } from "./policy/annotations";
import { junit } from "./policy/junit";
import { policyReport } from "./policy/report";
import { sarif } from "./policy/sarif";
import { siteObjects, withoutOwn } from "./policy/site-objects";
import type { PolicyDocument } from "./policy-document";
import { readObjects } from "./read-objects";
import { siteArgument } from "./site/argument";

/** Forms of output. */
const OUTPUTS = ["text", "json", "sarif", "junit", "github"] as const;

interface Options {
  readonly site?: string;
  readonly json?: boolean;
  readonly admission?: boolean;
  readonly output: (typeof OUTPUTS)[number];
}

const command = new Command("policy")
  .description("Judges any Kubernetes YAML by both policy packs: a rendered chart, a live dump, the output of plan --manifests.")
  .showHelpAfterError(HELP_HINT)
  .argument("[file...]", "YAML or JSON files, folders or patterns of them, or - for standard input")
  .option(
    "--site <name>",
    "judge as objects of this site, by name or site file: its hosts, quotas, addresses and waivers count too, and its classes and namespaces are known",
  )
  .addOption(
    new Option("-o, --output <form>", "text; json (docs/reference/policy.schema.json); sarif 2.1.0; junit; github: annotations")
      .choices(OUTPUTS)
      .default("text"),
  )
  .option("--json", "the same as --output json")
  .option("--admission", "list the rules that the cluster's own admission holds too, and why it does not hold the others; takes no file")
  .addHelpText(
    "after",
    "\nExit codes: 0 passes, 1 a violation, 2 a file, a site or an argument is wrong; files that can be read are judged all the same",
  )
  .action(async (files: readonly string[], { site: named, json, output, admission }: Options) => {
    if (admission) {
      process.stdout.write(`${admissionText()}\n`);
      return;
    }
    if (files.length === 0) command.error("error: missing required argument 'file'");
    const read = readObjects(files);
    const objects = read.sources.flatMap((each) => each.objects);
    const site = named === undefined ? undefined : siteNamed(named);
    const ofSite = site === undefined ? [] : await siteObjects(site, objects);
    const together = judge(RULES, [...ofSite, ...objects], { site });
    const verdict = site === undefined ? together : withoutOwn(together, ofSite, site);
    const { findings, skipped } = verdict;
    const report = policyReport(verdict, read);
    const document: PolicyDocument = {
      objects: objects.length,
      findings: findingEntries(findings),
      exceptions: exceptionsUsed(verdict),
      waivers: waiversUsed(verdict),
      rules: ruleSummary(verdict),
      comparisons: comparisonEntries(verdict),
      ofSite: ofSite.map(objectName).sort(),
      unread: read.unread,
      skipped: read.skipped,
      passes: passes(findings) && read.unread.length === 0,
    };
    const text = (): string => {
      const unjudged = RULES.filter(({ name }) => skipped[name] !== undefined);
      const ofOptions = unjudged.filter((rule) => rule.ofOptions).length;
      const ofSites = unjudged.length - ofOptions;
      const notes = [
        ...(ofOptions === 0
          ? []
          : [`not judged of manifests, which have no options of resources: ${counted(ofOptions, "rule")} (plan does)`]),
        ...(ofSites === 0 ? [] : [`not judged without --site: ${counted(ofSites, "rule")} (--json names them)`]),
        ...(ofSite.length === 0 ? [] : [`judged beside them: ${counted(ofSite.length, "object")} of the site (--json names them)`]),
        ...(read.skipped.length === 0 ? [] : [`not looked at: ${counted(read.skipped.length, "other file")} (--json names them)`]),
      ];
      return [
        ...findingLines(findings),
        ...waiverLines(verdict),
        ...notes.map((note) => styled("dim", note)),
        conclusion(findings, `${counted(objects.length, "object")} pass`),
      ].join("\n");
    };
    const forms: Readonly<Record<Options["output"], () => string>> = {
      text,
      json: () => JSON.stringify(document, null, 2),
      sarif: () => sarif(report, RULES),
      junit: () => junit(report, RULES),
      github: () => annotations(report),
    };
    for (const line of read.unread) process.stderr.write(`${line}\n`);
    process.exitCode = !passes(findings) ? EXIT.fails : read.unread.length > 0 ? EXIT.wrongInput : EXIT.passes;
    const printed = forms[json ? "json" : output]();
    if (printed !== "") process.stdout.write(`${printed}\n`);
  });

function siteNamed(text: string): Site {
  const { name, file } = siteArgument(text);
  return readSite(name, file);
}

void runCommand(command, process.argv.slice(2), [SiteError]);
