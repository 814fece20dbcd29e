import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { Writable } from "node:stream";
import { moduleCache } from "#af/sandbox/tools/build";
import { readReleases, type Release, type ReleaseLock, releaseOf, thisPlatform } from "#af/sandbox/tools/releases";
import { surveyTools } from "#af/sandbox/tools/survey";
import { publishedVersion, type Tool, type ToolName, TOOLS } from "#af/sandbox/tools/tool";
import { provideTools, type Toolbox } from "#af/sandbox/tools/toolbox";
import { Progress } from "#af/terminal/progress";
import { sha256, Upstream } from "./loopback";

const tool = (name: ToolName): Tool => TOOLS.find((each) => each.name === name) as Tool;

describe("providing the tools", function () {
  this.timeout(30_000);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "af-toolbox-"));
  const before = { PATH: process.env["PATH"], XDG_CACHE_HOME: process.env["XDG_CACHE_HOME"], PULUMI_HOME: process.env["PULUMI_HOME"] };
  const mine = path.join(folder, "bin");
  let upstream: Upstream;
  let cache: string;
  let count = 0;
  beforeEach(async () => {
    upstream = await new Upstream().start();
    const own = path.join(folder, String(count++));
    cache = path.join(own, "analysis-facility");
    fs.rmSync(mine, { recursive: true, force: true });
    fs.mkdirSync(mine, { recursive: true });
    // `sh` and what a fake Go needs, and no Go.
    for (const name of ["sh", "cat", "touch"]) fs.symlinkSync(path.join("/bin", name), path.join(mine, name));
    Object.assign(process.env, { PATH: mine, XDG_CACHE_HOME: own, PULUMI_HOME: path.join(folder, "none") });
  });
  afterEach(() => upstream.stop());
  after(() => {
    for (const [name, value] of Object.entries(before)) if (value === undefined) delete process.env[name];
    Object.assign(process.env, Object.fromEntries(Object.entries(before).filter(([, value]) => value !== undefined)));
    fs.rmSync(folder, { recursive: true });
  });

  /** A Go that writes down what it builds. */
  function fakeGo(): () => readonly string[] {
    const log = path.join(mine, "built");
    fs.writeFileSync(
      path.join(mine, "go"),
      `#!/bin/sh\n[ "$1" = version ] && { echo go version go1.99.0 x; exit; }\n[ "$1" = list ] && { echo ${folder}; exit; }\n` +
        `while [ $# -gt 1 ]; do [ "$1" = -o ] && out=$2; shift; done\necho "$1" >> ${log}\necho program > "$out"\n`,
      { mode: 0o755 },
    );
    fs.mkdirSync(path.join(folder, "cmd", "pulumi-resource-kubernetes"), { recursive: true });
    fs.writeFileSync(path.join(folder, "cmd", "pulumi-resource-kubernetes", "schema.json"), "{}");
    return () => (fs.existsSync(log) ? fs.readFileSync(log, "utf8").trim().split("\n") : []);
  }

  /** A lock file with releases of these tools that the server has. */
  function lockOf(...names: readonly ToolName[]): ReleaseLock {
    const body = Buffer.from("program\n");
    const releases = names.map((name): Release => {
      upstream.files.set(`/${name}`, body);
      return {
        ...{ tool: name, version: publishedVersion(tool(name)), platform: thisPlatform() as Release["platform"], digest: "published" },
        ...{ url: `${upstream.url}/${name}`, sha256: sha256(body) },
      };
    });
    return { written: "2026-01-01", releases };
  }

  async function provide(lock: ReleaseLock): Promise<{ readonly tools: Toolbox; readonly said: readonly string[] }> {
    const said: string[] = [];
    const quiet = new Writable({ write: (_chunk, _encoding, done) => done() });
    const signal = new AbortController().signal;
    const tools = await provideTools({ progress: new Progress(quiet), say: (line) => said.push(line), signal, lock });
    return { tools, said };
  }
  const sources = (tools: Toolbox): Readonly<Record<string, string>> =>
    Object.fromEntries(Object.entries(tools).map(([name, { source }]) => [name, source]));

  it("asks for no Go and no network where all of them are found or built, in part each", async () => {
    const assets = path.join(folder, "assets");
    fs.mkdirSync(assets, { recursive: true });
    fs.writeFileSync(path.join(assets, "etcd"), `#!/bin/sh\necho ${publishedVersion(tool("etcd"))}\n`, { mode: 0o755 });
    const pulumi = path.join(folder, "home", "bin");
    fs.mkdirSync(pulumi, { recursive: true });
    fs.writeFileSync(path.join(pulumi, "pulumi"), "#!/bin/sh\necho v3.999.0\n", { mode: 0o755 });
    for (const { name, module: toolModule } of TOOLS.filter((each) => !["etcd", "pulumi"].includes(each.name))) {
      fs.mkdirSync(moduleCache(toolModule, cache), { recursive: true });
      fs.writeFileSync(path.join(moduleCache(toolModule, cache), name), "program");
    }
    Object.assign(process.env, { KUBEBUILDER_ASSETS: assets, PULUMI_HOME: path.dirname(pulumi) });
    try {
      const { tools } = await provide(lockOf("kwok"));
      const found = sources(tools);
      assert.deepEqual([found["etcd"], found["pulumi"], found["kwok"]], ["KUBEBUILDER_ASSETS", "Pulumi's folder", "cache"]);
      assert.deepEqual(upstream.asked, []);
    } finally {
      delete process.env["KUBEBUILDER_ASSETS"];
    }
  });

  it("downloads what the lock file has, builds the rest, and does neither again", async () => {
    const built = fakeGo();
    const lock = lockOf("etcd", "kube-apiserver", "pulumi-resource-kubernetes");
    const { tools } = await provide(lock);
    assert.deepEqual(upstream.asked, ["/etcd", "/kube-apiserver", "/pulumi-resource-kubernetes"]);
    // Of the three programs of one module, the one that was downloaded is not built.
    assert.deepEqual(
      built()
        .map((each) => each.split("/").at(-1))
        .sort(),
      ["helm", "kube-controller-manager", "kube-scheduler", "kwok", "pulumi"],
    );
    assert.equal(sources(tools)["etcd"], "downloaded");
    assert.equal(sources(tools)["kube-scheduler"], "built");
    fs.rmSync(path.join(mine, "go"));
    const again = await provide(lock);
    assert.deepEqual([...new Set(Object.values(sources(again.tools)))], ["cache"]);
    assert.equal(upstream.asked.length, 3);
  });

  it("says in one line that there is no network, tries no other download, and builds", async () => {
    const built = fakeGo();
    const lock = lockOf("etcd", "kwok", "helm");
    upstream.stop();
    const { said } = await provide(lock);
    assert.deepEqual(
      said.filter((line) => line.includes("127.0.0.1")).map((line) => line.replace(/\(.*\)/, "()")),
      [`${new URL(lock.releases[0]?.url ?? "").host} cannot be reached (): Go builds what is missing`],
    );
    assert.equal(built().length, TOOLS.length);
  });

  it("does not use a download of another digest, says both, goes on with the next one, and builds that one", async () => {
    const built = fakeGo();
    const lock = lockOf("etcd", "kwok");
    upstream.files.set("/etcd", Buffer.from("another"));
    const { tools, said } = await provide(lock);
    const refusals = said.filter((line) => line.includes("is not used"));
    assert.equal(refusals.length, 1);
    assert.ok(refusals[0]?.includes(sha256(Buffer.from("another"))) && refusals[0].includes(sha256(Buffer.from("program\n"))));
    assert.deepEqual([sources(tools)["etcd"], sources(tools)["kwok"]], ["built", "downloaded"]);
    assert.ok(built().some((each) => each.includes("etcd")));
  });

  it("says before it builds how long it will take", async () => {
    fakeGo();
    const { said } = await provide({ written: null, releases: [] });
    assert.ok(
      said.some((line) => /^Go builds 8 programs, the first time only: about \d+ (min|h)/.test(line)),
      said.join("\n"),
    );
  });

  it("takes a release of the wanted version and of this platform only, and says why not", async () => {
    const lock = lockOf("etcd");
    const [release] = lock.releases as [Release];
    const reason = (changed: ReleaseLock): string => {
      const found = releaseOf(changed, tool("etcd"));
      return "none" in found ? found.none : "released";
    };
    assert.equal(reason(lock), "released");
    assert.match(reason({ ...lock, releases: [{ ...release, version: "v3.0.0" }] }), /^the lock file has v3\.0\.0, the sandbox needs v/);
    assert.match(reason({ ...lock, releases: [{ ...release, platform: "darwin-arm64" }] }), /^upstream publishes none for /);
    assert.match(reason({ written: null, releases: [] }), /not written yet/);
    const surveyed = await surveyTools({ lock: { written: null, releases: [] } });
    assert.deepEqual([...new Set(surveyed.map(({ decision }) => decision.kind))], ["build"]);
  });

  it("refuses a lock file that is not as it must be, with each problem", () => {
    const file = path.join(folder, "releases.json");
    const [release] = lockOf("etcd").releases as [Release];
    fs.writeFileSync(file, JSON.stringify({ written: "today", releases: [{ ...release, sha256: "abc", url: "file:///etc/passwd" }] }));
    assert.throws(
      () => readReleases(file),
      (error: Error) => {
        assert.match(error.message, /releases\.json: 3 problems/);
        for (const where of ["written", "releases.0.sha256", "releases.0.url"])
          assert.ok(error.message.includes(`  ${where}: `), error.message);
        return true;
      },
    );
    assert.throws(() => readReleases(path.join(folder, "none.json")), /none\.json cannot be read/);
    assert.ok(readReleases());
  });
});
