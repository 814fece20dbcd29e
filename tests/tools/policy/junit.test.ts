import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { PACKS } from "#af/policies/model/rules";
import { RULES } from "#af/policies/packs";
import type { PolicyDocument } from "#af/tools/policy-document";
import { skipped } from "../../support/skipped";
import { FILES, policyOnHostileFiles, UNREAD } from "./hostile";

/** Reads a report as a reader of XML does, without looking at how it is written. */
const READER = `
import json, sys, xml.etree.ElementTree as tree
root = tree.fromstring(sys.stdin.buffer.read())
assert root.tag == "testsuites", root.tag
print(json.dumps([{
    "attributes": suite.attrib,
    "cases": [{**case.attrib, "children": [[child.tag, child.attrib, child.text or ""] for child in case]} for case in suite],
    "tags": sorted({case.tag for case in suite}),
} for suite in root]))
`;

interface Suite {
  readonly attributes: Readonly<Record<"name" | "tests" | "failures" | "errors" | "skipped", string>>;
  readonly cases: readonly {
    readonly classname: string;
    readonly name: string;
    readonly children: readonly (readonly [tag: string, attributes: Readonly<Record<string, string>>, text: string])[];
  }[];
  readonly tags: readonly string[];
}

describe("the JUnit report of policy", function () {
  this.timeout(120_000);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "af-junit-"));
  after(() => fs.rmSync(folder, { recursive: true }));
  let suites: readonly Suite[];
  let judged: PolicyDocument;
  before(function () {
    if (spawnSync("python3", ["--version"]).status !== 0) skipped(this, "no python3, which reads the XML");
    const { code, stdout } = policyOnHostileFiles(folder, "junit");
    assert.equal(code, 1);
    const read = spawnSync("python3", ["-c", READER], { input: stdout, encoding: "utf8" });
    assert.equal(read.status, 0, read.stderr);
    suites = JSON.parse(read.stdout) as readonly Suite[];
    judged = JSON.parse(policyOnHostileFiles(folder, "json").stdout) as PolicyDocument;
  });

  it("has a suite for each pack with a case for each rule, and one for what could not be read", () => {
    assert.deepEqual(
      suites.map(({ attributes: { name }, cases }) => [name, cases.map((each) => each.name)]),
      [...PACKS.map((pack) => [pack, RULES.filter((rule) => rule.pack === pack).map(({ name }) => name)]), ["files", [UNREAD]]],
    );
    for (const { tags, attributes, cases } of suites) {
      assert.deepEqual(tags, ["testcase"]);
      assert.deepEqual(Object.keys(attributes), ["name", "tests", "failures", "errors", "skipped"]);
      for (const { classname } of cases) assert.equal(classname, attributes.name);
    }
  });

  it("counts in each suite what its cases hold", () => {
    for (const { attributes, cases } of suites) {
      const count = (tag: string) => cases.filter(({ children }) => children.some(([each]) => each === tag)).length;
      const { name, ...counts } = attributes;
      assert.deepEqual(
        counts,
        {
          tests: String(cases.length),
          failures: String(count("failure")),
          errors: String(count("error")),
          skipped: String(count("skipped")),
        },
        name,
      );
    }
  });

  it("fails the rules that have mandatory findings, with every finding on a line, and no other", () => {
    for (const { name, children } of suites.filter(({ attributes }) => attributes.name !== "files").flatMap(({ cases }) => cases)) {
      const own = judged.findings.filter(({ rule }) => rule === name);
      const [child, ...more] = children;
      assert.deepEqual(more, [], name);
      const mandatory = own.some(({ enforcement }) => enforcement === "mandatory");
      assert.equal(child?.[0] === "failure", mandatory, name);
      if (own.length === 0) assert.ok(child === undefined || child[0] === "skipped", name);
      else if (child) {
        const [, , text] = child;
        for (const file of FILES)
          if (mandatory && name === "no-host-namespaces") assert.ok(text.includes(`${file}:1: Deployment work/first`), text);
        assert.equal(text.match(/\.yaml:\d+: /g)?.length, own.length, name);
      }
    }
  });
});
