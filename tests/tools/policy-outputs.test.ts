import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { judge } from "#af/policies/judge";
import { objectsOf } from "#af/policies/model/objects";
import { RULES } from "#af/policies/packs";
import { findingLines } from "#af/tools/finding-lines";
import { annotations } from "#af/tools/policy/annotations";
import { junit } from "#af/tools/policy/junit";
import { policyReport, type PolicyReport } from "#af/tools/policy/report";
import { sarif } from "#af/tools/policy/sarif";
import { readObjects } from "#af/tools/read-objects";
import { stringify } from "yaml";
import { SITE } from "../policies/expect";
import { changed, POD_SPEC, workload, type Data } from "../policies/manifests";
import { waiverOf } from "../policies/waiver";
import { runTool } from "./run-tool";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "af-outputs-"));
after(() => fs.rmSync(folder, { recursive: true }));

const named = (name: string): Data => changed(workload("Deployment", { ...POD_SPEC, hostPID: true }), ["metadata", "name"], name);
const volume: Data = { apiVersion: "v1", kind: "PersistentVolume", metadata: { name: "software" }, spec: { hostPath: { path: "/cvmfs" } } };

/** The report on three objects of one file and on one that cannot be read, on a site that waives one of the violations. */
function report(): PolicyReport {
  const file = path.join(folder, "a <&> b.yaml");
  fs.writeFileSync(file, [named("first"), named("second"), volume].map((object) => stringify(object)).join("---\n"));
  const odd = path.join(folder, "odd.yaml");
  fs.writeFileSync(odd, "replicas: 2\n");
  const read = readObjects([file, odd]);
  const objects = read.sources.flatMap((each) => each.objects);
  return policyReport(judge(RULES, objects, { site: { ...SITE, waivers: [waiverOf()] } }), read);
}

interface Sarif {
  readonly version: string;
  readonly runs: readonly {
    readonly tool: {
      readonly driver: {
        readonly name: string;
        readonly rules: readonly { readonly id: string; readonly help: { readonly text: string } }[];
      };
    };
    readonly invocations: readonly { readonly executionSuccessful: boolean }[];
    readonly results: readonly {
      readonly ruleId: string;
      readonly ruleIndex: number;
      readonly level: string;
      readonly message: { readonly text: string };
      readonly locations: readonly {
        readonly physicalLocation: { readonly artifactLocation: { readonly uri: string }; readonly region: { readonly startLine: number } };
      }[];
      readonly partialFingerprints: Readonly<Record<string, string>>;
      readonly suppressions?: readonly { readonly justification: string }[];
    }[];
  }[];
}

