import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { diagnose, inLines } from "#af/sandbox/commands/doctor";
import { moduleCache } from "#af/sandbox/tools/build";
import { inWords, minutesToBuild } from "#af/sandbox/tools/estimate";
import { PLATFORMS, type Release, type ReleaseLock, thisPlatform } from "#af/sandbox/tools/releases";
import { publishedVersion, TOOLS } from "#af/sandbox/tools/tool";
import { WIDTH } from "#af/terminal/text";

const notWritten: ReleaseLock = { written: null, releases: [] };
const all: ReleaseLock = {
  written: "2026-01-01",
  releases: TOOLS.map((tool): Release => {
    const platform = PLATFORMS.find((each) => each === thisPlatform()) ?? "linux-amd64";
    const common = { tool: tool.name, version: publishedVersion(tool), platform, sha256: "a".repeat(64) };
    return { ...common, url: `https://example.org/${tool.name}`, digest: "published" };
  }),
};

describe("the doctor", function () {
  this.timeout(30_000);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "af-doctor-"));
  const empty = path.join(folder, "empty");
  fs.mkdirSync(empty);
  const env = { PATH: empty, HOME: folder, XDG_CACHE_HOME: path.join(folder, "cache"), AF_SANDBOX: path.join(folder, "sandbox") };
  after(() => fs.rmSync(folder, { recursive: true }));
  const stateOf = (machine: readonly { name: string; state: string }[], name: RegExp): string =>
    machine.find((feature) => name.test(feature.name))?.state ?? "absent";

  it("says that nothing works without tools, releases and Go, how long building takes, and what to do", async () => {
    const found = await diagnose(env, notWritten);
    assert.equal(found.ready, false);
    assert.deepEqual([...new Set(found.tools.map(({ how }) => how))], ["build"]);
    assert.equal(found.minutes, minutesToBuild(TOOLS));
    assert.match(found.releases, /not written yet/);
    assert.equal(stateOf(found.machine, /^Go/), "lacking");
    const text = inLines(found).join("\n");
    assert.match(text, /8 tools: 0 there, 0 to download, 8 to build, about \d+ (min|h)/);
    assert.match(text, /What to do:\n {2}Go [\d.]+ or newer\n {4}No Go on this machine/);
    assert.match(text, /cannot work yet/);
  });

  it("asks for no Go where official releases can be had, and says where they come from", async () => {
    const found = await diagnose(env, all);
    assert.equal(found.ready, true);
    assert.deepEqual([...new Set(found.tools.map(({ how }) => how))], ["fetch"]);
    assert.equal(found.tools[0]?.where, "https://example.org/etcd");
    assert.equal(stateOf(found.machine, /^Go/), "limited");
  });

  it("is content without Go and without releases where all is built", async () => {
    for (const { name, module: toolModule } of TOOLS) {
      const built = moduleCache(toolModule, path.join(env.XDG_CACHE_HOME, "analysis-facility"));
      fs.mkdirSync(built, { recursive: true });
      fs.writeFileSync(path.join(built, name), "");
    }
    const found = await diagnose(env, notWritten);
    fs.rmSync(env.XDG_CACHE_HOME, { recursive: true });
    assert.deepEqual([found.ready, found.minutes, stateOf(found.machine, /^Go/)], [true, 0, "ok"]);
    assert.ok(found.tools.every(({ how }) => how === "use"));
  });

  it("names what is on the machine but is not used", async () => {
    const old = path.join(folder, "old");
    fs.mkdirSync(old);
    fs.writeFileSync(path.join(old, "etcd"), "#!/bin/sh\necho v2.0.0\n", { mode: 0o755 });
    const plugin = path.join(folder, ".pulumi", "plugins", "resource-kubernetes-v4.0.0", "pulumi-resource-kubernetes");
    fs.mkdirSync(path.dirname(plugin), { recursive: true });
    fs.writeFileSync(plugin, "", { mode: 0o755 });
    const text = inLines(await diagnose({ ...env, PATH: `${old}${path.delimiter}/bin` }, notWritten)).join("\n");
    assert.match(text, new RegExp(`Not used:\\n {2}${old}/etcd\\n {4}version v2\\.0\\.0, the sandbox needs`));
    assert.ok(text.includes(`  ${plugin}\n    version 4.0.0, the program's SDK asks for `), text);
  });

  it("says on macOS that charts from loopback are not trusted", async () => {
    const { machine } = await diagnose(env, all, "darwin");
    assert.equal(stateOf(machine, /^trust/), "limited");
    assert.equal(stateOf((await diagnose(env, all, "linux")).machine, /^trust/), "ok");
  });

  it("changes nothing and fits a terminal, but for paths", async () => {
    const before = fs.readdirSync(folder).sort();
    for (const lock of [notWritten, all]) {
      const lines = inLines(await diagnose(env, lock));
      const long = lines.filter((line) => line.length > WIDTH && !line.trim().startsWith("/"));
      assert.deepEqual(long, []);
    }
    assert.deepEqual(fs.readdirSync(folder).sort(), before);
  });
});

describe("how long building takes", () => {
  it("is halved by twice the cores, up to eight, and is a sum of its parts", () => {
    assert.equal(minutesToBuild(TOOLS, 4) * 2, minutesToBuild(TOOLS, 2));
    assert.equal(minutesToBuild(TOOLS, 64), minutesToBuild(TOOLS, 8));
    const parts = TOOLS.reduce((sum, tool) => sum + minutesToBuild([tool], 2), 0);
    assert.ok(Math.abs(parts - minutesToBuild(TOOLS, 2)) < 1e-9);
  });

  it("is said in words", () => {
    assert.deepEqual([0.05, 0.5, 1, 32.2, 64.4].map(inWords), ["10 s", "30 s", "1 min", "32 min", "1 h 4 min"]);
  });
});
