import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { stringify } from "yaml";
import type { PlanDocument } from "#af/tools/plan/document";
import { hardened } from "../policies/hardening";
import { dayFromNow, waiverOf } from "../policies/waiver";
import { changed } from "../policies/manifests";
import { siteConfig } from "../support/site-config";
import { runTool } from "./run-tool";
import { writeSettings } from "./site-files";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "af-waivers-"));
after(() => fs.rmSync(folder, { recursive: true }));

const config = changed(
  changed(siteConfig("unl"), ["data", "cvmfs"], { kind: "hostPath" }),
  ["site", "kubernetes", "hardening"],
  hardened(),
);
const waiver = waiverOf({ object: "PersistentVolume cvmfs", until: dayFromNow(20) });

/** The site whose hosts mount CVMFS, with these waivers. */
const site = (...waivers: readonly object[]): string => writeSettings(folder, "unl", { ...config, waivers });

describe("waivers on the command line", function () {
  this.timeout(300_000);

  it("make it possible that hosts mount CVMFS, and plan says who answers for it and that it ends soon", () => {
    const refused = runTool("plan", ["unl", "--config-file", site(), "--json"]);
    assert.equal(refused.code, 1, refused.stderr);
    const violated = (JSON.parse(refused.stdout) as PlanDocument).findings.filter(({ enforcement }) => enforcement === "mandatory");
    assert.deepEqual(
      violated.map(({ rule, object: { kind, name }, path: field }) => ({ rule, object: `${kind} ${name}`, field })),
      [{ rule: waiver.rule, object: waiver.object, field: waiver.field }],
      "the finding says what a waiver of it has to name",
    );
    const { code, stdout } = runTool("plan", ["unl", "--config-file", site(waiver)]);
    assert.equal(code, 0, stdout);
    assert.match(
      stdout,
      new RegExp(`^waived until ${waiver.until} by operators of the storage: no-host-paths, PersistentVolume cvmfs spec.hostPath`, "m"),
    );
    assert.match(
      stdout,
      /nothing-ends-soon[^]*af:waivers\[0\]\.until: the waiver of no-host-paths for PersistentVolume cvmfs ends in (20|19) days/,
    );
  });

  it("hold for policy on files too, and another's object that is not among them is no fault", () => {
    const volume = path.join(folder, "volume.yaml");
    fs.writeFileSync(
      volume,
      stringify({
        apiVersion: "v1",
        kind: "PersistentVolume",
        metadata: { name: "cvmfs" },
        spec: { capacity: { storage: "1Mi" }, accessModes: ["ReadOnlyMany"], storageClassName: "x", hostPath: { path: "/cvmfs" } },
      }),
    );
    const judged = (...waivers: readonly object[]) => {
      const { stdout } = runTool("policy", ["--site", site(...waivers), "--json", volume]);
      const { findings } = JSON.parse(stdout) as PlanDocument;
      return findings.filter(({ pack }) => pack === "security").map(({ rule }) => rule);
    };
    assert.deepEqual(judged(), ["no-host-paths"]);
    assert.deepEqual(judged({ ...waiver, until: dayFromNow(100) }, waiverOf({ object: "PersistentVolume elsewhere" })), []);
    assert.deepEqual(judged({ ...waiver, until: dayFromNow(-1) }), ["no-host-paths", "nothing-has-ended"]);
  });

  it("are told by validate: near ends, ends in the past, and what nobody may waive", () => {
    const soon = runTool("site", ["validate", site(waiver)]);
    assert.equal(soon.code, 0, soon.stdout);
    assert.match(soon.stdout, new RegExp(`soon: no-host-paths for PersistentVolume cvmfs ends on ${waiver.until}`));
    const wrong = runTool("site", ["validate", site({ ...waiver, until: dayFromNow(-1) }, { ...waiver, rule: "no-secret-literals" })]);
    assert.equal(wrong.code, 2);
    assert.match(wrong.stdout, /af:waivers\[0\]\.until: the waiver of no-host-paths for PersistentVolume cvmfs ended on/);
    assert.match(wrong.stdout, /af:waivers\[1\]\.rule: nobody may waive no-secret-literals/);
  });
});
