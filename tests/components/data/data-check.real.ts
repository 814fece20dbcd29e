import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { CHECK_SCRIPT } from "#af/components/data/check-script";
import { freePorts } from "#af/sandbox/control-plane/ports";
import { startXrootd, type RunningXrootd } from "../../support/xrootd";

const PATH = "/store/test/known";

/** Two doors and a cache of XRootD's own, and the script as the job's shell runs it. */
describe("the job that reads a known file at every hop", function () {
  this.timeout(180_000);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "af-check-"));
  const running: RunningXrootd[] = [];
  let [door, other, cache] = ["", "", ""];
  const script = path.join(folder, "check.sh");

  before(async function () {
    fs.chmodSync(folder, 0o755);
    fs.writeFileSync(script, CHECK_SCRIPT);
    const start = async (name: string, contents: string) => {
      const root = path.join(folder, name);
      fs.mkdirSync(path.join(root, path.dirname(PATH)), { recursive: true });
      fs.writeFileSync(path.join(root, PATH), contents);
      const started = await startXrootd(this, folder, { name, root });
      running.push(started);
      return started.address;
    };
    door = await start("door", "the same everywhere\n");
    other = await start("other", "another file\n");
    const kept = path.join(folder, "kept");
    fs.mkdirSync(kept);
    fs.chmodSync(kept, 0o777);
    const lines = [
      "ofs.osslib libXrdPss.so",
      `pss.origin ${door}`,
      "pss.cachelib libXrdPfc.so",
      "pfc.ram 1g",
      "pfc.prefetch 0",
      "pfc.diskusage 0.98 0.99",
    ];
    const started = await startXrootd(this, folder, { name: "cache", root: kept, lines });
    running.push(started);
    cache = started.address;
  });
  after(async () => {
    for (const { program } of running) await program.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  function read(hops: readonly (readonly [hop: string, address: string])[], token?: string) {
    const work = fs.mkdtempSync(path.join(folder, "work-"));
    const files = { DATA_CHECK_TOKEN: path.join(work, "given"), DATA_CHECK_HOPS: path.join(work, "hops") };
    if (token !== undefined) fs.writeFileSync(files.DATA_CHECK_TOKEN, token, { mode: 0o440 });
    fs.writeFileSync(files.DATA_CHECK_HOPS, hops.map(([hop, address]) => `${hop} root://${address}/${PATH}\n`).join(""));
    const summary = path.join(work, "summary");
    const env = { PATH: process.env["PATH"], ...files, DATA_CHECK_WORK: work, DATA_CHECK_SUMMARY: summary };
    const { status, stdout, stderr } = spawnSync("sh", [script], { encoding: "utf8", env: { ...env, XRD_CONNECTIONWINDOW: "2" } });
    return { status, stdout, stderr, work, summary: fs.existsSync(summary) ? fs.readFileSync(summary, "utf8").trim() : "" };
  }

  it("times each hop of a whole path, through the cache too", () => {
    const { status, stdout, summary } = read([
      ["door", door],
      ["cache", cache],
      ["cache-again", cache],
      ["origin", door],
    ]);
    assert.equal(status, 0, stdout);
    assert.equal(summary, "");
    const lines = stdout.trim().split("\n");
    assert.deepEqual(
      lines.map((line) => /^hop=(\S+) state=ok seconds=\d+\.\d{3} bytes=20$/.exec(line)?.[1]),
      ["door", "cache", "cache-again", "origin"],
    );
  });

  it("names a hop that is down, one that has no such file, and one that gives other contents, and tries the rest", async () => {
    const [closed] = await freePorts(1);
    const { status, stdout, summary } = read([
      ["door", door],
      ["silent", `127.0.0.1:${closed}`],
      ["other", other],
      ["cache", cache],
    ]);
    assert.equal(status, 1);
    assert.equal(summary, "broken: silent other");
    assert.match(stdout, /hop=silent state=broken seconds=\d+\.\d{3} because: .*(refused|Connection error|TimerExpired|timed out)/i);
    assert.match(stdout, /hop=other state=broken .* because: other contents/);
    assert.match(stdout, /hop=cache state=ok/);
  });

  it("shows a token that only the job's user may read, though the kubelet lets the group read the Secret", () => {
    const { work } = read([], "a.b.c");
    assert.equal(fs.readFileSync(path.join(work, "token"), "utf8"), "a.b.c");
    assert.equal(fs.statSync(path.join(work, "token")).mode & 0o777, 0o600);
  });
});
