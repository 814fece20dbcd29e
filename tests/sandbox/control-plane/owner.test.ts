import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { adopt, disown, isOrphan, own } from "#af/sandbox/control-plane/owner";
import { SiteFolder } from "#af/sandbox/folders";

describe("the owner of a control plane", () => {
  const base = fs.mkdtempSync(path.join(os.tmpdir(), "af-owner-"));
  after(() => fs.rmSync(base, { recursive: true }));
  const fresh = (name: string): SiteFolder => new SiteFolder(name, base).create();

  it("is the process that starts it, until that one leaves it to the user", () => {
    const folder = fresh("own");
    assert.equal(isOrphan(folder), false, "nobody's");
    own(folder, {});
    assert.equal(isOrphan(folder), false, "its owner lives");
    disown(folder);
    assert.deepEqual([fs.existsSync(folder.file("owner.json")), isOrphan(folder)], [false, false]);
  });

  it("leaves an orphan when it dies, though not before the engine has ended", () => {
    const folder = fresh("orphan");
    const owner = spawn("sleep", ["60"]);
    own(folder, { AF_SANDBOX_OWNER: String(owner.pid) });
    assert.equal(isOrphan(folder), false);
    // Not a process that this one has to read the end of: a zombie counts as gone.
    process.kill(owner.pid ?? 0, "SIGKILL");
    for (const end = Date.now() + 5_000; !isOrphan(folder) && Date.now() < end;) spawnSync("sleep", ["0.05"]);
    assert.equal(isOrphan(folder), true);
    fs.writeFileSync(folder.file("engine.lock"), `${process.pid}\n`);
    assert.equal(isOrphan(folder), false);
    fs.writeFileSync(folder.file("engine.lock"), "4194399\n");
    assert.equal(isOrphan(folder), true);
    adopt(folder, {});
    assert.equal(isOrphan(folder), false, "the next command has taken it over");
  });

  it("that AF_SANDBOX_OWNER names is not replaced by a command that ends", () => {
    const folder = fresh("named");
    own(folder, { AF_SANDBOX_OWNER: String(process.ppid) });
    disown(folder);
    adopt(folder, {});
    assert.equal((JSON.parse(fs.readFileSync(folder.file("owner.json"), "utf8")) as { pid: number }).pid, process.ppid);
    own(folder, { AF_SANDBOX_OWNER: "nobody" });
    assert.equal((JSON.parse(fs.readFileSync(folder.file("owner.json"), "utf8")) as { pid: number }).pid, process.pid);
  });
});
