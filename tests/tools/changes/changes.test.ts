import assert from "node:assert/strict";
import { changesBetween } from "#af/changes/changes";
import { changesDocument, type SiteChanges } from "#af/tools/changes/document";
import { changeLines } from "#af/tools/changes/lines";
import { changesMarkdown } from "#af/tools/changes/markdown";
import type { StateResource } from "#af/changes/state";
import { plannedState } from "#af/tools/changes/planned-state";
import { verdictChanges } from "#af/tools/changes/verdicts";
import { resource } from "../../changes/resources";

/** Objects in two forms, and how the step between them is to be told. */
const STEPS = {
  "a priority": [resource("kubernetes:scheduling.k8s.io/v1:PriorityClass", { value: 1 }), { value: 2 }, "update", /a priority is fixed/],
  "a description of a priority": [
    resource("kubernetes:scheduling.k8s.io/v1:PriorityClass", { description: "a" }),
    { description: "b" },
    "update",
    undefined,
  ],
  "what a class keeps": [
    resource("kubernetes:storage.k8s.io/v1:StorageClass", { reclaimPolicy: "Delete" }),
    { reclaimPolicy: "Retain" },
    "update",
    /a class is fixed/,
  ],
  "parameters of a class": [
    resource("kubernetes:storage.k8s.io/v1:StorageClass", { parameters: { pool: "a" } }),
    { parameters: { pool: "b" } },
    "replace",
    undefined,
  ],
  "growth of a class": [
    resource("kubernetes:storage.k8s.io/v1:StorageClass", { allowVolumeExpansion: false }),
    { allowVolumeExpansion: true },
    "update",
    undefined,
  ],
  "an unknown field of a set": [
    resource("kubernetes:apps/v1:StatefulSet", { spec: { other: 1 } }),
    { spec: { other: 2 } },
    "update",
    /field of a StatefulSet is fixed/,
  ],
  "replicas of a set": [
    resource("kubernetes:apps/v1:StatefulSet", { spec: { replicas: 1 } }),
    { spec: { replicas: 2 } },
    "update",
    undefined,
  ],
  "a selector": [
    resource("kubernetes:apps/v1:Deployment", { spec: { selector: { matchLabels: { a: "b" } } } }),
    { spec: { selector: { matchLabels: { a: "c" } } } },
    "replace",
    undefined,
  ],
  "a role that is bound": [
    resource("kubernetes:rbac.authorization.k8s.io/v1:RoleBinding", { roleRef: { name: "a" } }),
    { roleRef: { name: "b" } },
    "replace",
    undefined,
  ],
  "Ceph's folder on hosts": [
    resource("kubernetes:ceph.rook.io/v1:CephCluster", { spec: { dataDirHostPath: "/a" } }),
    { spec: { dataDirHostPath: "/b" } },
    "update",
    /keep their state there/,
  ],
  "Ceph's network": [
    resource("kubernetes:ceph.rook.io/v1:CephCluster", { spec: { network: { provider: "host" } } }),
    { spec: { network: {} } },
    "update",
    /mons keep their addresses/,
  ],
  "Ceph of somebody else": [
    resource("kubernetes:ceph.rook.io/v1:CephCluster", { spec: { external: { enable: true } } }),
    { spec: { external: { enable: false } } },
    "update",
    /does not become/,
  ],
  "coding of a pool": [
    resource("kubernetes:ceph.rook.io/v1:CephBlockPool", { spec: { erasureCoded: { dataChunks: 2 } } }),
    { spec: { erasureCoded: { dataChunks: 4 } } },
    "update",
    /make another pool/,
  ],
  "coding of a store": [
    resource("kubernetes:ceph.rook.io/v1:CephObjectStore", { spec: { dataPool: { erasureCoded: { dataChunks: 2 } } } }),
    { spec: { dataPool: { erasureCoded: { dataChunks: 4 } } } },
    "update",
    /make another store/,
  ],
  "a claim's size": [
    resource("kubernetes:core/v1:PersistentVolumeClaim", { spec: { resources: { requests: { storage: "2Gi" } } } }),
    { spec: { resources: { requests: { storage: "1Gi" } } } },
    "replace",
    /allowed: 2Gi or more/,
  ],
} as const satisfies Readonly<Record<string, readonly [StateResource, Readonly<Record<string, unknown>>, string, RegExp | undefined]>>;

