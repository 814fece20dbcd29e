import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { removeCutAttributes } from "#af/sandbox/engine/recover";
import { SiteFolder } from "#af/sandbox/folders";

describe("what a killed engine has half written", () => {
  const base = fs.mkdtempSync(path.join(os.tmpdir(), "af-recover-"));
  const folder = new SiteFolder("somewhere", base);
  const stacks = path.join(folder.state, ".pulumi", "stacks", "af");
  after(() => fs.rmSync(base, { recursive: true }));

  it("is nothing before there is a backend", () => {
    assert.equal(removeCutAttributes(folder), 0);
  });

  it("is removed if it is a side file that cannot be read; the checkpoint, its copy and whole side files stay", () => {
    fs.mkdirSync(stacks, { recursive: true });
    const whole = '{"user.content_type":"text/plain; charset=utf-8","md5":"4g=="}\n';
    const files = {
      "site.json": "{}",
      "site.json.attrs": "",
      "site.json.bak": "",
      "site.json.bak.attrs": whole,
      "other.json.attrs": whole.slice(0, 20),
    };
    for (const [name, text] of Object.entries(files)) fs.writeFileSync(path.join(stacks, name), text);
    assert.equal(removeCutAttributes(folder), 2);
    assert.deepEqual(fs.readdirSync(stacks).sort(), ["site.json", "site.json.bak", "site.json.bak.attrs"]);
    assert.equal(removeCutAttributes(folder), 0);
  });
});
