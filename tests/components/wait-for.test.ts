import assert from "node:assert/strict";
import { install } from "#af/components/install";
import { reportOf, WAIT_FOR, waitFor, type Report } from "#af/components/wait-for";
import { ROOK_BEHAVIOURS } from "#af/sandbox/controller/rook";
import { crdSchemas } from "#af/tools/schemas/crds";
import { schemaFolder } from "#af/tools/schemas/folder";
import { groupOf } from "#af/components/manifest";
import type { ClusterObject } from "#af/sandbox/cluster/client";
import { worldOf } from "#af/sandbox/cluster/world";
import { OPERATOR_STATUSES } from "../support/operator-statuses";
import { everyObject, everyRecording } from "../support/recordings";
import { annotationsOf, everyWait, holds, MALFORMED, type WrittenWait } from "../support/waits";
import { notChecked } from "../support/skipped";

describe("an annotation that Pulumi waits for", function () {
  this.timeout(120_000);

  it("is written in two forms, and read back as what it was", () => {
    const forms: readonly (readonly [Report, string])[] = [
      [{ condition: "Ready" }, "condition=Ready"],
      [{ field: "status.phase", is: "Ready" }, "jsonpath={.status.phase}=Ready"],
      [{ field: "status.info.secretName", is: "a_b-1" }, "jsonpath={.status.info.secretName}=a_b-1"],
    ];
    for (const [report, text] of forms) {
      assert.deepEqual(waitFor(report), { [WAIT_FOR]: text });
      assert.deepEqual(reportOf(text), report);
    }
  });

  it("is refused if the provider would refuse it or read it as something else, before an object is written", () => {
    const refusal = /^Error: pulumi\.com\/waitFor: found ".*"; allowed: condition=Type .*, or jsonpath=\{\.status\.field\}=value; write /;
    for (const text of [...MALFORMED.refused, ...MALFORMED.misread]) {
      assert.throws(() => reportOf(text), refusal, text);
      const object = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "x", annotations: { [WAIT_FOR]: text } } };
      assert.throws(() => install("x", object, {}), refusal, text);
    }
    const reports: readonly Report[] = [
      { condition: "" },
      { condition: "Ready=True" },
      { field: "status.phase", is: "" },
      { field: "status.phase", is: "=Ready" },
      { field: "status.", is: "Ready" },
      { field: "status.conditions[0].type", is: "Ready" },
    ];
    for (const report of reports) assert.throws(() => waitFor(report), refusal, JSON.stringify(report));
  });

  describe("of every site and every kind of site", () => {
    let waits: readonly WrittenWait[];
    let texts: readonly string[];
    before(async () => {
      const objects = everyObject(await everyRecording());
      waits = everyWait(objects);
      texts = objects.flatMap((written) => annotationsOf(written)[WAIT_FOR] ?? []);
    });

    it("is one that the program's own function writes", () => {
      assert.ok(texts.length > 0);
      for (const text of new Set(texts)) reportOf(text);
    });

    it("has statuses of its operator to be tested with, and none is kept for a kind that is not waited for", () => {
      assert.deepEqual(waits.map(({ use }) => use).sort(), Object.keys(OPERATOR_STATUSES).sort());
    });

    it("comes true with what the operator writes at the end, and with nothing that it writes before, or wrote before a change", () => {
      for (const { use, text } of waits) {
        const { ready, notReady, observes } = OPERATOR_STATUSES[use] ?? assert.fail(use);
        const report = reportOf(text);
        assert.equal(holds(report, 1, ready), true, `${use} ready`);
        assert.equal(holds(report, 1, {}), false, `${use} without a status`);
        for (const [name, status] of Object.entries(notReady)) assert.equal(holds(report, 1, status), false, `${use} ${name}`);
        assert.equal(holds(report, 2, ready), !observes, `${use} changed`);
      }
    });

    it("comes true with what the sandbox plays at the end, and with nothing that it plays before", () => {
      let played = 0;
      for (const { use, text, written } of waits) {
        const { apiVersion, kind } = written.object;
        // What cert-manager reports follows from other objects, so its own tests hold it to this.
        const behaviour = groupOf(apiVersion) === "ceph.rook.io" ? ROOK_BEHAVIOURS[kind] : undefined;
        if (behaviour === undefined) continue;
        played += 1;
        const object = { ...written.manifest, apiVersion, kind, metadata: { name: "x", namespace: "x", generation: 1 } } as ClusterObject;
        assert.equal(holds(reportOf(text), 1, behaviour.status(object, ["something"], worldOf([]))), false, `${use} lacking something`);
        assert.equal(holds(reportOf(text), 1, behaviour.status(object, [], worldOf([]))), true, `${use} lacking nothing`);
      }
      assert.ok(played >= 7, `${played} kinds`);
    });

    it("reads a field that the definition of the kind has in its status, with a value that may be there", function () {
      const folder = schemaFolder();
      if ("missing" in folder) return notChecked(this, folder.missing);
      const schemas = crdSchemas(
        folder.crds,
        waits.map(({ written: { object } }) => ({ group: groupOf(object.apiVersion), kind: object.kind })),
      );
      for (const { use, text, written } of waits) {
        const schema = schemas.get(`${written.object.apiVersion}/${written.object.kind}`) ?? assert.fail(`no definition of ${use}`);
        assert.equal(cannotCome(schema, reportOf(text)), undefined, `${use}: ${text}`);
      }
      const cluster = schemas.get("ceph.rook.io/v1/CephCluster") ?? assert.fail();
      assert.match(cannotCome(cluster, { field: "status.fase", is: "Ready" }) ?? "", /no status\.fase/);
      const repository = schemas.get("source.toolkit.fluxcd.io/v1/HelmRepository") ?? assert.fail();
      assert.match(cannotCome(repository, { field: "status.phase", is: "Ready" }) ?? "", /no status\.phase/);
    });
  });
});

/** Why no object of a kind can ever satisfy a wait: the API server drops a field of the status that the definition does not have. */
function cannotCome(schema: unknown, report: Report): string | undefined {
  const steps = "condition" in report ? ["status", "conditions", "[]", "status"] : report.field.split(".");
  let place = schema;
  for (const [index, step] of steps.entries()) {
    const { properties, items, additionalProperties } = place as Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>;
    place = step === "[]" ? items : (properties?.[step] ?? additionalProperties);
    if (typeof place !== "object") return `no ${steps.slice(0, index + 1).join(".")}`;
  }
  const { type, enum: allowed } = place as { readonly type?: string; readonly enum?: readonly unknown[] };
  const wanted = "condition" in report ? "True" : report.is;
  if (type !== "string") return `${steps.join(".")} is a ${String(type)}`;
  return allowed === undefined || allowed.includes(wanted) ? undefined : `${steps.join(".")} is one of ${allowed.join(", ")}`;
}
