import assert from "node:assert/strict";
import { type Drift, DRIFTS } from "#af/changes/drift";
import { WAYS_BACK } from "#af/changes/ways-back";
import type { Cluster, ClusterObject } from "#af/sandbox/cluster/client";
import { handLines, readHands } from "#af/sandbox/report/hands";

const drift = (kind: Drift["kind"], more: Partial<Drift> = {}): Drift => ({
  kind,
  object: "Service hub/proxy",
  fields: [],
  by: [],
  because: "",
  ...more,
});
const told = (...drifts: readonly Drift[]): string => handLines("somewhere", drifts).join("\n");
const COMMAND = "npm run sandbox -- up somewhere -- --refresh --run-program";

describe("What the sandbox tells of hands", () => {
  it("is nothing where nobody has done anything", () => assert.equal(told(), ""));

  it("is every kind with its way back, in the words of site drift", () => {
    const text = told(...DRIFTS.map((kind) => drift(kind))).replace(/\s+/g, " ");
    for (const kind of DRIFTS) assert.ok(text.includes(`${WAYS_BACK[kind].title}: ${WAYS_BACK[kind].back} Service hub/proxy`), kind);
  });

  it("names the command of the way back only where it is one", () => {
    assert.ok(told(drift("gone")).includes(`\n    ${COMMAND}\n`));
    assert.ok(!told(drift("added"), drift("made anew")).includes(COMMAND));
  });

  it("tells fields, who has set them and what follows, and counts what it leaves out", () => {
    const fields = Array.from({ length: 8 }, (_, index) => ({ path: `spec.a${index}`, before: index, after: undefined }));
    const text = told(drift("changed", { fields, by: ["kubectl-edit, 2027-01-01T00:00:00Z"], because: "pods restart" }));
    assert.match(text, /\n {4}Service hub\/proxy \(by kubectl-edit, 2027-01-01T00:00:00Z\)\n {6}spec\.a0: 0 -> none\n/);
    assert.match(text, /\n {6}spec\.a5: 5 -> none\n {6}and 2 more fields\n {6}pods restart$/);
    const many = told(...Array.from({ length: 13 }, (_, index) => drift("gone", { object: `Service hub/s${index}` })));
    assert.match(many, /^BY HAND \(13\): [^]*Service hub\/s11\n {4}and 1 more object$/);
  });
});

describe("What hands have done in a sandbox", () => {
  const OURS = "analysis-facility-somewhere";
  const service = (name: string, port: number, manager = OURS): ClusterObject => ({
    apiVersion: "v1",
    kind: "Service",
    metadata: {
      name,
      namespace: "hub",
      uid: name,
      managedFields: [{ manager, fieldsV1: { "f:spec": { "f:port": {} } } }],
    } as ClusterObject["metadata"],
    spec: { port },
  });
  const recorded = (name: string) => {
    const urn = `urn:pulumi:somewhere::af::af:stacks:Facility$kubernetes:core/v1:Service::${name}`;
    const outputs = service(name, 80);
    return { urn, type: "kubernetes:core/v1:Service", custom: true, inputs: { metadata: outputs.metadata }, outputs };
  };
  const others = ["pulumi:pulumi:Stack", "kubernetes:helm.sh/v3:Release", "random:index/randomBytes:RandomBytes"].map((type) => ({
    ...recorded("other"),
    urn: `urn:pulumi:somewhere::af::${type}::other`,
    type,
  }));

  it("is read with one list for each kind, of objects alone, and none of an empty stack", async () => {
    const asked: string[] = [];
    const live = [service("same", 80), service("edited", 81, "kubectl-edit"), service("nobody's", 80)];
    const cluster = { list: (version: string, kind: string) => (asked.push(`${version} ${kind}`), Promise.resolve(live)) };
    const hands = (...resources: Parameters<typeof readHands>[2]) => readHands(cluster as unknown as Cluster, "somewhere", resources);
    assert.deepEqual(await hands(), []);
    assert.deepEqual(asked, []);
    const drifts = await hands(recorded("same"), recorded("edited"), recorded("gone"), { ...recorded("old"), delete: true }, ...others);
    assert.deepEqual(asked, ["v1 Service"]);
    assert.deepEqual(
      drifts.map(({ kind, object, fields }) => [kind, object, fields.map(({ before, after }) => [before, after])]),
      [
        ["gone", "Service hub/gone", []],
        ["changed", "Service hub/edited", [[80, 81]]],
      ],
    );
  });
});
