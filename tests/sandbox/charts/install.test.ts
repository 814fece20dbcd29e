import assert from "node:assert/strict";
import { catalogue } from "#af/components/charts/catalogue";
import { releaseObjects } from "#af/sandbox/charts/install";

const resources = { requests: { cpu: "10m", memory: "16Mi" } };
const metallb = {
  release: "lb",
  namespace: "metallb-system",
  chart: "metallb",
  version: "0.16.2",
  values: { controller: { resources }, speaker: { resources }, frrk8s: { enabled: false } },
};

describe("objects of a release", () => {
  it("are the chart's workloads in the release's namespace, marked as the sandbox's", () => {
    const objects = releaseObjects(metallb);
    assert.deepEqual(objects.map((each) => `${each.kind} ${each.metadata.namespace}/${each.metadata.name}`).sort(), [
      "DaemonSet metallb-system/lb-speaker",
      "Deployment metallb-system/lb-controller",
    ]);
    for (const each of objects) {
      assert.equal(each.metadata.labels?.["app.kubernetes.io/managed-by"], "sandbox");
      assert.equal(each.metadata.labels?.["sandbox.analysis-facility/release"], "lb");
    }
  });

  it("are refused for a chart that nobody described", () => {
    assert.throws(
      () => releaseObjects({ ...metallb, chart: "wordpress" }),
      /chart wordpress is not in the catalogue \(components\/charts\)/,
    );
  });

  it("are refused for another version than the one described", () => {
    assert.throws(
      () => releaseObjects({ ...metallb, version: "0.13.0" }),
      /chart metallb is asked for in version 0\.13\.0, the catalogue describes 0\.16\.2/,
    );
  });

  it("are refused for values that do not fit, with the release's name", () => {
    assert.throws(() => releaseObjects({ ...metallb, values: {} }), /the values of release metallb-system\/lb do not fit chart metallb/);
  });

  it("can be had for charts with and without a v in their version", () => {
    const versions = catalogue.map((chart) => chart.version);
    assert.ok(versions.some((version) => version.startsWith("v")) && versions.some((version) => !version.startsWith("v")));
    assert.doesNotThrow(() => releaseObjects({ ...metallb, version: "v0.16.2" }));
  });
});
