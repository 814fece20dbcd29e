import assert from "node:assert/strict";
import { recordProgram, type Recording } from "#af/stacks/record";
import { progressOf } from "#af/terminal/progress";
import { documentOf, judgeRecording } from "#af/tools/plan/plan";
import { schemaFolder } from "#af/tools/schemas/folder";
import { SITE } from "../policies/expect";
import { changed } from "../policies/manifests";
import { notChecked } from "../support/skipped";

describe("a plan of a spoilt program", function () {
  this.timeout(60_000);
  let recording: Recording;
  before(async () => {
    recording = await recordProgram(SITE);
  });
  const findings = (name: string, steps: readonly (string | number)[], value: unknown) => {
    const resources = recording.resources.map((resource) =>
      resource.name === name ? { ...resource, inputs: changed(resource.inputs, steps, value) } : resource,
    );
    return judgeRecording({ ...recording, resources }, progressOf("test")).findings.filter(({ pack }) => pack !== "quotas");
  };

  it("finds a secret that has lost its mark, and hides it all the same", () => {
    const text = recording.placeholders["hubClientSecret"] ?? "";
    for (const form of [`prefix ${text} suffix`, Buffer.from(text).toString("base64")]) {
      const [finding, ...more] = findings("doors-tier2-record", ["data", "note"], form);
      assert.deepEqual(more, []);
      assert.deepEqual([finding?.rule, finding?.enforcement, finding?.path], ["secrets-stay-secret", "mandatory", "data.note"]);
      assert.match(finding?.message ?? "", /^af:secrets\.hubClientSecret is readable here/);
    }
    const resources = recording.resources.map((resource) =>
      resource.name === "doors-tier2-record" ? { ...resource, inputs: changed(resource.inputs, ["data", "note"], text) } : resource,
    );
    assert.ok(!JSON.stringify(documentOf(judgeRecording({ ...recording, resources }, progressOf("test")))).includes(text));
  });

  describe("against published schemas", () => {
    before(function () {
      const found = schemaFolder();
      if ("missing" in found) notChecked(this, found.missing);
    });

    it("refuses fields that a definition or a chart does not know, and values of another type", () => {
      const cases: readonly (readonly [string, readonly (string | number)[], unknown, string, RegExp])[] = [
        ["ceph-cluster", ["spec", "mons"], {}, "spec.mons", /unknown field \(did you mean mon\?\)/],
        ["ceph-cluster", ["spec", "mon", "count"], "3", "spec.mon.count", /must be integer/],
        [
          "ceph-cluster",
          ["spec", "network", "connections", "requireMsgr"],
          true,
          "spec.network.connections.requireMsgr",
          /did you mean requireMsgr2/,
        ],
        ["block-pool", ["spec", "replicated"], {}, "spec.replicated", /lacks size/],
        ["hub-certificate", ["spec", "issuerRef", "kinds"], "x", "spec.issuerRef.kinds", /unknown field \(did you mean kind\?\)/],
        [
          "hub-chart-release",
          ["spec", "values", "hub", "cofig"],
          {},
          "spec.values.hub.cofig",
          /chart jupyterhub: unknown field \(did you mean config\?\)/,
        ],
        [
          "traefik-chart-release",
          ["spec", "values", "deployment", "replicas"],
          "2",
          "spec.values.deployment.replicas",
          /chart traefik: must be integer/,
        ],
        [
          "certificates-chart-release",
          ["spec", "values", "webhook", "replicaCont"],
          1,
          "spec.values.webhook.replicaCont",
          /chart cert-manager: unknown field/,
        ],
      ];
      for (const [name, steps, value, place, message] of cases) {
        const found = findings(name, steps, value).filter(({ pack }) => pack === "schemas");
        assert.deepEqual(
          found.map(({ path: at, enforcement }) => [at, enforcement]),
          [[place, "mandatory"]],
          `${name} ${JSON.stringify(found)}`,
        );
        assert.match(found[0]?.message ?? "", message);
      }
    });

    it("refuses a version that is not served", () => {
      const resources = recording.resources.map((resource) =>
        resource.name === "metallb-public" ? { ...resource, type: "kubernetes:metallb.io/v1alpha1:IPAddressPool" } : resource,
      );
      const found = judgeRecording({ ...recording, resources }, progressOf("test")).findings;
      assert.match(
        found.map(({ message }) => message).join(),
        /found metallb\.io\/v1alpha1, which the definition does not serve; allowed: metallb\.io\/v1beta1/,
      );
    });

    it("has a name for every kind that it could not check", () => {
      const resources = recording.resources.map((resource) =>
        resource.name === "metallb-public" ? { ...resource, type: "kubernetes:example.org/v1:Thing" } : resource,
      );
      const { schemas } = judgeRecording({ ...recording, resources }, progressOf("test"));
      assert.match(
        schemas.crds,
        /^checked: 42 of 43 custom resources; no definition of example\.org\/v1\/Thing; only the API server can evaluate 2 of their rules$/,
      );
    });
  });
});
