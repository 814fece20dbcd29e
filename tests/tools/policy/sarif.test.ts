import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { spawnSync } from "node:child_process";
import { pathToFileURL } from "node:url";
import Ajv from "ajv";
import addFormats from "ajv-formats";
import type { PackVerdict } from "#af/policies/judge";
import type { Finding } from "#af/policies/model/rules";
import { RULES } from "#af/policies/packs";
import { projectFolder } from "#af/stacks/site/project";
import { sarif } from "#af/tools/policy/sarif";
import { stringify } from "yaml";
import { changed, POD_SPEC, workload } from "../../policies/manifests";
import { waiverOf } from "../../policies/waiver";
import { FILES, NAMES, policyOnHostileFiles, UNREAD } from "./hostile";
import { SARIF_SCHEMA } from "./sarif-schema";

interface Result {
  readonly ruleId: string;
  readonly level: string;
  readonly ruleIndex: number;
  readonly message: { readonly text: string };
  readonly locations: readonly {
    readonly physicalLocation: { readonly artifactLocation: { readonly uri: string }; readonly region: { readonly startLine: number } };
  }[];
  readonly partialFingerprints: Readonly<Record<string, string>>;
  readonly suppressions?: readonly object[];
}

interface Log {
  readonly runs: readonly {
    readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
    readonly invocations: readonly {
      readonly executionSuccessful: boolean;
      readonly toolExecutionNotifications: readonly { readonly message: { readonly text: string } }[];
    }[];
    readonly results: readonly Result[];
  }[];
}

