import assert from "node:assert/strict";
import { SiteError } from "#af/stacks/site/problems";
import { parseSite } from "#af/stacks/site/parse";
import { CASES, whole } from "./check-cases";
import { spoilt } from "../../support/site-config";
import { settingsOfKind } from "../../support/site-kinds";

describe("cross-checks of a site", () => {
  it("finds a whole site to spoil", () => assert.ok(whole));
  for (const { what, change, path, message } of CASES) {
    it(`refuses ${what}`, () => {
      const config = change.reduce((tree, [at, value]) => spoilt(tree, at, value), whole ?? {});
      assert.throws(
        () => parseSite(config, "a test"),
        (error) => error instanceof SiteError && error.problems.some((problem) => problem.path === path && message.test(problem.message)),
        `expected ${String(message)} at ${path}`,
      );
      // The one field is the reason: without the change the same site is fine.
      assert.doesNotThrow(() => parseSite(whole ?? {}, "a test"));
    });
  }

  it("takes workers in Apptainer with every other kind of Dask, and those of Docker with schedulers in users' pods", async () => {
    const kinds = ["hub.dask(gateway).backend: kubernetes", "hub.dask(gateway).backend: htcondor"].map(settingsOfKind);
    const without = spoilt(whole ?? {}, ["hub", "dask"], { kind: "none" });
    for (const config of [...(await Promise.all(kinds)), without]) {
      // Such workers read their image from CVMFS.
      const withSoftware = spoilt(config, ["data", "cvmfs"], { kind: "csi", storageClass: "cvmfs" });
      const { batch } = parseSite(spoilt(withSoftware, ["batch", "workers"], "apptainer"), "a test");
      assert.ok(batch.kind === "htcondor" && batch.workers === "apptainer");
    }
    assert.doesNotThrow(() => parseSite(whole ?? {}, "a test"));
  });
});
