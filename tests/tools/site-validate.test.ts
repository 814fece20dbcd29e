import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { Ajv2020 } from "ajv/dist/2020";
import { projectFolder } from "#af/stacks/site/project";
import type { Data } from "../policies/manifests";
import { siteConfig, SITES, spoilt } from "../support/site-config";
import { runTool } from "./run-tool";
import { writeSettings } from "./site-files";

describe("site validate", function () {
  this.timeout(60_000);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "af-validate-"));
  after(() => fs.rmSync(folder, { recursive: true }));
  const [site = ""] = SITES;

  it("finds all sites of the project right when none is named", () => {
    const { code, stdout } = runTool("site", ["validate"]);
    assert.equal(code, 0);
    assert.equal(stdout, SITES.map((name) => `${name}: right\n`).join(""));
  });

  it("lists every problem of every site, as text and as the published document", () => {
    const wrong = writeSettings(folder, site, spoilt(spoilt(siteConfig(site), ["hub", "hosst"], "x"), ["hub", "image"], "latest"));
    const { code, stdout, stderr } = runTool("site", ["validate", site, wrong, "atlantis"]);
    assert.equal(code, 2);
    assert.match(stdout, new RegExp(`^${site}: right\n${site}: 2 problems\n`));
    assert.match(stdout, /^ {2}af:hub\.image: found "latest"; allowed: registry\/repository with an exact tag/m);
    assert.match(stdout, /^ {2}af:hub\.hosst: unknown key \(did you mean host\?\)/m);
    assert.match(stdout, /^atlantis: 1 problem\n {2}atlantis: there is no such site file; sites of this project: /m);
    assert.doesNotMatch(stdout + stderr, /\n +at /);
    const json = runTool("site", ["validate", wrong, "--json"]);
    assert.equal(json.code, 2);
    const schema = JSON.parse(fs.readFileSync(path.join(projectFolder(), "docs/reference/sites.schema.json"), "utf8")) as Data;
    const validate = new Ajv2020().compile(schema);
    assert.ok(validate(JSON.parse(json.stdout)), JSON.stringify(validate.errors));
  });

  it("finds what belongs to another site of the project", () => {
    const twin = writeSettings(folder, "twin", spoilt(siteConfig(site), ["site", "name"], "twin"));
    const { code, stdout } = runTool("site", ["validate", twin]);
    assert.equal(code, 2);
    assert.match(stdout, new RegExp(`^twin: \\d+ problems\n {2}af:nodes\\..*: host .* belongs to site ${site} too`));
  });

  it("tells credentials that end soon, and refuses those that have ended", () => {
    const day = (offset: number) => new Date(Date.now() + offset * 24 * 60 * 60 * 1000).toISOString().slice(0, 10);
    const file = (end: string) => writeSettings(folder, site, { ...siteConfig(site), expiry: { hubClientSecret: end } });
    const soon = runTool("site", ["validate", file(day(10))]);
    assert.equal(soon.code, 0, soon.stdout);
    assert.match(soon.stdout, new RegExp(`^${site}: right\n {2}soon: hubClientSecret ends on ${day(10)}\n$`));
    assert.equal(runTool("site", ["validate", file(day(40))]).stdout, `${site}: right\n`);
    const ended = runTool("site", ["validate", file(day(-2))]);
    assert.equal(ended.code, 2);
    assert.match(
      ended.stdout,
      /af:expiry\.hubClientSecret: hubClientSecret \(.+\) ended on .*pulumi config set .*af:secrets\.hubClientSecret, and write its end here/,
    );
  });

  it("refuses secrets that are not encrypted, without showing them", () => {
    const { code, stdout, stderr } = runTool("site", [
      "validate",
      writeSettings(folder, site, { ...siteConfig(site), secrets: { hubClientSecret: "hunter2-hunter2" } }),
    ]);
    assert.equal(code, 2);
    assert.match(stdout, /af:secrets\.hubClientSecret: not encrypted/);
    assert.doesNotMatch(stdout + stderr, /hunter2/);
  });

  it("refuses arguments that it does not know", () => {
    for (const [args, message] of [
      [["vaildate"], /unknown command 'vaildate'/],
      [["validate", "--jsn"], /unknown option '--jsn'/],
      [["explain", site], /missing required argument 'path'/],
      [["validate", "site.yaml"], /site\.yaml: not a site file/],
    ] as const) {
      const { code, stderr } = runTool("site", args);
      assert.equal(code, 2);
      assert.match(stderr, message);
    }
  });
});
