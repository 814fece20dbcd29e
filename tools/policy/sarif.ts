import * as fs from "node:fs";
import * as path from "node:path";
import { objectName, pageOf, type Finding, type Rule, type Severity } from "../../policies/model/rules";
import { projectFolder } from "../../stacks/site/project";
import type { PolicyReport } from "./report";

/**
 * Scores by which GitHub sorts security findings: over 9.0 is critical, from 7.0 high, from 4.0 medium
 * (https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning).
 */
const SCORES: Readonly<Record<Severity, string>> = { critical: "9.5", high: "8.0", medium: "5.0", low: "2.0" };

/** The report as SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html). A waived finding is a suppressed result. */
export function sarif(report: PolicyReport, rules: readonly Rule[]): string {
  const { verdict, unread } = report;
  const results = [
    ...verdict.findings.map((finding) => result(finding, report, rules)),
    ...verdict.waived.map(({ finding, waiver }) => ({
      ...result(finding, report, rules),
      suppressions: [{ kind: "external", status: "accepted", justification: `${waiver.owner}, until ${waiver.until}: ${waiver.reason}` }],
    })),
  ];
  const run = {
    tool: {
      driver: {
        name: "analysis-facility policy",
        semanticVersion: version(),
        informationUri: "https://www.pulumi.com/docs/iac/crossguard/",
        rules: rules.map(described),
      },
    },
    invocations: [
      {
        executionSuccessful: unread.length === 0,
        toolExecutionNotifications: unread.map((text) => ({ level: "error", message: { text } })),
      },
    ],
    results,
  };
  return JSON.stringify({ $schema: "https://json.schemastore.org/sarif-2.1.0.json", version: "2.1.0", runs: [run] }, null, 2);
}

function described({ name, title, why, remedy, enforcement, severity, frameworks }: Rule) {
  return {
    id: name,
    shortDescription: { text: title },
    fullDescription: { text: `${title} ${why}` },
    help: { text: `${remedy} (${pageOf(name)})` },
    defaultConfiguration: { level: enforcement === "mandatory" ? "error" : "warning" },
    properties: { "security-severity": SCORES[severity], tags: ["security", ...frameworks] },
  };
}

function result({ rule, enforcement, object, path, message }: Finding, { placeOf }: PolicyReport, rules: readonly Rule[]) {
  const { file, line } = placeOf(object);
  const about = `${objectName(object)}${path === "" ? "" : ` ${path}`}`;
  return {
    ruleId: rule,
    ruleIndex: rules.findIndex(({ name }) => name === rule),
    level: enforcement === "mandatory" ? "error" : "warning",
    message: { text: `${about}: ${message}` },
    locations: [
      {
        physicalLocation: { artifactLocation: { uri: uriOf(file) }, region: { startLine: line } },
        logicalLocations: [{ fullyQualifiedName: about, kind: "object" }],
      },
    ],
    // GitHub follows a finding by this from one commit to the next, whatever line it is on.
    partialFingerprints: { "object/v1": `${rule} ${about}` },
  };
}

/** A path as a reference of a URI: in a name, what separates the parts of a URI is no separator (https://www.rfc-editor.org/rfc/rfc3986#section-2.2). */
function uriOf(file: string): string {
  return file.split("/").map(encodeURIComponent).join("/");
}

/** The version of the project. */
function version(): string {
  const manifest = JSON.parse(fs.readFileSync(path.join(projectFolder(), "package.json"), "utf8")) as { readonly version: string };
  return manifest.version;
}
