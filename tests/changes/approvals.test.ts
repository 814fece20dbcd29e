import assert from "node:assert/strict";
import type { Approval } from "#af/stacks/site/waivers";
import { approvable, withApprovals } from "#af/changes/approvals";
import { changesBetween } from "#af/changes/changes";
import { changesDocument } from "#af/tools/changes/document";
import { changeLines } from "#af/tools/changes/lines";
import { changesMarkdown } from "#af/tools/changes/markdown";
import type { StateResource } from "#af/changes/state";

const today = new Date("2027-03-01T12:00:00Z");

/** A resource of a stack. */
function resource(type: string, name: string, spec: object): StateResource {
  const urn = `urn:pulumi:x::af::af:stacks:Facility$af:storage:Storage$${type}::${name}`;
  return { urn, type, name, inputs: { metadata: { name, namespace: "place" }, spec }, protect: false, retainOnDelete: false };
}

const claim = (size: string, more: object = {}) =>
  resource("kubernetes:core/v1:PersistentVolumeClaim", "data", { resources: { requests: { storage: size } }, ...more });
const other = resource("kubernetes:core/v1:PersistentVolumeClaim", "other", { resources: { requests: { storage: "1Gi" } } });
const cluster = (hosts: readonly string[]) =>
  resource("kubernetes:ceph.rook.io/v1:CephCluster", "ceph", { storage: { nodes: hosts.map((name) => ({ name })) } });

const lost = changesBetween([claim("10Gi"), cluster(["a", "b"]), other], [claim("5Gi"), cluster(["a"]), other]);

/** The approval of one of the changes as plan prints it, with some keys changed. */
function approval(object: string, changes: Partial<Approval> = {}): Approval {
  const wanted = lost.flatMap((change) => approvable(change) ?? []).find((each) => each.object === object);
  assert.ok(wanted, object);
  return {
    ...wanted,
    owner: "operators of the storage",
    reason: "the host is gone and its copies are moved",
    ticket: "https://tickets.example.edu/1",
    until: "2027-03-01",
    ...changes,
  };
}

const CLUSTER = "CephCluster place/ceph";
const CLAIM = "PersistentVolumeClaim place/data";

/** Whether the changes pass with these approvals, which of them are approved, and what is wrong with the approvals. */
function judged(approvals: readonly Approval[], complete = true) {
  const { changes, problems } = withApprovals(lost, approvals, complete, today);
  const verdicts = { newFindings: [], goneFindings: [], answers: [], worse: false };
  const document = changesDocument("what is deployed", [{ site: "x", isNew: false, changes, unfitApprovals: problems, verdicts }]);
  return {
    document,
    worse: document.sites[0]?.worse,
    approved: changes.filter((each) => each.approved !== undefined).map(({ object }) => object),
    problems: problems.map(({ path, message }) => `${path}: ${message}`),
  };
}

describe("approvals", () => {
  it("let exactly the changes pass that they name, as plan prints them", () => {
    assert.equal(judged([]).worse, true);
    const one = judged([approval(CLUSTER)]);
    assert.deepEqual([one.worse, one.approved, one.problems], [true, [CLUSTER], []], "the other change is not approved");
    const both = judged([approval(CLUSTER), approval(CLAIM)]);
    assert.deepEqual([both.worse, both.approved.length, both.problems], [false, 2, []]);
    assert.match(changeLines(both.document).join("\n"), /approved by operators of the storage until 2027-03-01: the host is gone/);
    assert.match(changesMarkdown(both.document), /approved by operators of the storage until 2027-03-01/);
  });

  it("are printed for what needs one, so that a site file can hold them", () => {
    const [, line = ""] =
      /if it is meant, name it in af:approvals: (\{.*CephCluster.*\})/.exec(changeLines(judged([]).document).join("\n")) ?? [];
    const { owner, reason, ticket, until } = approval(CLUSTER);
    const pasted = { ...(JSON.parse(line) as Pick<Approval, "change" | "object" | "fields">), owner, reason, ticket, until };
    assert.deepEqual(judged([pasted]).approved, [CLUSTER]);
  });

  const refused: Readonly<Record<string, readonly [Partial<Approval>, RegExp]>> = {
    "an end in the past": [{ until: "2027-02-28" }, /^af:approvals\[0\]\.until: ended on 2027-02-28; remove it/],
    "another object": [{ object: "CephCluster place/old" }, /^af:approvals\[0\]: CephCluster place\/old does not change/],
    "another change": [{ change: "delete" }, /changes in another way: .*"change":"update"/],
    "another value": [{ fields: ['spec.storage.nodes[b]: {"name":"c"} -> none'] }, /changes in another way/],
    "one field less": [{ fields: [] }, /changes in another way/],
  };
  for (const [title, [changes, message]] of Object.entries(refused))
    it(`approve nothing with ${title}`, () => {
      const { worse, approved, problems, document } = judged([approval(CLAIM), approval(CLUSTER, changes)].reverse());
      assert.deepEqual([worse, approved], [true, [CLAIM]]);
      assert.equal(problems.length, 1);
      assert.match(problems[0] ?? "", message);
      assert.ok(
        changeLines(document)
          .join("\n")
          .includes(problems[0] ?? "nothing"),
      );
    });

  it("count as unused once their change is made, and where none is needed; beside a state of the repository they wait", () => {
    const approvals = [approval(CLUSTER)];
    const none = withApprovals([], approvals, true, today);
    assert.match(none.problems[0]?.message ?? "", /does not change, or not any more; remove the approval/);
    assert.deepEqual(withApprovals([], approvals, false, today).problems, []);
    const harmless = changesBetween([cluster(["a"])], [cluster(["a", "b"])]);
    assert.match(withApprovals(harmless, approvals, true, today).problems[0]?.message ?? "", /needs no approval; remove it/);
  });

  it("name a long value by a digest that no other value has", () => {
    const long = (last: string) => ({ note: `${"x".repeat(100)}${last}` });
    const fields = (last: string) =>
      changesBetween([claim("5Gi", long("a"))], [claim("4Gi", long(last))]).flatMap((each) => approvable(each)?.fields ?? []);
    assert.match(fields("b").join(), /spec\.note: sha256:[0-9a-f]{16} -> sha256:[0-9a-f]{16}/);
    assert.notDeepEqual(fields("b"), fields("c"));
  });
});
