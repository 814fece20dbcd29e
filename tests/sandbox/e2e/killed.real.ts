import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { findControlPlane } from "#af/sandbox/control-plane/control-plane";
import { readState } from "#af/sandbox/control-plane/state";
import { tied } from "#af/sandbox/processes";
import { projectFolder, siteNames } from "#af/stacks/site/project";
import { skipped } from "../../support/skipped";
import { eventually } from "../../support/patience";
import { processesWith, TestSandbox, toolsOrSkip } from "./harness";

/** Runs a part of a test in a process of its own, as mocha would, which can be killed; resolves when it says that it is ready. */
async function testProcess(body: string, folder: string): Promise<ChildProcess> {
  const script = path.join(folder, "body.ts");
  fs.writeFileSync(script, body);
  // Otherwise it would outlive this test where the run of the tests is killed.
  const [program = "", ...args] = tied([process.execPath, "--require", require.resolve("tsx/cjs"), script], "TERM");
  const child = spawn(program, args, {
    cwd: projectFolder(),
    env: { ...process.env, TMPDIR: folder },
    stdio: ["ignore", "pipe", "inherit"],
  });
  await new Promise<void>((resolve, reject) => {
    child.stdout.on("data", (chunk: Buffer) => chunk.toString().includes("ready") && resolve());
    child.once("exit", (code) => reject(new Error(`it ended too early with ${code}`)));
  });
  return child;
}

describe("what is killed leaves no API server behind", function () {
  this.timeout(180_000);
  const site = siteNames()[0] ?? "";
  let folder: string;
  let sandbox: TestSandbox;
  const tests = path.join(projectFolder(), "tests", "sandbox");
  const toolbox = JSON.stringify(path.join(projectFolder(), "bin", "sandbox", "tools", "toolbox.js"));

  before(async function () {
    if (os.platform() !== "linux") skipped(this, "only Linux lists the processes that work in a folder");
    await toolsOrSkip(this);
  });
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "af-killed-"));
    sandbox = new TestSandbox(site);
  });
  afterEach(async () => {
    await sandbox.remove();
    for (const line of processesWith(folder)) process.kill(Number(line.split(" ")[0]), "SIGKILL");
    fs.rmSync(folder, { recursive: true, force: true });
  });

  const bodies = {
    "a test with a plain control plane": `
      import { ControlPlane } from ${JSON.stringify(path.join(tests, "plugins", "control-plane"))};
      import { toolsAtHand } from ${toolbox};
      void toolsAtHand().then(async ({ found }) => { await new ControlPlane().start(found); console.log("ready"); setInterval(() => 0, 1e6); });`,
    "a test with a sandbox": `
      import { TestSandbox } from ${JSON.stringify(path.join(tests, "e2e", "harness"))};
      import { toolsAtHand } from ${toolbox};
      void toolsAtHand().then(async ({ found }) => {
        await new TestSandbox("site").start(found); console.log("ready"); setInterval(() => 0, 1e6);
      });`,
  };
  for (const [what, body] of Object.entries(bodies)) {
    for (const signal of ["SIGKILL", "SIGTERM"] as const) {
      it(`${what}, by ${signal}`, async () => {
        const child = await testProcess(body, folder);
        assert.ok(processesWith(folder).some((line) => line.includes("kube-apiserver")));
        child.kill(signal);
        await eventually(() => processesWith(folder).length === 0);
        assert.deepEqual(processesWith(folder), []);
      });
    }
  }

  it("`up` while it starts the control plane, by SIGKILL", async () => {
    const { child, finished } = sandbox.commandWith({ AF_SANDBOX_OWNER: "" }, "up", site);
    assert.ok(await eventually(() => readState(sandbox.folder)?.daemons.some(({ name }) => name === "kube-apiserver") === true));
    child.kill("SIGKILL");
    await finished;
    await eventually(() => sandbox.processes().length === 0);
    assert.deepEqual(sandbox.processes(), []);
  });

  it("`up` while the engine works, by SIGKILL", async () => {
    const { child, finished } = sandbox.commandWith({ AF_SANDBOX_OWNER: "" }, "up", site);
    assert.ok(await eventually(() => fs.existsSync(sandbox.folder.file("engine.lock")), 90_000));
    child.kill("SIGKILL");
    await finished;
    await eventually(() => sandbox.processes().length === 0);
    assert.deepEqual(sandbox.processes(), []);
  });

  it("`up` while the engine works, by Ctrl-C, once a second `up` of the same folder was refused; both say what is so", async () => {
    const { child, finished } = sandbox.command("up", site);
    assert.ok(await eventually(() => fs.existsSync(sandbox.folder.file("engine.lock")), 90_000));
    const second = await sandbox.command("up", site).finished;
    assert.equal(second.code, 2, second.stdout + second.stderr);
    assert.match(second.stderr, new RegExp(`Process \\d+ is already at work on the sandbox of ${site}: wait for it, or end it\\.`));
    child.kill("SIGINT");
    const { code, stderr } = await finished;
    assert.notEqual(code, 0);
    assert.match(stderr, /^interrupted: the control plane is stopped, its state is kept; the same command goes on from here$/m);
    assert.deepEqual(sandbox.processes(), []);
    assert.equal(fs.existsSync(sandbox.folder.file("engine.lock")), false);
  });

  it("but a command that ends in order leaves the control plane running", async () => {
    assert.equal((await sandbox.commandWith({ AF_SANDBOX_OWNER: "" }, "preview", site).finished).code, 0);
    // Longer than the supervisor takes to look for its owner.
    await sleep(2_000);
    assert.equal(findControlPlane(sandbox.folder)?.started, false);
  });

  it("and an engine whose control plane ends under it ends too, and says why", async () => {
    const { finished } = sandbox.command("up", site);
    assert.ok(await eventually(() => fs.existsSync(sandbox.folder.file("engine.lock")), 90_000));
    await sleep(3_000);
    const started = Date.now();
    process.kill(Number(fs.readFileSync(sandbox.folder.file("etcd.pid"), "utf8")), "SIGKILL");
    const { code, stderr } = await finished;
    assert.notEqual(code, 0);
    assert.match(stderr, /^The control plane has ended meanwhile: etcd ended \(signal SIGKILL\)/m);
    assert.ok(Date.now() - started < 60_000);
  });
});
