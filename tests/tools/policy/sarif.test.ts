import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import Ajv from "ajv";
import addFormats from "ajv-formats";
import { RULES } from "#af/policies/packs";
import { FILES, NAMES, policyOnHostileFiles, UNREAD } from "./hostile";
import { SARIF_SCHEMA } from "./sarif-schema";

interface Result {
  readonly ruleId: string;
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
});