describe("Changes between two states", () => {
  for (const [title, [before, inputs, action, refused]] of Object.entries(STEPS))
    it(`knows whether it can be made: ${title}`, () => {
      const after = { ...before, inputs: { ...before.inputs, ...inputs } };
      const [change, ...more] = changesBetween([before], [after]);
      assert.deepEqual(more, []);
      assert.equal(change?.action, action);
      if (refused === undefined) assert.equal(change?.refused, undefined);
      else assert.match(change?.refused ?? "", refused);
    });

  it("tells the loss of what holds data, and of what is protected or kept", () => {
    const cluster = resource("kubernetes:ceph.rook.io/v1:CephBlockPool", {});
    const told = (more: Partial<StateResource>) => changesBetween([{ ...cluster, ...more }], [])[0];
    assert.equal(told({})?.effect, "data at risk");
    assert.equal(told({})?.reversible, false);
    assert.match(told({ protect: true })?.refused ?? "", /protected/);
    assert.equal(told({ retainOnDelete: true })?.effect, "none");
    assert.match(told({ retainOnDelete: true })?.because ?? "", /stays in the cluster/);
    const password = { ...resource("random:index/randomPassword:RandomPassword", {}), inputs: { length: 16 } };
    const [longer] = changesBetween([password], [{ ...password, inputs: { length: 32 } }]);
    assert.deepEqual([longer?.action, longer?.effect], ["replace", "data at risk"]);
  });

  it("refuses an object that moves to another URN, which the engine would apply and then delete", () => {
    const old = resource("kubernetes:core/v1:ConfigMap", { data: {} });
    const moved = { ...old, urn: old.urn.replace("af:storage:Storage", "af:hub:Hub") };
    assert.match(changesBetween([old], [moved]).find(({ action }) => action === "delete")?.refused ?? "", /alias/);
    assert.equal(
      changesBetween([{ ...old, retainOnDelete: true }], [moved]).find(({ refused }) => refused !== undefined),
      undefined,
    );
  });

  it("tells a move of all data, and copies that become fewer", () => {
    const pool = resource("kubernetes:ceph.rook.io/v1:CephBlockPool", { spec: { failureDomain: "host", replicated: { size: 3 } } });
    const changed = (spec: object) => changesBetween([pool], [{ ...pool, inputs: { ...pool.inputs, spec } }])[0];
    assert.match(changed({ failureDomain: "rack", replicated: { size: 3 } })?.because ?? "", /from one host each to one rack each/);
    assert.equal(changed({ failureDomain: "host", replicated: { size: 2 } })?.effect, "data at risk");
  });

  it("leaves out the digest of a changed configuration, but tells the restart", () => {
    const set = resource("kubernetes:apps/v1:StatefulSet", {
      spec: { template: { metadata: { annotations: { "checksum/config": "a" } } } },
    });
    const after = { ...set, inputs: { ...set.inputs, spec: { template: { metadata: { annotations: { "checksum/config": "b" } } } } } };
    const [change] = changesBetween([set], [after]);
    assert.deepEqual(change?.fields, []);
    assert.equal(change?.effect, "pods restart");
  });
});

const plan = plannedState(
  {
    site: { name: "x" },
    resources: [],
    findings: [
      { rule: "r", enforcement: "mandatory", object: { kind: "Pod", namespace: "n", name: "p" }, path: "spec", message: "needs 3" },
    ],
    capacity: { answers: [{ question: "host lost", about: "without the worst host, a", verdict: "fits", unit: "pods", need: 3, have: 3 }] },
  },
  "a test",
);

