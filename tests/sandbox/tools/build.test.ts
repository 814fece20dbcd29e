import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { CommandFailure } from "#af/terminal/failure";
import { buildFailure, type BuildListener, buildTools, findGo, goLine, isOlder, moduleCache } from "#af/sandbox/tools/build";
import { tryLock } from "#af/sandbox/tools/lock";
import { TOOLS, type Tool } from "#af/sandbox/tools/tool";

const etcd = TOOLS.find((each) => each.name === "etcd") as Tool;
const kubernetes = TOOLS.filter((each) => each.module === "kubernetes");

describe("building the tools", () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "af-build-"));
  const cache = path.join(folder, "cache");
  const before = process.env["PATH"];
  let built: string[] = [];
  const listener: BuildListener = {
    building: (tool) => void built.push(tool.name),
    built: () => undefined,
    waiting: () => undefined,
  };
  const never = new AbortController().signal;

  /** A Go that does what the script says; `$out` is the file that it is to write. */
  function fakeGo(script: string): void {
    const file = path.join(folder, "bin", "go");
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, `#!/bin/sh\nwhile [ $# -gt 0 ]; do [ "$1" = -o ] && out=$2; shift; done\n${script}\n`, { mode: 0o755 });
    process.env["PATH"] = `${path.dirname(file)}${path.delimiter}${before ?? ""}`;
  }

  beforeEach(() => {
    built = [];
    fs.rmSync(cache, { recursive: true, force: true });
  });
  afterEach(() => void (process.env["PATH"] = before));
  after(() => fs.rmSync(folder, { recursive: true, force: true }));

  it("happens once for two that want it, and never again", async () => {
    fakeGo('sleep 0.3; echo program > "$out"');
    const both = await Promise.all([buildTools(kubernetes, listener, never, cache), buildTools(kubernetes, listener, never, cache)]);
    assert.equal(both[0], both[1]);
    assert.deepEqual(built, ["kube-apiserver", "kube-scheduler", "kube-controller-manager"]);
    assert.deepEqual(fs.readdirSync(both[0]).sort(), ["kube-apiserver", "kube-controller-manager", "kube-scheduler"]);
    await buildTools(kubernetes, listener, never, cache);
    assert.equal(built.length, 3);
  });

  it("leaves nothing behind when it fails", async () => {
    fakeGo('echo half > "$out"; echo "undefined: Foo" >&2; exit 1');
    await assert.rejects(buildTools([etcd], listener, never, cache), (error: CommandFailure) => {
      assert.equal(error.exitCode, 2);
      assert.match(error.message, /Building etcd failed with exit code 1: undefined: Foo/);
      return true;
    });
    assert.deepEqual(fs.readdirSync(cache), []);
  });

  it("leaves nothing behind when it is interrupted", async () => {
    fakeGo('echo half > "$out"; exec sleep 30');
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 200);
    await assert.rejects(buildTools([etcd], listener, stop.signal, cache));
    assert.deepEqual(fs.readdirSync(cache), []);
  });

  it("takes over from a builder that was killed", async () => {
    const finished = moduleCache("etcd", cache);
    fs.mkdirSync(`${finished}.building`, { recursive: true });
    fs.writeFileSync(path.join(`${finished}.building`, "etcd"), "half");
    // No process has this number: Linux gives none above 4194304.
    fs.writeFileSync(`${finished}.lock`, "4194399\n");
    fakeGo('echo program > "$out"');
    const where = await buildTools([etcd], listener, never, cache);
    assert.equal(fs.readFileSync(path.join(where, "etcd"), "utf8"), "program\n");
    assert.deepEqual(fs.readdirSync(cache), [path.basename(finished)]);
  });

  it("keeps what is built before it fails, and builds the rest the next time", async () => {
    fakeGo('case $out in *scheduler) exit 1;; esac; echo program > "$out"');
    await assert.rejects(buildTools(kubernetes, listener, never, cache));
    assert.deepEqual(fs.readdirSync(moduleCache("kubernetes", cache)), ["kube-apiserver"]);
    fakeGo('echo program > "$out"');
    built = [];
    await buildTools(kubernetes, listener, never, cache);
    assert.deepEqual(built, ["kube-scheduler", "kube-controller-manager"]);
  });

  it("builds of a module what is wanted, and says so if tools of two modules are asked for at once", async () => {
    fakeGo('echo program > "$out"');
    const folder = await buildTools(kubernetes.slice(1, 2), listener, never, cache);
    assert.deepEqual(fs.readdirSync(folder), ["kube-scheduler"]);
    await assert.rejects(buildTools([etcd, ...kubernetes], listener, never, cache), /tools of one module/);
  });

  it("has a folder for each module, whatever Go there is", () => {
    const folders = new Set(TOOLS.map((tool) => moduleCache(tool.module, cache)));
    assert.equal(folders.size, new Set(TOOLS.map((tool) => tool.module)).size);
    fakeGo("echo go version go1.99.0 linux/amd64");
    for (const tool of TOOLS) assert.ok(folders.has(moduleCache(tool.module, cache)));
  });

  it("says in one line what to do without Go, or with an old one", async () => {
    await assert.rejects(findGo({ PATH: path.join(folder, "empty") }), (error: CommandFailure) => {
      assert.match(error.message, new RegExp(`No Go on this machine.*Go ${goLine()} or newer.*KUBEBUILDER_ASSETS.*doctor`));
      assert.ok(!error.message.includes("\n"));
      return error.exitCode === 2;
    });
    fakeGo("echo go version go1.19.2 linux/amd64");
    await assert.rejects(findGo({ PATH: path.join(folder, "bin") }), /Go 1\.19\.2 is too old: the sandbox's tools need Go 1\.\d+/);
  });

  it("says what to do about each thing that Go complains of", () => {
    const cases: readonly [said: string, expected: RegExp][] = [
      [
        'go: downloading x\ngo: x: Get "https://proxy": dial tcp: lookup proxy: no such host',
        /could not download what etcd is built from.*GOPROXY/,
      ],
      ["write /tmp/x: no space left on device", /The disk is full: .* MB left.*GOCACHE/],
      ["verifying x: checksum mismatch", /not what go\.sum says.*go clean -modcache/],
      ["", /exit code 1: nothing was printed/],
    ];
    for (const [said, expected] of cases) {
      const failure = buildFailure(etcd, said, 1);
      assert.match(failure.message, expected);
      assert.ok(!failure.message.includes("\n"));
    }
  });

  it("orders versions by number, not by letter", () => {
    assert.equal(isOlder("1.9.0", "1.10"), true);
    assert.equal(isOlder("1.26.8", "1.26.8"), false);
    assert.equal(isOlder("1.27", "1.26.8"), false);
  });

  it("gives a lock to one only, until it is released", () => {
    const file = path.join(folder, "some.lock");
    const first = tryLock(file);
    assert.ok("release" in first);
    assert.deepEqual(tryLock(file), { heldBy: process.pid });
    first.release();
    const second = tryLock(file);
    assert.ok("release" in second);
    second.release();
    assert.ok(!fs.existsSync(file));
  });
});
