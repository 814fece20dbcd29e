import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { digestIn, publications } from "#af/sandbox/releases/upstream";
import { readReleases } from "#af/sandbox/tools/releases";
import { TOOLS } from "#af/sandbox/tools/tool";
import { projectFolder } from "#af/stacks/site/project";
import { archiveOf, sha256, Upstream } from "../tools/loopback";

describe("the lock file of official releases", function () {
  this.timeout(60_000);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "af-collect-"));
  const output = path.join(folder, "releases.json");
  let upstream: Upstream;
  beforeEach(async () => {
    upstream = await new Upstream().start();
    fs.rmSync(output, { force: true });
  });
  afterEach(() => upstream.stop());
  after(() => fs.rmSync(folder, { recursive: true }));

  const pathOf = (url: string): string => url.replace(/^https:\//, "");

  /** Publishes everything as upstream does, with digests where upstream is known to have them. */
  function publish(): void {
    for (const { tool, platform, url, member, checksums } of publications()) {
      const program = `${tool} for ${platform}\n`;
      const body = member === undefined ? Buffer.from(program) : archiveOf(member, program);
      upstream.files.set(pathOf(url), body);
      const [first] = checksums;
      if (first === undefined) continue;
      const name = url.slice(url.lastIndexOf("/") + 1);
      const before = upstream.files.get(pathOf(first))?.toString() ?? "";
      // Kubernetes' files hold a digest and nothing else.
      const line = first.endsWith(".sha256") ? sha256(body) : `${before}${sha256(body)}  ${name}\n`;
      upstream.files.set(pathOf(first), Buffer.from(line));
    }
  }

  /** Runs the command of the workflow. */
  function run(): Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }> {
    const args = [path.join(projectFolder(), "bin", "sandbox", "releases", "main.js"), "--mirror", upstream.url, "--output", output];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    return new Promise((resolve) => child.once("close", (code) => resolve({ code, stdout, stderr })));
  }

  it("lists what upstream publishes, checked by digest, and says which digests it has computed itself", async () => {
    publish();
    const { code, stderr } = await run();
    assert.equal(code, 0, stderr);
    const { written, releases } = readReleases(output);
    assert.match(written ?? "", /^\d{4}-\d\d-\d\d$/);
    assert.equal(releases.length, publications().length);
    for (const { url, sha256: digest } of releases) assert.equal(digest, sha256(upstream.files.get(pathOf(url)) ?? Buffer.of()), url);
    assert.deepEqual([...new Set(releases.filter(({ digest }) => digest === "computed").map(({ tool }) => tool))], ["kwok"]);
    assert.ok(releases.every(({ url }) => url.startsWith("https://")));
    for (const { name } of TOOLS)
      assert.ok(
        releases.some(({ tool, platform }) => tool === name && platform === "linux-amd64"),
        name,
      );
  });

  it("stays as it is, with its day, while upstream publishes the same", async () => {
    publish();
    await run();
    const before = fs.readFileSync(output, "utf8").replace(/"written": "[^"]+"/, '"written": "2020-01-01"');
    fs.writeFileSync(output, before);
    assert.match((await run()).stdout, /lists these releases already/);
    assert.equal(fs.readFileSync(output, "utf8"), before);
  });

  it("leaves out what is not published", async () => {
    publish();
    const [gone] = publications().filter(({ tool, platform }) => tool === "helm" && platform === "darwin-arm64");
    upstream.files.delete(pathOf(gone?.url ?? ""));
    const { code, stderr } = await run();
    assert.equal(code, 0, stderr);
    assert.match(stderr, /^helm v\S+ for darwin-arm64: not published \(https:\/\/get\.helm\.sh\//m);
    assert.equal(readReleases(output).releases.length, publications().length - 1);
  });

  const spoilt: readonly [what: string, spoil: () => void, expected: RegExp][] = [
    [
      "a download is not what upstream's digest says",
      () => upstream.files.set(pathOf(publications()[0]?.url ?? ""), archiveOf("etcd", "another")),
      /its SHA-256 is [0-9a-f]{64}, upstream publishes [0-9a-f]{64}/,
    ],
    [
      "a checksum file does not name the release",
      () => upstream.files.set(pathOf(publications()[0]?.checksums[0] ?? ""), Buffer.from(`${"0".repeat(64)}  other\n`)),
      /SHA256SUMS holds no SHA-256 of https/,
    ],
    ["a server cannot be reached", () => (upstream.cutAt = 3), /cannot be reached/],
  ];
  for (const [what, spoil, expected] of spoilt) {
    it(`is not written where ${what}`, async () => {
      publish();
      spoil();
      const { code, stderr } = await run();
      assert.equal(code, 1);
      assert.match(stderr, expected);
      assert.doesNotMatch(stderr, /\n\s+at /);
      assert.ok(!fs.existsSync(output));
    });
  }

  it("finds a digest by the name of its file in each form of checksum files", () => {
    const digest = "a".repeat(64);
    assert.equal(digestIn(`${digest}\n`, "x"), digest);
    assert.equal(digestIn(`${"b".repeat(64)}  x.sig\n${digest}  x\n`, "x"), digest);
    assert.equal(digestIn(`${digest.toUpperCase()} *dist/x\n`, "x"), digest);
    assert.equal(digestIn(`${digest}  other\n`, "x"), undefined);
    assert.equal(digestIn("<html>not found</html>\n", "x"), undefined);
  });
});
