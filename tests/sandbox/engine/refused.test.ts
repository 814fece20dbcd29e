import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { eventLog, refusedLines } from "#af/sandbox/engine/refused";

describe("What the sandbox tells of a refused run", () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "af-refused-"));
  const log = path.join(folder, "events");
  after(() => fs.rmSync(folder, { recursive: true }));
  const type = "kubernetes:core/v1:ConfigMap";
  const urn = `urn:pulumi:x::af::${type}::settings`;
  const inputs = { metadata: { name: "settings", namespace: "place" } };
  const told = (...messages: readonly string[]): readonly string[] => {
    const events = [
      { resourcePreEvent: { metadata: { op: "update", urn, type, new: { inputs } } } },
      ...messages.map((message) => ({ diagnosticEvent: { urn, severity: "error", message } })),
    ];
    fs.writeFileSync(log, `${events.map((each) => JSON.stringify(each)).join("\n")}\n{"diagnosticEv`);
    return refusedLines(log, "x");
  };

  it("is what a hand has done, with the commands of the sandbox on lines of their own, whatever a kill has cut off of the log", () => {
    assert.deepEqual(told('ConfigMap "settings" is invalid: data: Forbidden: field is immutable when `immutable` is set'), [
      "IN THE WAY (1): the API server refuses this over what a hand has done; the way out:",
      "  ConfigMap place/settings: data cannot change while the object is there, and is",
      "    not as declared. Delete the object; up makes it again:",
      "      npm run sandbox -- exec x -- kubectl delete configmap -n place settings",
      "      npm run sandbox -- up x -- --refresh --run-program",
    ]);
  });

  it("is asked of a preview and an update, which log nothing twice, and what a killed run has left is gone", () => {
    for (const [command, extra, asked] of [
      ["up", ["--refresh"], true],
      ["preview", [], true],
      ["up", ["--event-log=theirs"], false],
      ["preview", ["--event-log", "theirs"], false],
      ["refresh", [], false],
      ["import", [], false],
      ["destroy", [], false],
    ] as const) {
      fs.writeFileSync(log, "{}");
      const { args, env } = eventLog(log, command, extra);
      assert.deepEqual([args, env], asked ? [["--event-log", log], { PULUMI_DEBUG_COMMANDS: "true" }] : [[], {}]);
      assert.ok(!fs.existsSync(log));
    }
  });

  it("is nothing of other errors, and of a run that has left no log", () => {
    assert.deepEqual(told("the cluster does not answer"), []);
    assert.deepEqual(refusedLines(path.join(folder, "none"), "x"), []);
  });
});