describe("the SARIF of policy", function () {
  this.timeout(120_000);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "af-sarif-"));
  after(() => fs.rmSync(folder, { recursive: true }));
  let log: Log;
  before(() => {
    const { code, stdout } = policyOnHostileFiles(folder, "sarif");
    assert.equal(code, 1);
    log = JSON.parse(stdout) as Log;
  });
  const run = () => log.runs[0] ?? assert.fail("no run");

  it("is what the standard and GitHub allow, and no more", () => {
    const ajv = new Ajv({ allErrors: true });
    addFormats(ajv);
    const validate = ajv.compile(SARIF_SCHEMA);
    assert.ok(validate(log), JSON.stringify(validate.errors?.slice(0, 5), null, 2));
  });

  it("tells of each result the rule at its index, and gives it a fingerprint of its own", () => {
    const { tool, results } = run();
    assert.deepEqual(
      tool.driver.rules.map(({ id }) => id),
      RULES.map(({ name }) => name),
    );
    for (const { ruleId, ruleIndex } of results) assert.equal(tool.driver.rules[ruleIndex]?.id, ruleId);
    const prints = results.map(({ partialFingerprints }) => JSON.stringify(partialFingerprints));
    assert.equal(new Set(prints).size, prints.length);
  });

  it("names the file and the line of every object, whatever the name holds", () => {
    const { results } = run();
    const found = results.filter(({ ruleId }) => ruleId === "no-host-namespaces");
    assert.equal(found.length, FILES.length * NAMES.length);
    for (const { locations, message } of results) {
      const { artifactLocation, region } = locations[0]?.physicalLocation ?? assert.fail("no place");
      // GitHub resolves the reference against the root of the checkout.
      const { pathname, search, hash } = new URL(artifactLocation.uri, "file:///checkout/");
      assert.deepEqual([search, hash], ["", ""], artifactLocation.uri);
      const file = decodeURIComponent(pathname).replace(/^\/checkout\//, "");
      const lines = fs.readFileSync(path.join(folder, file), "utf8").split("\n");
      assert.equal(lines[region.startLine - 1]?.startsWith("apiVersion: "), true, `${file}:${region.startLine} ${message.text}`);
    }
    const files = new Set(found.map(({ locations }) => locations[0]?.physicalLocation.artifactLocation.uri));
    assert.equal(files.size, FILES.length);
    const places = new Set(found.map(({ locations }) => JSON.stringify(locations[0]?.physicalLocation)));
    assert.equal(places.size, found.length, "each object has a line of its own");
  });

  it("says that a run in which a file could not be read was no success, and shows what is waived as suppressed", () => {
    const { invocations, results } = run();
    assert.equal(invocations[0]?.executionSuccessful, false);
    assert.ok(invocations[0].toolExecutionNotifications.some(({ message }) => message.text.includes(UNREAD)));
    assert.deepEqual(
      results.filter(({ suppressions }) => suppressions !== undefined).map(({ ruleId }) => ruleId),
      ["no-host-paths"],
    );
  });

  it("names files from the root of the repository, whatever the folder of the call, and others by their whole path", () => {
    const root = path.join(folder, "repository");
    fs.mkdirSync(path.join(root, "chart", "templates"), { recursive: true });
    // In a worktree of git it is a file.
    fs.writeFileSync(path.join(root, ".git"), "gitdir: /nowhere\n");
    const files = [path.join(root, "chart", "templates", "a b.yaml"), path.join(root, "top.yaml"), path.join(folder, "outside é.yaml")];
    for (const [index, file] of files.entries())
      fs.writeFileSync(file, stringify(changed(workload("Deployment", { ...POD_SPEC, hostPID: true }), ["metadata", "name"], `p${index}`)));
    const wanted = ["chart/templates/a%20b.yaml", "top.yaml", pathToFileURL(files[2] ?? "").href];
    for (const from of [root, path.join(root, "chart"), path.join(root, "chart", "templates")]) {
      const told = (output: string): string => {
        const args = [
          path.join(projectFolder(), "bin", "tools", "policy.js"),
          "--output",
          output,
          ...files.map((file) => path.relative(from, file)),
        ];
        return spawnSync(process.execPath, args, { cwd: from, encoding: "utf8" }).stdout;
      };
      const { results } = (JSON.parse(told("sarif")) as Log).runs[0] ?? assert.fail("no run");
      assert.deepEqual(
        results.map(({ locations }) => locations[0]?.physicalLocation.artifactLocation.uri),
        wanted,
      );
      const annotated = [...told("github").matchAll(/ file=([^,]+),/g)].map(([, file]) => file);
      assert.deepEqual(annotated, ["chart/templates/a b.yaml", "top.yaml", files[2]]);
    }
  });

  it("tells GitHub no more results than it takes, the gravest, and how many are left off", () => {
    const finding = (index: number, of: Partial<Finding>): Finding => ({
      ...{ rule: "no-host-paths", pack: "security", severity: "high", enforcement: "mandatory", path: "spec", message: "x", remedy: "y" },
      ...{ object: { apiVersion: "v1", kind: "Pod", namespace: "work", name: `p${index}` }, frameworks: [] },
      ...of,
    });
    const waiver = waiverOf();
    const logOf = (findings: readonly Finding[], waived: readonly Finding[] = []): Log => {
      const verdict = { findings, waived: waived.map((each) => ({ finding: each, waiver })) } as unknown as PackVerdict;
      return JSON.parse(sarif({ verdict, unread: [], placeOf: () => ({ file: path.resolve("a.yaml"), line: 1 }) }, RULES)) as Log;
    };
    const many = (count: number, of: Partial<Finding> = {}): readonly Finding[] =>
      Array.from({ length: count }, (_, index) => finding(index, of));
    const notes = ({ runs }: Log) => runs[0]?.invocations[0]?.toolExecutionNotifications.map(({ message }) => message.text);
    assert.deepEqual(notes(logOf(many(5_000))), []);
    assert.deepEqual(notes(logOf(many(5_001))), ["of 5001 results GitHub shows the 5000 gravest"]);
    const least = [many(10, { enforcement: "advisory", severity: "critical" }), many(4, { severity: "low" })].flat();
    const log = logOf([...least, ...many(24_990)], many(3));
    assert.deepEqual(notes(log), ["7 of 25007 results are left off, the least grave; GitHub shows the 5000 gravest"]);
    const { results } = log.runs[0] ?? assert.fail("no run");
    assert.equal(results.length, 25_000);
    assert.equal(results.filter(({ level }) => level === "warning").length, 6, "the advisory ones go before any mandatory one");
    assert.deepEqual(
      results.filter(({ suppressions }) => suppressions !== undefined),
      [],
      "and the waived ones before them",
    );
    const ajv = new Ajv({ allErrors: false });
    addFormats(ajv);
    assert.ok(ajv.validate(SARIF_SCHEMA, log), JSON.stringify(ajv.errors));
  });
});
