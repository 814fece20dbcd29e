import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { Ajv2020 } from "ajv/dist/2020";
import { parse } from "yaml";
import { projectFolder } from "#af/stacks/site/project";
import type { ParityDocument } from "#af/tools/site/document";
import { parity, parityLines } from "#af/tools/site/parity";
import type { Data } from "../policies/manifests";
import { SITES, spoilt } from "../support/site-config";
import { runTool } from "./run-tool";
import { writeNewSite, writeSettings } from "./site-files";

describe("site parity", function () {
  this.timeout(60_000);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "af-parity-"));
  let first: string;
  let settings: Record<string, unknown>;
  before(async () => {
    first = await writeNewSite(folder, "first");
    const { config } = parse(fs.readFileSync(first, "utf8")) as { config: Record<string, unknown> };
    settings = spoilt(
      Object.fromEntries(Object.entries(config).map(([key, value]) => [key.replace(/^af:/, ""), value])),
      ["site", "name"],
      "second",
    );
  });
  after(() => fs.rmSync(folder, { recursive: true }));

  /** The second site: like the first except for one value, and with these reasons. */
  const second = (steps: readonly (string | number)[], value: unknown, reasons?: Readonly<Record<string, string>>): string => {
    const changed = spoilt(settings, steps, value);
    return writeSettings(path.join(folder, "other"), "second", reasons === undefined ? changed : { ...changed, differences: reasons });
  };
  const differences = ({ concerns }: ParityDocument) =>
    concerns.flatMap((concern) => concern.differences).filter(({ path: at }) => at !== "af:site.name");

  it("finds nothing but the name where nothing else differs, and counts what is the same", () => {
    const document = parity(first, second(["site", "name"], "second"));
    assert.deepEqual(differences(document), []);
    assert.ok(document.concerns.reduce((sum, { same }) => sum + same, 0) > 40);
    assert.equal(document.unexplained, 0);
  });

  it("compares what is in force: writing out a default is no difference", () => {
    assert.deepEqual(differences(parity(first, second(["platform", "ingress", "replicas"], 2))), []);
    assert.deepEqual(differences(parity(first, second(["nodes", "workers", "capacity", "cpu"], "32"))), []);
  });

  it("tells what is a site's own from what nobody has explained", () => {
    assert.deepEqual(differences(parity(first, second(["hub", "host"], "other.example.edu"))), [
      { path: "af:hub.host", kind: "value", first: "hub.af.example.edu", second: "other.example.edu", why: { kind: "nature" } },
    ]);
    const doors = [{ name: "door.example.org", address: "192.0.2.7" }];
    const [difference] = differences(parity(first, second(["data", "stores", "site", "doors", "hosts"], doors)));
    assert.deepEqual(difference?.why, { kind: "nature" });
    const { unexplained } = parity(first, second(["site", "experiment"], "atlas"));
    assert.equal(unexplained, 1);
  });

  it("calls a union that is chosen differently one difference, whatever lies below it", () => {
    const document = parity(first, second(["delivery"], { kind: "flux", interval: "5m" }));
    assert.equal(document.unexplained, 1);
    assert.deepEqual(differences(document), [{ path: "af:delivery.kind", kind: "choice", first: "helm", second: "flux" }]);
  });

  it("shows what only one site has, once", () => {
    const nodes = {
      ...(settings["nodes"] as object),
      more: { model: "m", hosts: ["m1"], capacity: { cpu: 1, memory: "1Gi" }, rack: "m", runs: ["users"] },
    };
    const [difference, ...others] = differences(parity(first, second(["nodes"], nodes)));
    assert.deepEqual([difference?.path, difference?.kind, difference?.first, others], ["af:nodes.more", "presence", undefined, []]);
  });

  it("prints a table a concern, and ends with 2 where something is unexplained only if it is asked to be strict", () => {
    const other = second(["site", "experiment"], "atlas");
    const relaxed = runTool("site", ["parity", first, other]);
    assert.equal(relaxed.code, 0, relaxed.stderr);
    assert.match(relaxed.stdout, /^af:site: 2 differences, \d+ the same\n {2}path +first +second +why\n/);
    assert.match(relaxed.stdout, /^ {2}af:site\.experiment +cms +atlas +unexplained$/m);
    assert.match(relaxed.stdout, /^first and second: 2 differences, 1 unexplained; \d+ values the same$/m);
    const strict = runTool("site", ["parity", first, other, "--strict", "--json"]);
    assert.equal(strict.code, 2);
    const schema = JSON.parse(fs.readFileSync(path.join(projectFolder(), "docs/reference/parity.schema.json"), "utf8")) as Data;
    const validate = new Ajv2020().compile(schema);
    assert.ok(validate(JSON.parse(strict.stdout)), JSON.stringify(validate.errors));
    assert.equal(runTool("site", ["parity", first, second(["site", "title"], "Other"), "--strict"]).code, 0);
  });

  it("takes a reason of either file for a path and all below it", () => {
    const other = second(["site", "experiment"], "atlas", { "site.experiment": "an ATLAS site" });
    for (const document of [parity(first, other), parity(other, first)]) {
      assert.equal(document.unexplained, 0);
      assert.match(parityLines(document).join("\n"), /af:site\.experiment .* second: an ATLAS site$/m);
    }
    assert.equal(parity(first, second(["delivery"], { kind: "flux" }, { delivery: "Flux is there already" })).unexplained, 0);
  });

  it("refuses reasons for what is not there, differs nowhere, or is no text; all at once", () => {
    const reasons = { "hub.hosst": "a slip", "monitoring.kind": "is the same", "site.experiment": "an ATLAS site" };
    const other = second(["site", "experiment"], "atlas", reasons);
    const { code, stderr } = runTool("site", ["parity", first, other]);
    assert.equal(code, 2);
    assert.match(stderr, /^second: \d problems?\n/);
    assert.match(stderr, /af:differences\.hub\.hosst: af:hub\.hosst: no such key \(did you mean af:hub\.host\?\)/);
    assert.doesNotMatch(stderr, /site\.experiment/);
    assert.throws(
      () => parity(first, second(["site", "title"], "x", { "af:hub": "", hub: "" })),
      /af:differences\.hub: found ""; allowed: the reason/,
    );
  });

  it("refuses sites that are wrong, both at once, and a site compared with itself", () => {
    const wrong = second(["hub", "hosst"], "x");
    const { code, stderr } = runTool("site", ["parity", "atlantis", wrong]);
    assert.equal(code, 2);
    assert.match(stderr, /^atlantis: 1 problem\n.*there is no such site file[\s\S]*^second: 1 problem\n {2}af:hub\.hosst: unknown key/m);
    assert.doesNotMatch(stderr, /\n +at /);
    assert.throws(() => parity(first, first), /is compared with itself; allowed: two sites of /);
  });

  it("explains every difference between the sites of the project", () => {
    for (const [index, one] of SITES.entries()) {
      for (const other of SITES.slice(index + 1)) {
        const unexplained = differences(parity(one, other)).filter(({ why }) => why === undefined);
        assert.deepEqual(
          unexplained.map(({ path: at }) => at),
          [],
        );
      }
    }
  });
});
