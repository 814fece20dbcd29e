import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { downloadRelease, RefusedDownload, releaseFolder, Unreachable } from "#af/sandbox/tools/download";
import type { Release } from "#af/sandbox/tools/releases";
import { archiveOf, sha256, Upstream } from "./loopback";

describe("downloading an official release", function () {
  this.timeout(30_000);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "af-download-"));
  const never = new AbortController().signal;
  const program = "#!/bin/sh\necho v9.9.9\n";
  let upstream: Upstream;
  let cache: string;
  let count = 0;
  const listener = { received: () => undefined, waiting: () => undefined };
  beforeEach(async () => {
    upstream = await new Upstream().start();
    cache = path.join(folder, String(count++));
  });
  afterEach(() => upstream.stop());
  after(() => fs.rmSync(folder, { recursive: true }));

  /** A release that the server has, as it is or in an archive. */
  function published(member?: string): Release {
    const body = member === undefined ? Buffer.from(program) : archiveOf(member, program);
    upstream.files.set("/etcd", body);
    return {
      ...{ tool: "etcd" as const, version: "v9.9.9", platform: "linux-amd64" as const, digest: "published" as const },
      ...{ url: `${upstream.url}/etcd`, sha256: sha256(body), ...(member !== undefined && { member }) },
    };
  }

  for (const member of [undefined, "etcd-v9.9.9-linux-amd64/etcd"]) {
    it(`puts a program into the cache that runs, and asks for it once: ${member ?? "as it is"}`, async () => {
      const release = published(member);
      const both = await Promise.all([0, 1].map(() => downloadRelease(release, listener, never, cache)));
      assert.equal(both[0], both[1]);
      assert.equal(execFileSync(both[0] ?? "", { encoding: "utf8" }), "v9.9.9\n");
      assert.deepEqual(upstream.asked, ["/etcd"]);
      assert.deepEqual(fs.readdirSync(cache), [path.basename(releaseFolder(release, cache))]);
      assert.deepEqual(fs.readdirSync(releaseFolder(release, cache)), ["etcd"]);
    });
  }

  const refused: readonly [what: string, spoil: (release: Release) => Release, expected: RegExp][] = [
    ["another program", (release) => ({ ...release, sha256: "0".repeat(64) }), /is not used: its SHA-256 is [0-9a-f]{64}, .* says 0{64}$/],
    ["an archive without the program", (release) => ({ ...release, member: "elsewhere/etcd" }), /holds no elsewhere\/etcd$/],
    ["nothing", (release) => ({ ...release, url: `${release.url}-none` }), /etcd-none answers 404$/],
  ];
  for (const [what, spoil, expected] of refused) {
    it(`uses nothing and keeps nothing where the server has ${what}`, async () => {
      await assert.rejects(downloadRelease(spoil(published("etcd")), listener, never, cache), (error: Error) => {
        assert.ok(error instanceof RefusedDownload);
        assert.match(error.message, expected);
        return true;
      });
      assert.deepEqual(fs.readdirSync(cache), []);
    });
  }

  it("calls what is no archive by its name", async () => {
    const release = { ...published(), member: "etcd" };
    await assert.rejects(downloadRelease(release, listener, never, cache), /is no archive that can be read|holds no etcd/);
    assert.deepEqual(fs.readdirSync(cache), []);
  });

  it("keeps nothing of a download that breaks off, and goes on when it is run again", async () => {
    const release = published();
    upstream.cutAt = 5;
    await assert.rejects(downloadRelease(release, listener, never, cache), Unreachable);
    assert.deepEqual(fs.readdirSync(cache), []);
    upstream.cutAt = undefined;
    assert.ok(fs.existsSync(await downloadRelease(release, listener, never, cache)));
  });

  it("gives up soon where nobody answers, listens or has a name", async () => {
    const release = published();
    upstream.silent = true;
    const started = Date.now();
    await assert.rejects(
      downloadRelease(release, listener, never, cache),
      /127\.0\.0\.1:\d+ cannot be reached \(it does not answer in time\)$/,
    );
    assert.ok(Date.now() - started < 10_000);
    const deaf = { ...release, url: "http://127.0.0.1:9/etcd" };
    await assert.rejects(downloadRelease(deaf, listener, never, cache), (error: Error) => error instanceof Unreachable);
    const nameless = { ...release, url: "https://no-such-host.invalid/etcd" };
    await assert.rejects(downloadRelease(nameless, listener, never, cache), /no-such-host\.invalid cannot be reached/);
  });

  it("ends when it is interrupted, and keeps nothing", async () => {
    const release = published();
    upstream.silent = true;
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 100);
    await assert.rejects(downloadRelease(release, listener, stop.signal, cache));
    assert.deepEqual(fs.readdirSync(cache), []);
  });
});