describe("Verdicts before and after", () => {
  it("are the same where only figures in a message differ", () => {
    const after = { ...plan, findings: plan.findings.map((each) => ({ ...each, message: "needs 4" })) };
    assert.deepEqual(verdictChanges(plan, after), { newFindings: [], goneFindings: [], answers: [], worse: false });
  });

  it("are worse by a mandatory finding, by an answer, and for a new site by whatever is found", () => {
    const [answer] = plan.capacity.answers;
    assert.ok(answer);
    const lost = {
      ...plan,
      capacity: { answers: [{ ...answer, about: "without the worst host, b", verdict: "does not fit" as const, have: 2 }] },
    };
    assert.equal(verdictChanges(plan, lost).worse, true);
    assert.equal(verdictChanges(lost, plan).worse, false);
    assert.equal(verdictChanges({ ...plan, findings: [] }, plan).worse, true);
    assert.equal(verdictChanges(plan, { ...plan, findings: [] }).goneFindings.length, 1);
    assert.equal(verdictChanges(undefined, plan).newFindings.length, 1);
  });
});

describe("The exit code", () => {
  const judged = (before: typeof plan, after: typeof plan): boolean | undefined =>
    changesDocument("main", [{ site: "x", isNew: false, changes: [], unfitApprovals: [], verdicts: verdictChanges(before, after) }])
      .sites[0]?.worse;

  it("is for what is worse than before; what was wrong already fails CI's own run of the packs, and no pull request about something else", () => {
    assert.ok(plan.findings.some(({ enforcement }) => enforcement === "mandatory"));
    assert.equal(judged(plan, plan), false);
    assert.equal(judged({ ...plan, findings: [] }, plan), true);
  });
});

describe("What is told of changes", () => {
  const verdicts = verdictChanges(plan, plan);
  const hostile = resource("kubernetes:core/v1:ConfigMap", { data: { text: "```\n</details> @everyone <script> | `x` #1" } });
  const sites = (count: number): readonly SiteChanges[] =>
    ["a", "b"].map((site) => ({
      site,
      isNew: false,
      unfitApprovals: [],
      verdicts,
      changes: changesBetween(
        [],
        Array.from({ length: count }, (_, index) => ({
          ...hostile,
          urn: `${hostile.urn}${index}`,
          inputs: { ...hostile.inputs, metadata: { name: `n${index}*@x`, namespace: "p" } },
        })),
      ),
    }));

  it("names a change of several sites once", () => {
    const document = changesDocument("main", sites(1));
    assert.deepEqual(
      document.changes.map((each) => each.sites),
      [["a", "b"]],
    );
    assert.match(changeLines(document).join("\n"), /create ConfigMap p\/n0\*@x \(a, b\)/);
  });

  it("fits into a comment, however much changes, and says what is left out", () => {
    const many = sites(4000).map((each) => ({
      ...each,
      changes: each.changes.map((change, index) => ({ ...change, effect: "pods restart" as const, because: `it does: ${index}` })),
    }));
    const text = changesMarkdown(changesDocument("main", many));
    assert.ok(text.length < 60_000, `${text.length} characters`);
    assert.match(text, /more sections do not fit here/);
    assert.match(text.split("\n")[0] ?? "", /^### ⚠️ a: 4000 to create; pods restart/);
  });

  it("tells the same of many objects once, with a dozen of their names", () => {
    const alike = sites(40).map((each) => ({
      ...each,
      changes: each.changes.map((change) => ({ ...change, effect: "pods restart" as const, because: "it does" })),
    }));
    const document = changesDocument("main", alike);
    for (const text of [changesMarkdown(document), changeLines(document).join("\n")]) {
      assert.equal(text.match(/it does/g)?.length, 1);
      assert.match(text, /ConfigMap p\/n0.* and 28 more/);
    }
  });

  it("holds nothing that a pull request could make Markdown, HTML or a mention of", () => {
    const noticed = sites(1).map((each) => ({
      ...each,
      changes: each.changes.map((change) => ({
        ...change,
        effect: "pods restart" as const,
        fields: [{ path: "data.text", before: undefined, after: hostile.inputs["data"] }],
      })),
    }));
    const text = changesMarkdown(changesDocument("main", noticed));
    const outside = text.replace(/^(`{3,})text\n[^]*?\n\1$/gm, "").replace(/<\/?(details|summary)>/g, "");
    assert.doesNotMatch(outside, /(?<!\\)[<*](?![*\s])[^*\n]*@x|<script>|@everyone|@x/);
    assert.match(text, /^````text$/m, "the block is closed by what is in it");
  });
});