describe("the outputs of policy", function () {
  this.timeout(120_000);
  const told = report();

  it("SARIF has what GitHub reads: known rules, a level, a file with its line, and a fingerprint of its own", () => {
    const { version, runs } = JSON.parse(sarif(told, RULES)) as Sarif;
    const [run] = runs;
    assert.equal(version, "2.1.0");
    assert.ok(run);
    assert.equal(run.results.length, told.verdict.findings.length + told.verdict.waived.length);
    for (const { ruleId, ruleIndex, level, message, locations } of run.results) {
      assert.equal(run.tool.driver.rules[ruleIndex]?.id, ruleId);
      assert.ok(["error", "warning"].includes(level));
      assert.ok(message.text.length > 0);
      assert.equal(locations.length, 1);
      assert.match(locations[0]?.physicalLocation.artifactLocation.uri ?? "", /a%20%3C%26%3E%20b\.yaml$/);
    }
    for (const { id, help } of run.tool.driver.rules) assert.ok(help.text.endsWith(` (docs/rules/${id}.md)`), id);
    const host = run.results.filter(({ ruleId }) => ruleId === "no-host-namespaces");
    const lines = host.map(({ locations }) => locations[0]?.physicalLocation.region.startLine ?? 0);
    assert.equal(lines[0], 1);
    assert.ok((lines[1] ?? 0) > 10, "the second document has its own line");
    assert.equal(new Set(host.map(({ partialFingerprints }) => Object.values(partialFingerprints).join())).size, 2);
    assert.equal(run.invocations[0]?.executionSuccessful, false, "a file could not be read");
    const waived = run.results.filter(({ suppressions }) => suppressions !== undefined);
    assert.deepEqual(
      waived.map(({ ruleId }) => ruleId),
      ["no-host-paths"],
    );
    assert.match(waived[0]?.suppressions?.[0]?.justification ?? "", /^operators of the storage, until \d{4}-/);
  });

  it("JUnit has a case for each rule, a failure for each that is violated, and an error for what cannot be read", () => {
    const text = junit(told, RULES);
    assert.equal([...text.matchAll(/<testcase /g)].length, RULES.length + 1);
    const mandatory = new Set(told.verdict.findings.filter(({ enforcement }) => enforcement === "mandatory").map(({ rule }) => rule));
    assert.equal([...text.matchAll(/<failure /g)].length, mandatory.size);
    assert.match(
      text,
      /<testcase classname="security" name="no-host-namespaces"><failure [^>]+>[^<]*a &lt;&amp;&gt; b\.yaml:1: Deployment work\/first/,
    );
    assert.match(text, /<testsuite name="files" tests="1" failures="0" errors="1" skipped="0">/);
    // Counts of a suite are those of its cases.
    for (const [, name, tests, failures, , skipped, body = ""] of text.matchAll(
      /<testsuite name="(\w+)" tests="(\d+)" failures="(\d+)" errors="(\d+)" skipped="(\d+)">([^]*?)<\/testsuite>/g,
    )) {
      const count = (tag: string) => [...body.matchAll(new RegExp(`<${tag} `, "g"))].length;
      assert.deepEqual([count("testcase"), count("failure"), count("skipped")], [tests, failures, skipped].map(Number), name);
    }
    // Whatever is between the marks of XML is escaped, so that only these tags are left.
    assert.doesNotMatch(text, /<(?!\/?(testsuites|testsuite|testcase|failure|error|skipped|system-out)\b|\?xml)/);
  });

  it("annotations are commands of GitHub's runner, one a line, whatever a name holds", () => {
    const lines = annotations(told).split("\n");
    assert.equal(lines.length, told.verdict.findings.length + 1);
    for (const line of lines) assert.match(line, /^::(error|warning) (file=[^,:]+,line=\d+,)?title=[^,:]+::.+$/);
    const { findings } = told.verdict;
    const [finding] = findings;
    assert.ok(finding);
    const hostile = { ...finding, message: "a\n::add-mask::b\r100%" };
    const [line = "", ...more] = annotations({ ...told, unread: [], verdict: { ...told.verdict, findings: [hostile] } }).split("\n");
    assert.deepEqual(more, []);
    assert.match(line, /a%0A::add-mask::b%0D100%25/);
  });

  it("text has one line for one cause, however many objects have it", () => {
    const objects = Array.from({ length: 5_000 }, (_, index) => named(`program-${index}`)).flatMap((object) => objectsOf(object));
    const rules = RULES.filter(({ name }) => name === "no-host-namespaces");
    const { findings } = judge(rules, objects, { site: undefined });
    assert.equal(findings.length, 5_000);
    const lines = findingLines(findings);
    assert.equal(lines.length, 3, lines.slice(0, 5).join("\n"));
    assert.match(
      lines[2] ?? "",
      /^ {2}Deployment work\/program-0, Deployment work\/program-1, Deployment work\/program-2 and 4997 more spec/,
    );
  });

  it("are chosen on the command line", () => {
    const file = path.join(folder, "a <&> b.yaml");
    const shapes = {
      sarif: /^\{\n {2}"\$schema"/,
      junit: /^<\?xml /,
      github: /^::error file=/,
      json: /^\{\n {2}"objects"/,
      text: /^mandatory/,
    };
    for (const [form, shape] of Object.entries(shapes)) {
      const { code, stdout } = runTool("policy", ["--output", form, file]);
      assert.equal(code, 1, form);
      assert.match(stdout, shape, form);
    }
    const { code, stderr } = runTool("policy", ["--output", "xml", file]);
    assert.equal(code, 2);
    assert.match(stderr, /Allowed choices are text, json, sarif, junit, github/);
  });
});
