import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { readSite, SiteError } from "#af/stacks/site/read";
import { siteFile } from "#af/stacks/site/project";
import { SITES } from "../../support/site-config";

describe("reading a site file", () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "site-"));
  after(() => fs.rmSync(folder, { recursive: true }));

  const written = (text: string): string => {
    const file = path.join(folder, "Pulumi.trial.yaml");
    fs.writeFileSync(file, text);
    return file;
  };
  const refused = (message: RegExp, name: string, file?: string) =>
    assert.throws(
      () => readSite(name, file),
      (error) => error instanceof SiteError && message.test(error.message),
    );

  for (const site of SITES) it(`${site} is right`, () => assert.equal(readSite(site).site.name, site));

  it("names the sites there are when asked for another", () =>
    refused(new RegExp(`no such site file; sites of this project: ${SITES.join(", ")}`), "atlantis"));
  it("gives line and column of what is not YAML", () =>
    refused(/line 3, column \d+: not YAML/, "trial", written("config:\n  af:site: {\n a: [\n")));
  it("refuses a key that is written twice", () =>
    refused(/not YAML: the same key stands twice in one map/, "trial", written("config:\n  af:hub: {}\n  af:hub: {}\n")));
  it("asks for the config section", () => refused(/config: missing/, "trial", written("settings: {}\n")));
  it("refuses a file under another stack's name", () => {
    const [site = ""] = SITES;
    refused(new RegExp(`found "${site}"; allowed: "trial"`), "trial", written(fs.readFileSync(siteFile(site), "utf8")));
  });
  it("lists all missing parts of an empty site", () =>
    refused(/af:site: missing[\s\S]*af:nodes: missing[\s\S]*af:hub: missing/, "trial", written("config: { other:key: 1 }\n")));
});
