import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { PACKS } from "#af/policies/pack-names";
import { requirePrograms } from "../support/programs";
import { clonedProject } from "./clone";
import { runStep, scriptsOf, type StepResult } from "./steps";

describe("The workflow that applies a change to a site", function () {
  this.timeout(600_000);
  let base = "";
  let clone = "";
  let digest = "";
  const applied = (): string => path.join(base, "applied");

  before(function () {
    requirePrograms(this, "bash", "sha256sum");
    base = fs.mkdtempSync(path.join(os.tmpdir(), "af-up-"));
    clone = clonedProject(base);
    const bin = path.join(base, "bin");
    fs.mkdirSync(bin);
    // Stands in for the engine, which needs a cluster: it gives the state of a stack, and notes what it is told to apply and who has judged it.
    fs.writeFileSync(
      path.join(bin, "pulumi"),
      `#!/bin/sh
case "$*" in
  "stack export"*) for last in "$@"; do :; done; cp '${base}/deployed.json' "$last" ;;
  *) echo "$@" >> '${applied()}'; for last in "$@"; do :; done; cp '${base}/judged' "$last" ;;
esac
`,
      { mode: 0o755 },
    );
    deploy([]);
    judgedBy(Object.values(PACKS));
  });
  after(() => fs.rmSync(base, { recursive: true, force: true }));
  beforeEach(() => fs.rmSync(applied(), { force: true }));

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

  /** What the engine says of an update that these packs have judged. */
  function judgedBy(packs: readonly string[]): void {
    const PolicyPacks = Object.fromEntries(packs.map((pack) => [`${pack}|local|policies`, "0.1.0"]));
    fs.writeFileSync(path.join(base, "judged"), `${JSON.stringify({ summaryEvent: { PolicyPacks } })}\n`);
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

  it("applies with both packs what was approved", () => {
    const { code, log } = run("up", { SEEN: digest });
    assert.equal(code, 0, log);
    assert.match(
      fs.readFileSync(applied(), "utf8"),
      /^up --yes --non-interactive --stack fnal --policy-pack policies\/quotas --policy-pack policies\/security --event-log \S+\n$/,
    );
  });

  it("fails where a pack has not judged what was applied, and names it", () => {
    judgedBy([PACKS.quotas]);
    const { code, log } = run("up", { SEEN: digest });
    judgedBy(Object.values(PACKS));
    assert.equal(code, 1, log);
    assert.match(log, /::error::the pack analysis-facility-security has not judged this run/);
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
    assert.ok(!fs.existsSync(applied()));
  });

  it("applies nothing where what is deployed is no longer what was looked at", () => {
    deploy(["Namespace"]);
    const { code, log } = run("up", { SEEN: digest });
    assert.equal(code, 1, log);
    assert.match(log, /::error::what changes at fnal is no longer what was approved/);
    assert.ok(!fs.existsSync(applied()));
  });

  it("waits for no approval of a change that cannot be made or puts data at risk", () => {
    const { code, log, outputs, summary } = run("changes");
    assert.equal(code, 1, log);
    assert.match(summary, /delete Namespace left-behind.*data at risk/);
    assert.equal(outputs["digest"], undefined);
  });
});
