import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { Ajv2020 } from "ajv/dist/2020";
import { DRIFTS } from "#af/changes/drift";
import { WAYS_BACK } from "#af/changes/ways-back";
import { FACILITY_PACK, PACKS } from "#af/policies/pack-names";
import { projectFolder } from "#af/stacks/site/project";
import type { DriftDocument } from "#af/tools/drift/document";
import { engineRun, unjudged } from "#af/tools/drift/events";
import { driftMarkdown, isAdrift } from "#af/tools/drift/markdown";
import { refusedText } from "#af/tools/drift/refused";
import { siteDrift } from "#af/tools/drift/site-drift";
import { runTool } from "./run-tool";

type Fields = Readonly<Record<string, unknown>>;

/** A resource of a made-up site in three forms. */
interface Case {
  readonly type: string;
  readonly name?: string;
  /** As the last `up` has left it. */
  readonly recorded: Fields;
  /** As it is; undefined if it is gone. */
  readonly live?: Fields;
  /** What the site file says now; what the last `up` has left if it is left out. */
  readonly declared?: Fields;
  /** Paths that the engine says differ; none where it would do nothing. */
  readonly paths?: readonly string[];
  readonly uid?: string;
  /** Who has set which fields, but for the site. */
  readonly others?: Readonly<Record<string, Fields>>;
}

const judgedBy = (packs: readonly string[]) => ({
  summaryEvent: { PolicyPacks: Object.fromEntries(packs.map((pack) => [`${pack}|local|policies`, "0.1.0"])) },
});
const SUMMARY = judgedBy([FACILITY_PACK]);

/** What the engine writes of these resources. */
function eventsOf(cases: readonly Case[]): readonly Fields[] {
  return cases.flatMap(({ type, name = "thing", recorded, live, declared = recorded, paths = [], uid = "1", others = {} }) => {
    const urn = `urn:pulumi:x::af::af:stacks:Facility$af:hub:Hub$${type}::${name}`;
    const object = (fields: Fields): Fields => ({
      metadata: { name, namespace: "place", ...(fields["metadata"] as object) },
      ...rest(fields),
    });
    const managedFields = [
      { manager: "analysis-facility-x", operation: "Apply", fieldsV1: { "f:spec": { "f:ours": {} } } },
      { manager: "kube-controller-manager", subresource: "status", fieldsV1: { "f:status": { "f:replicas": {} } } },
      ...Object.entries(others).map(([manager, fieldsV1]) => ({ manager, time: "2027-01-01T00:00:00Z", fieldsV1 })),
    ];
    const stored = (fields: Fields, is: string): Fields => {
      const { metadata, ...more } = object(fields) as { readonly metadata: object };
      return { metadata: { ...metadata, uid: is, managedFields }, ...more };
    };
    const old = { inputs: object(recorded), outputs: stored(recorded, "1") };
    const op = live === undefined ? "create" : paths.length === 0 ? "same" : "update";
    const detailedDiff = Object.fromEntries(paths.map((each) => [each, { diffKind: "update" }]));
    const now = live === undefined ? null : { inputs: object(live), outputs: stored(live, uid) };
    return [
      { resOutputsEvent: { metadata: { op: "refresh", urn, type, old, new: now } } },
      { resourcePreEvent: { metadata: { op, urn, type, old: now, new: { inputs: object(declared) }, detailedDiff } } },
    ];
  });
}

function rest({ metadata: _, ...fields }: Fields): Fields {
  return fields;
}

