import * as fs from "node:fs";
import * as path from "node:path";
import { objectName, pageOf, SEVERITIES, type Finding, type Rule, type Severity } from "../../policies/model/rules";
import { projectFolder } from "../../stacks/site/project";
import { inRepository, type PolicyReport } from "./report";

/**
 * Scores by which GitHub sorts security findings: over 9.0 is critical, from 7.0 high, from 4.0 medium
 * (https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning).
 */
const SCORES: Readonly<Record<Severity, string>> = { critical: "9.5", high: "8.0", medium: "5.0", low: "2.0" };

/**
 * Results of a run that GitHub takes, and those that it shows; it refuses a run with more
 * (https://docs.github.com/en/code-security/code-scanning/troubleshooting-sarif-uploads/results-exceed-limit).
 */
const LIMITS = { taken: 25_000, shown: 5_000 } as const;

/**
 * The report as SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html). A waived finding is a suppressed result. Of more
 * results than GitHub takes the gravest are told, and how many are left off.
 */
export function sarif(report: PolicyReport, rules: readonly Rule[]): string {
  const { verdict, unread } = report;
  const found = [
    ...verdict.findings.map((finding) => ({ finding, waiver: undefined })),
    ...verdict.waived.map(({ finding, waiver }) => ({ finding, waiver })),
  ];
  const told = found.length > LIMITS.taken ? [...found].sort((a, b) => gravity(b) - gravity(a)).slice(0, LIMITS.taken) : found;
  const index = new Map(rules.map(({ name }, place) => [name, place]));
  const results = told.map(({ finding, waiver }) => ({
    ...result(finding, report, index.get(finding.rule) ?? -1),
    ...(waiver && {
      suppressions: [{ kind: "external", status: "accepted", justification: `${waiver.owner}, until ${waiver.until}: ${waiver.reason}` }],
    }),
  }));
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
        toolExecutionNotifications: [
          ...unread.map((text) => ({ level: "error", message: { text } })),
          ...noteOf(found.length).map((text) => ({ level: "warning", message: { text } })),
        ],
      },
    ],
    results,
  };
  return JSON.stringify({ $schema: "https://json.schemastore.org/sarif-2.1.0.json", version: "2.1.0", runs: [run] }, null, 2);
}

/** How grave a finding is: a waived one least, then an advisory one, then by severity. */
function gravity({ finding, waiver }: { readonly finding: Finding; readonly waiver: object | undefined }): number {
  const severity = SEVERITIES.indexOf(finding.severity);
  return waiver ? severity - 2 * SEVERITIES.length : finding.enforcement === "advisory" ? severity - SEVERITIES.length : severity;
}

/** What a reader of so many results has to know of those that he does not see. */
function noteOf(count: number): readonly string[] {
  const shown = `GitHub shows the ${LIMITS.shown} gravest`;
  if (count > LIMITS.taken) return [`${count - LIMITS.taken} of ${count} results are left off, the least grave; ${shown}`];
  return count > LIMITS.shown ? [`of ${count} results ${shown}`] : [];
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

function result({ rule, enforcement, object, path, message }: Finding, { placeOf }: PolicyReport, ruleIndex: number) {
  const { file, line } = placeOf(object);
  const about = `${objectName(object)}${path === "" ? "" : ` ${path}`}`;
  return {
    ruleId: rule,
    ruleIndex,
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

/**
 * A file as a reference of a URI, from the root of the repository, or whole if it is in none: in a name, what separates the parts of a URI is no separator
 * (https://www.rfc-editor.org/rfc/rfc3986#section-2.2).
 */
function uriOf(file: string): string {
  const own = inRepository(file);
  const path = (own ?? file).split("/").map(encodeURIComponent).join("/");
  return own === undefined ? `file://${path}` : path;
}

/** The version of the project. */
function version(): string {
  const manifest = JSON.parse(fs.readFileSync(path.join(projectFolder(), "package.json"), "utf8")) as { readonly version: string };
  return manifest.version;
}
