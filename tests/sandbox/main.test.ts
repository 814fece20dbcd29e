import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { siteFile, siteNames } from "#af/stacks/site/project";
import { TestSandbox, type Finished } from "./e2e/harness";

describe("the sandbox command, given something wrong", function () {
  this.timeout(30_000);
  const site = siteNames()[0] ?? "";
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "af-main-"));
  const sandbox = new TestSandbox(site);
  const run = (...args: readonly string[]): Promise<Finished> => sandbox.command(...args).finished;
  after(async () => {
    fs.rmSync(folder, { recursive: true, force: true });
    await sandbox.remove();
  });

  it("names the sites that exist when there is no such site, and starts nothing", async () => {
    for (const command of ["up", "down", "status"]) {
      const { code, stderr } = await run(command, "nowhere");
      assert.equal(code, 2);
      assert.match(stderr, new RegExp(`nowhere.*${siteNames().join(", ")}`, "s"));
      assert.doesNotMatch(stderr, /\n\s+at /);
    }
    assert.deepEqual(fs.readdirSync(sandbox.base), []);
  });

  it("starts nothing for an update without its preview", async () => {
    const { code, stderr } = await run("up", site, "--", "--skip-preview");
    assert.equal(code, 2);
    assert.match(stderr, /^--skip-preview: an update without a preview.*Leave it out/s);
    assert.deepEqual(fs.readdirSync(sandbox.base), []);
  });

  it("takes no path for a site", async () => {
    assert.equal((await run("down", "../elsewhere")).code, 2);
  });

  it("lists every problem of a site file, and starts nothing", async () => {
    const file = path.join(folder, "Pulumi.broken.yaml");
    const text = fs.readFileSync(siteFile(site), "utf8");
    fs.writeFileSync(
      file,
      text.replace(/^ {2}af:site:$/m, "  af:sight:\n    name: x\n  af:site:").replace(/memory: (\d+)Gi/, "memory: $1GB"),
    );
    const { code, stderr } = await run("up", site, "--config-file", file);
    assert.equal(code, 2);
    assert.match(stderr, /Pulumi\.broken\.yaml: \d+ problems/);
    assert.match(stderr, /af:sight/);
    assert.match(stderr, /GB/);
    assert.deepEqual(fs.readdirSync(sandbox.base), []);
  });

  it("says where the YAML ends", async () => {
    const file = path.join(folder, "Pulumi.torn.yaml");
    fs.writeFileSync(file, "config:\n  af:site: { name: x\n");
    const { code, stderr } = await run("preview", site, "--config-file", file);
    assert.equal(code, 2);
    assert.match(stderr, /not YAML/);
  });

  it("refuses real controllers that it cannot take, all at once, and starts nothing", async () => {
    const { code, stderr } = await run("up", site, "--real", "traefik=/bin/true", "--real", "metallb");
    assert.equal(code, 2);
    assert.match(stderr, /knows no controller "traefik"[^]*--real metallb has no "="[^]*Allowed: --real NAME=PATH/);
    assert.deepEqual(fs.readdirSync(sandbox.base), []);
  });

  it("says what is not running and how to start it", async () => {
    const { code, stderr } = await run("status", site);
    assert.equal(code, 1);
    assert.match(stderr, new RegExp(`The sandbox of ${site} is not running: start it with npm run sandbox -- up ${site}`));
    assert.equal((await run("exec", site, "--", "true")).code, 1);
  });

  it("has nothing against ending what does not run", async () => {
    const { code, stdout } = await run("down", site);
    assert.equal(code, 0);
    assert.match(stdout, /was not running/);
  });

  it("knows its commands and says which argument is missing", async () => {
    const unknown = await run("frobnicate");
    assert.deepEqual([unknown.code, unknown.stderr.includes("unknown command 'frobnicate'")], [2, true]);
    const missing = await run("up");
    assert.deepEqual([missing.code, missing.stderr.includes("missing required argument 'site'")], [2, true]);
  });
});
