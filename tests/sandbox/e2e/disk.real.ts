import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { freeBytes } from "#af/sandbox/disk";
import { buildTools } from "#af/sandbox/tools/build";
import { downloadRelease } from "#af/sandbox/tools/download";
import { type Tool, TOOLS } from "#af/sandbox/tools/tool";
import { siteNames } from "#af/stacks/site/project";
import { sha256, Upstream } from "../tools/loopback";
import { TestSandbox, toolsOrSkip } from "./harness";

/** Runs a command as root, if the user is root or may become so without a word. */
function asRoot(command: string, ...args: readonly string[]): boolean {
  const [program, ...rest] = process.getuid?.() === 0 ? [command, ...args] : ["sudo", "-n", command, ...args];
  return spawnSync(program, rest).status === 0;
}

describe("a full disk is said as such, in one line with the path and the remedy", function () {
  this.timeout(120_000);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "af-disk-"));
  const site = siteNames()[0] ?? "";
  const never = new AbortController().signal;
  const mounted: string[] = [];
  let upstream: Upstream;

  /** A small file system; the test is skipped where none can be mounted. */
  function disk(context: Mocha.Context, megabytes: number): string {
    const where = fs.mkdtempSync(path.join(folder, "disk-"));
    const owner = `size=${megabytes}m,uid=${process.getuid?.() ?? 0},gid=${process.getgid?.() ?? 0}`;
    if (!asRoot("mount", "-t", "tmpfs", "-o", owner, "tmpfs", where)) {
      console.log("      skipped: only root can mount a small file system");
      return context.skip();
    }
    mounted.push(where);
    return where;
  }

  before(async () => {
    upstream = await new Upstream().start();
  });
  after(() => {
    upstream.stop();
    for (const where of mounted) asRoot("umount", where);
    fs.rmSync(folder, { recursive: true, force: true });
  });

  for (const [what, megabytes] of [
    ["before anything starts", 1],
    ["by etcd", 20],
  ] as const) {
    it(`when \`up\` starts: found ${what}`, async function () {
      await toolsOrSkip(this);
      const where = disk(this, megabytes);
      const sandbox = new TestSandbox(site);
      try {
        const { code, stderr } = await sandbox.commandWith({ AF_SANDBOX: where }, "up", site).finished;
        assert.equal(code, 1);
        const lines = stderr.split("\n").filter((line) => line.includes("disk"));
        assert.deepEqual(
          lines.map((line) => line.replace(/\d+ MB/, "N MB")),
          [
            `The disk is full: ${path.join(where, site)} has N MB left. Make room there, or set AF_SANDBOX to a folder on another disk; then run again.`,
          ],
        );
        assert.doesNotMatch(stderr, /\n\s+at /);
      } finally {
        await sandbox.remove();
      }
    });
  }

  it("when an official release is downloaded", async function () {
    const where = disk(this, 1);
    const body = Buffer.alloc(3e6, "x");
    upstream.files.set("/etcd", body);
    const release = { tool: "etcd", version: "v9.9.9", platform: "linux-amd64", digest: "published" } as const;
    const listener = { received: () => undefined, waiting: () => undefined };
    const downloading = downloadRelease({ ...release, url: `${upstream.url}/etcd`, sha256: sha256(body) }, listener, never, where);
    await assert.rejects(downloading, new RegExp(`^DiskFull: The disk is full: ${where} has \\d MB left.*XDG_CACHE_HOME`));
    assert.deepEqual(fs.readdirSync(where), []);
  });

  it("when Go builds", async function () {
    const where = disk(this, 1);
    const etcd = TOOLS.find(({ name }) => name === "etcd") as Tool;
    const go = path.join(folder, "bin", "go");
    fs.mkdirSync(path.dirname(go));
    // It writes the program where Go would, and says what the system says.
    fs.writeFileSync(go, '#!/bin/sh\nwhile [ "$1" != -o ]; do shift; done\nexec dd if=/dev/zero of="$2" bs=1M count=3\n', { mode: 0o755 });
    const before = process.env["PATH"];
    process.env["PATH"] = `${path.dirname(go)}${path.delimiter}${before ?? ""}`;
    try {
      const listener = { building: () => undefined, built: () => undefined, waiting: () => undefined };
      await assert.rejects(buildTools([etcd], listener, never, where), /^DiskFull: The disk is full: .* MB left.*GOCACHE/);
      assert.deepEqual(fs.readdirSync(where), []);
    } finally {
      process.env["PATH"] = before;
    }
  });

  it("and the room that is left is that of the nearest folder that exists", function () {
    const where = disk(this, 2);
    assert.ok(freeBytes(path.join(where, "not", "there")) <= 2 * 2 ** 20);
  });
});
