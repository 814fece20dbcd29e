import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { FACILITY_PACK, PACKS } from "#af/policies/pack-names";
import { requirePrograms } from "../support/programs";
import { clonedProject } from "./clone";
import { runStep, scriptsOf, type StepResult } from "./steps";

describe("The workflow that applies a change to a site", function () {
  this.timeout(600_000);
  let base = "";
  let clone = "";
  let digest = "";
  const asked = (): string => path.join(base, "asked");
  /** The commands that the engine was given, without their options. */
  const commands = (): readonly string[] =>
    fs.existsSync(asked())
      ? fs
          .readFileSync(asked(), "utf8")
          .trim()
          .split("\n")
          .map((line) => line.split(" ")[0] ?? "")
      : [];

  before(function () {
    requirePrograms(this, "bash", "sha256sum");
    base = fs.mkdtempSync(path.join(os.tmpdir(), "af-up-"));
    clone = clonedProject(base);
    const bin = path.join(base, "bin");
    fs.mkdirSync(bin);
    // Stands in for the engine, which needs a cluster: it gives the state of a stack, notes what it is told, and says who has judged it.
    fs.writeFileSync(
      path.join(bin, "pulumi"),
      `#!/bin/bash
asked="$*"
command="$1"
if [ "$command" = stack ]; then cp '${base}/deployed.json' "\${!#}"; exit 0; fi
while [ $# -gt 0 ]; do
  if [ "$1" = --event-log ]; then cp "${base}/judged-$command" "$2"; fi
  shift
done
echo "$asked" >> '${asked()}'
exit "$(cat "${base}/ends-$command")"
`,
      { mode: 0o755 },
    );
    for (const command of ["preview", "up"] as const) engine(command, [FACILITY_PACK]);
    deploy([]);
  });
  after(() => fs.rmSync(base, { recursive: true, force: true }));
  beforeEach(() => fs.rmSync(asked(), { force: true }));

  /** What the engine says is deployed: one object of each of these kinds. */
  function deploy(kinds: readonly string[]): void {
    const resources = kinds.map((kind) => ({
      urn: `urn:pulumi:fnal::af::kubernetes:core/v1:${kind}::left-behind`,
      type: `kubernetes:core/v1:${kind}`,
      custom: true,
      inputs: { metadata: { name: "left-behind" } },
    }));
    fs.writeFileSync(path.join(base, "deployed.json"), JSON.stringify({ deployment: { resources } }));
  }

  /** What the engine says of a run that these packs have judged, and what it ends with. */
  function engine(command: "preview" | "up", packs: readonly string[], code = 0): void {
    const PolicyPacks = Object.fromEntries(packs.map((pack) => [`${pack}|local|policies`, "0.1.0"]));
    fs.writeFileSync(path.join(base, `judged-${command}`), `${JSON.stringify({ summaryEvent: { PolicyPacks } })}\n`);
    fs.writeFileSync(path.join(base, `ends-${command}`), String(code));
  }

  function run(job: "changes" | "up", env: Readonly<Record<string, string>> = {}): StepResult {
    const step = scriptsOf("up-site", job).at(-1);
    assert.ok(step);
    return runStep(step, clone, { PATH: `${path.join(base, "bin")}:${process.env["PATH"] ?? ""}`, SITE: "fnal", ...env });
  }

  it("tells what changes, and gives its digest to the job that applies it", () => {
    const { code, log, outputs, summary } = run("changes");
    assert.equal(code, 0, log);
    assert.match(summary, /fnal: a new site, \d+ to create/);
    digest = outputs["digest"] ?? "";
    assert.match(digest, /^[0-9a-f]{64}$/);
  });

  it("applies what was approved, after all rules have judged a preview of it", () => {
    const { code, log } = run("up", { SEEN: digest });
    assert.equal(code, 0, log);
    const common = "--non-interactive --stack fnal --policy-pack policies/facility";
    assert.match(
      fs.readFileSync(asked(), "utf8"),
      new RegExp(`^preview ${common} --event-log (\\S+)\nup --yes ${common} --event-log (?!\\1)\\S+\n$`),
    );
  });

  for (const [title, packs, code, missing] of [
    ["a pack has not judged the preview", [PACKS.quotas], 0, PACKS.security],
    ["nobody has judged the preview", [], 0, FACILITY_PACK],
    ["a pack refuses the preview", [FACILITY_PACK], 255, undefined],
  ] as const)
    it(`applies nothing where ${title}`, () => {
      engine("preview", packs, code);
      const result = run("up", { SEEN: digest });
      engine("preview", [FACILITY_PACK]);
      assert.notEqual(result.code, 0, result.log);
      assert.deepEqual(commands(), ["preview"]);
      if (missing !== undefined)
        assert.match(result.log, new RegExp(`::error::the preview, so nothing is applied: the pack ${missing} has not judged this run`));
    });

  for (const command of ["preview", "up"] as const)
    it(`tells the way out where the ${command} is refused over what a hand has done, and nothing of other failures`, () => {
      const log = path.join(base, `judged-${command}`);
      const type = "kubernetes:core/v1:Service";
      const urn = `urn:pulumi:fnal::af::${type}::doors`;
      const inputs = { metadata: { name: "doors", namespace: "hub" }, spec: { ports: [{ name: "roots", port: 1094 }] } };
      const fail = (message: string): StepResult => {
        engine(command, [FACILITY_PACK], 255);
        const events = [
          { resourcePreEvent: { metadata: { op: "update", urn, type, new: { inputs } } } },
          { diagnosticEvent: { urn, severity: "error", message } },
        ];
        fs.appendFileSync(log, events.map((each) => `${JSON.stringify(each)}\n`).join(""));
        const result = run("up", { SEEN: digest });
        engine(command, [FACILITY_PACK]);
        assert.equal(result.code, 1, result.log);
        return result;
      };
      const { summary, log: said } = fail('Service "doors" is invalid: spec.ports[1].name: Duplicate value: "roots"');
      assert.match(
        summary,
        /^### ❌ What a hand has done at fnal is in the way\n\n {4}Service hub\/doors: spec\.ports holds what somebody else has set/,
      );
      assert.match(summary, /\n {8}kubectl edit service -n hub doors\n {8}pulumi up --stack fnal --policy-pack \S+\n$/);
      assert.ok(said.includes(summary));
      assert.equal(fail("the cluster does not answer").summary, "");
      fs.rmSync(log);
      engine(command, [FACILITY_PACK]);
    });

  it("fails where a pack has not judged what was applied, and names it", () => {
    engine("up", [PACKS.quotas]);
    const { code, log } = run("up", { SEEN: digest });
    engine("up", [FACILITY_PACK]);
    assert.equal(code, 1, log);
    assert.match(log, /::error::the update, which is applied: the pack analysis-facility-security has not judged this run/);
  });

  it("applies nothing inside a window in which the site is frozen", () => {
    const file = path.join(clone, "Pulumi.fnal.yaml");
    const text = fs.readFileSync(file, "utf8");
    const day = (offset: number): string => new Date(Date.now() + offset * 86_400_000).toISOString();
    fs.writeFileSync(file, `${text}  af:freeze: [{ from: "${day(-1)}", until: "${day(1)}", because: a conference }]\n`);
    const { code, log } = run("up", { SEEN: digest });
    fs.writeFileSync(file, text);
    assert.equal(code, 1, log);
    assert.match(log, /::error::fnal is frozen from .*: a conference/);
    assert.deepEqual(commands(), []);
  });

  it("applies nothing where what is deployed is no longer what was looked at", () => {
    deploy(["Namespace"]);
    const { code, log } = run("up", { SEEN: digest });
    assert.equal(code, 1, log);
    assert.match(log, /::error::what changes at fnal is no longer what was approved/);
    assert.deepEqual(commands(), []);
  });

  it("waits for no approval of a change that cannot be made or puts data at risk", () => {
    const { code, log, outputs, summary } = run("changes");
    assert.equal(code, 1, log);
    assert.match(summary, /delete Namespace left-behind.*data at risk/);
    assert.equal(outputs["digest"], undefined);
  });
});