describe("What is told of a site's drift", () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "af-drift-"));
  const file = path.join(folder, "events");
  after(() => fs.rmSync(folder, { recursive: true }));

  const write = (lines: readonly (Fields | string)[]): void =>
    fs.writeFileSync(file, lines.map((line) => `${typeof line === "string" ? line : JSON.stringify(line)}\n`).join(""));
  const told = (lines: readonly (Fields | string)[]): { readonly adrift: boolean; readonly text: string } => {
    write(lines);
    const facts = siteDrift("x", file);
    return { adrift: isAdrift(facts), text: driftMarkdown(facts) };
  };
  const seen = (...cases: readonly Case[]) => told([...eventsOf(cases), SUMMARY]);

  const quota: Case = { type: "kubernetes:core/v1:ResourceQuota", recorded: { spec: { hard: { pods: "30" } } } };
  const claim: Case = { type: "kubernetes:core/v1:PersistentVolumeClaim", recorded: { spec: { accessModes: ["ReadWriteOnce"] } } };
  const set: Case = { type: "kubernetes:apps/v1:StatefulSet", recorded: { spec: { replicas: 1 } } };
  const host: Case = {
    type: "kubernetes:core/v1:NodePatch",
    name: "node01",
    recorded: { metadata: { namespace: undefined, labels: { pool: "a" } } },
  };
  const secret: Case = { type: "kubernetes:core/v1:Secret", recorded: { data: "[secret]" } };
  const same = (one: Case): Case => ({ ...one, live: one.recorded });

  it("is nothing of an untouched site, whatever controllers write", () => {
    const finalizers = { "f:metadata": { "f:finalizers": { ".": {}, 'v:"a/b"': {} } } };
    const { adrift, text } = seen(same(quota), same(host), { ...same(claim), others: { controller: finalizers } });
    assert.equal(adrift, false, text);
    assert.equal(text, "### ✅ x is as its site file says\n\nControllers have written what is expected of them: 1 field.");
  });

  const edits: Readonly<Record<string, readonly [Case, RegExp]>> = {
    "an object that is gone": [
      quota,
      /#### Gone: 1\n\n`up --refresh --run-program` makes it again\.\n\n- \*\*ResourceQuota place\/thing\*\*\n/,
    ],
    "an object that is gone with what it held": [
      claim,
      /Gone: 1[^]*PersistentVolumeClaim place\/thing\*\*: the claim and, unless its class/,
    ],
    "a number of pods": [
      { ...set, live: { spec: { replicas: 0 } }, paths: ["spec.replicas"], others: { kubectl: { "f:spec": { "f:replicas": {} } } } },
      /Scaled by hand: 1[^]*StatefulSet place\/thing\*\* \(by kubectl, 2027-01-01T00:00:00Z\)\n {2}- spec\.replicas: 1 -\\> 0/,
    ],
    "a declared field": [
      { ...quota, live: { spec: { hard: { pods: "7" } } }, paths: ["spec.hard.pods"] },
      /Changed by hand: 1[^]*ResourceQuota place\/thing\*\*: pods that run stay[^]*spec\.hard\.pods: 30 -\\> 7/,
    ],
    "a field that nobody declares": [
      { ...same(quota), live: { spec: { hard: { pods: "30" }, scopes: ["a"] } }, others: { kubectl: { "f:spec": { "f:scopes": {} } } } },
      /Added by hand: 1\n\nNo `up` takes it out[^]*spec\.scopes: none -\\> \\\["a"\\\]/,
    ],
    "a member of a list by its key": [
      {
        type: "kubernetes:core/v1:Service",
        recorded: { spec: { ports: [{ port: 80 }] } },
        live: { spec: { ports: [{ port: 80 }, { port: 81, protocol: "TCP" }] } },
        others: {
          kubectl: {
            "f:spec": { "f:ports": { 'k:{"port":81,"protocol":"TCP"}': { ".": {}, "f:port": {} }, 'k:{"port":80}': { "f:port": {} } } },
          },
        },
      },
      /Added by hand: 1[^]*spec\.ports\\\[81\/TCP\\\]\.port: none -\\> 81\n/,
    ],
    "a host that was set up anew": [
      { ...host, live: { metadata: { labels: {} } }, paths: ["metadata.labels.pool"], uid: "2" },
      /A host that was set up anew: 1[^]*Node node01/,
    ],
    "a host that has lost a label": [
      { ...host, live: { metadata: { labels: {} } }, paths: ["metadata.labels.pool"] },
      /Changed by hand: 1[^]*Node node01\*\*: pods that run on the host stay/,
    ],
    "a claim that was made again": [
      { ...same(claim), uid: "2" },
      /Deleted and made again by hand: 1[^]*PersistentVolumeClaim place\/thing/,
    ],
    "the contents of a Secret": [
      { ...secret, live: { data: "[secret]" }, paths: ["data"], others: { kubectl: { "f:data": { "f:token": {} } } } },
      /Changed by hand: 1[^]*Secret place\/thing\*\* \(by kubectl[^]*what it holds is not told[^]*data\.token: none -\\> \\\[secret\\\]\n/,
    ],
    "a setting that no up has applied": [
      { ...same(quota), declared: { spec: { hard: { pods: "40" } } }, paths: ["spec.hard.pods"] },
      /Waits for an up: 1\n\nNobody has changed it by hand[^]*spec\.hard\.pods: 40 -\\> 30/,
    ],
  };
  for (const [title, [edit, message]] of Object.entries(edits))
    it(`tells ${title} apart`, () => {
      const { adrift, text } = seen(edit);
      assert.equal(adrift, true);
      assert.match(text, /^### ⚠️ x is not as its site file says\n/);
      assert.match(text, message);
      assert.equal(text.split("\n#### ").length, 2, "one kind");
    });

  it("names the command of the way back only where it is one", () => {
    const command = "pulumi up --refresh --run-program --stack x --policy-pack policies/facility";
    assert.ok(seen(quota).text.includes(`\`\`\`sh\n${command}\n\`\`\``));
    const waiting = { ...same(quota), declared: { spec: { hard: { pods: "40" } } }, paths: ["spec.hard.pods"] };
    assert.ok(!seen(waiting).text.includes(command));
  });

  it("never calls a site quiet of which too little is known", () => {
    const error = { diagnosticEvent: { severity: "error", message: "<{%reset%}>the cluster does not answer<{%reset%}>\n" } };
    const refusal = { policyEvent: { message: "too many pods", policyName: "demand-fits-quota", enforcementLevel: "mandatory" } };
    const advice = { policyEvent: { message: "a hint", policyName: "hint", enforcementLevel: "advisory" } };
    const onePack = { summaryEvent: { PolicyPacks: { [PACKS.quotas]: "0.1.0" } } };
    const cases: readonly (readonly [lines: readonly Fields[], head: string, message: RegExp])[] = [
      [[error, SUMMARY], "❌", /The run failed\n\n- the cluster does not answer\n/],
      [[], "❌", /Not judged\n\n- the run did not come to its end/],
      [[onePack], "❌", /Not judged\n\n- the pack analysis-facility-security has not judged this run/],
      [[refusal, SUMMARY], "⚠️", /Refused by the packs\n\n- demand-fits-quota: too many pods/],
    ];
    for (const [lines, head, message] of cases) {
      const { adrift, text } = told(lines);
      assert.equal(adrift, true);
      assert.ok(text.startsWith(`### ${head} `), text);
      assert.match(text, message);
    }
    assert.equal(told([advice, SUMMARY]).adrift, false);
  });

  it("says whether all rules have judged a run, in one pack or in two", () => {
    for (const packs of [[FACILITY_PACK], Object.values(PACKS)]) {
      write([judgedBy(packs)]);
      assert.deepEqual(unjudged(engineRun(file)), []);
    }
    write([{ summaryEvent: {} }]);
    assert.deepEqual(unjudged(engineRun(file)), ["the pack analysis-facility has not judged this run"]);
  });

  it("tells the way out where a hand has caused an error, with what a person gives at a real cluster, and nothing of another", () => {
    const [type, name] = ["kubernetes:core/v1:ConfigMap", "thing"];
    const of = { type, name, recorded: { data: { a: "b" } }, paths: ["data.a"] };
    const urn = `urn:pulumi:x::af::af:stacks:Facility$af:hub:Hub$${type}::${name}`;
    const failed = (message: string) => ({ diagnosticEvent: { urn, severity: "error", message } });
    write([...eventsOf([of]), failed(`update of resource "${urn}" failed: configmaps "thing" not found`), failed("no answer")]);
    assert.deepEqual(refusedText("x", engineRun(file).errors), [
      "ConfigMap place/thing: somebody has deleted it. The up that asks the cluster first makes it again:",
      "    pulumi up --refresh --run-program --stack x --policy-pack policies/facility",
    ]);
    write([...eventsOf([of]), failed("no answer")]);
    assert.deepEqual(refusedText("x", engineRun(file).errors), []);
  });

  it("takes only a log of events", () => {
    for (const line of ["no JSON", '{"resourcePreEvent":{}}'])
      assert.throws(() => told([line]), /line 1: found no event; allowed: the log that --event-log makes the engine write/);
    assert.throws(() => siteDrift("x", path.join(folder, "none")), /none: cannot be read: .*allowed: the log that --event-log makes/);
  });

  it("is printed by the command, which ends with 1 where something differs", () => {
    write([...eventsOf([quota]), SUMMARY]);
    const { code, stdout } = runTool("site", ["drift", "x", "--events", file]);
    assert.equal(code, 1);
    assert.match(stdout, /^### ⚠️ x is not as its site file says\n[^]*[^\n]\n$/);
  }).timeout(90_000);

  it("is printed as one document that its published schema describes", () => {
    const published = path.join(projectFolder(), "docs/reference/drift.schema.json");
    const validate = new Ajv2020().compile(JSON.parse(fs.readFileSync(published, "utf8")) as Fields);
    const printed = (lines: readonly Fields[]): DriftDocument => {
      write(lines);
      const { code, stdout } = runTool("site", ["drift", "x", "--events", file, "--json"]);
      const document = JSON.parse(stdout) as DriftDocument;
      assert.ok(validate(document), JSON.stringify(validate.errors));
      assert.equal(code, document.asDeclared ? 0 : 1);
      return document;
    };
    const scaled: Case = {
      ...set,
      live: { spec: { replicas: 0 } },
      paths: ["spec.replicas"],
      others: { kubectl: { "f:spec": { "f:replicas": {} } } },
    };
    const [refusal, error] = [
      { policyEvent: { message: "too many pods", policyName: "demand-fits-quota", enforcementLevel: "mandatory" } },
      { diagnosticEvent: { severity: "error", message: "the cluster does not answer" } },
    ];
    assert.deepEqual(printed([...eventsOf([scaled]), refusal, error]), {
      site: "x",
      asDeclared: false,
      drifts: [
        {
          kind: "scaled",
          object: "StatefulSet place/thing",
          fields: [{ path: "spec.replicas", declared: 1, found: 0 }],
          by: ["kubectl, 2027-01-01T00:00:00Z"],
          because: "",
          back: WAYS_BACK.scaled.back,
        },
      ],
      expected: [],
      refusals: ["demand-fits-quota: too many pods"],
      failures: ["the cluster does not answer"],
      unjudged: ["the run did not come to its end, so nothing was judged to its end"],
    });
    // A field that is not there is left out, on either side, and a secret is hidden.
    const kinds = Object.values(edits).map(([edit]) => edit);
    assert.deepEqual(
      printed([...eventsOf(kinds), SUMMARY]).drifts.map(({ kind }) => kind),
      siteDrift("x", file).report.drifts.map(({ kind }) => kind),
    );
    assert.equal(printed([...eventsOf([same(quota)]), SUMMARY]).asDeclared, true);
  }).timeout(180_000);

  it("has a way back for every kind, each of which is told apart above", () => {
    write([...eventsOf(Object.values(edits).map(([edit]) => edit)), SUMMARY]);
    const found = new Set(siteDrift("x", file).report.drifts.map(({ kind }) => kind));
    assert.deepEqual([...found].sort(), [...DRIFTS].sort());
    for (const kind of DRIFTS) assert.match(WAYS_BACK[kind].back, /\.$/);
  });
});
