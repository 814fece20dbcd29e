import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { exporterArguments } from "#af/components/data/check-objects";
import { checkMonitoring } from "#af/components/data/check-rules";
import { CHECK_METRICS, checkScript } from "#af/components/data/check-script";
import { freePorts } from "#af/sandbox/control-plane/ports";
import { NODE_EXPORTER } from "#af/sandbox/tools/tool";
import { requireBuilt } from "../../support/built-program";
import { pythonEnvironment } from "../../support/python";
import { StartedProgram } from "../../support/started-program";
import { startXrootd, type RunningXrootd } from "../../support/xrootd";
import { PATIENCE_MS } from "../../support/patience";

const PATH = "/store/test/known";

type Families = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** What one start of the check did. */
interface Checked {
  readonly work: string;
  readonly log: string;
  /** What the exporter's folder holds. */
  readonly metrics: string;
}

/** Two doors and a cache of XRootD's own, the script as the pod's shell runs it, and the exporter that tells what it wrote. */
describe("the check that reads a known file at every hop", function () {
  this.timeout(700_000);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "af-check-"));
  const running: RunningXrootd[] = [];
  let [door, other, cache] = ["", "", ""];
  const script = path.join(folder, "check.sh");

  before(async function () {
    fs.chmodSync(folder, 0o755);
    fs.writeFileSync(script, checkScript(3600));
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

  /** Starts the check, waits until so many runs have ended, and stops it as the kubelet does. */
  async function read(
    hops: readonly (readonly [hop: string, address: string])[],
    { token, runs = 1, between }: { token?: string; runs?: number; between?: () => void } = {},
  ): Promise<Checked> {
    const work = fs.mkdtempSync(path.join(folder, "work-"));
    const files = { DATA_CHECK_TOKEN: path.join(work, "given"), DATA_CHECK_HOPS: path.join(work, "hops") };
    if (token !== undefined) fs.writeFileSync(files.DATA_CHECK_TOKEN, token, { mode: 0o440 });
    fs.writeFileSync(files.DATA_CHECK_HOPS, hops.map(([hop, address]) => `${hop} root://${address}/${PATH}\n`).join(""));
    const metrics = path.join(work, "metrics");
    fs.mkdirSync(metrics);
    const env = { PATH: process.env["PATH"], ...files, DATA_CHECK_WORK: work, DATA_CHECK_METRICS: metrics };
    const program = new StartedProgram(["sh", script], { env: { ...env, ...(runs > 1 && { DATA_CHECK_PAUSE: "1" }) } }, "TERM");
    const written = path.join(metrics, "data-check.prom");
    let [ended, last] = [0, 0];
    let stopped = 0;
    try {
      await program.until(
        `${runs} runs`,
        () => {
          const ino = fs.statSync(written, { throwIfNoEntry: false })?.ino ?? 0;
          if (ino !== last) [ended, last] = [ended + 1, ino];
          if (ended === 1) between?.();
          return Promise.resolve(ended >= runs);
        },
        120_000,
      );
    } finally {
      stopped = Date.now();
      await program.stop(PATIENCE_MS);
    }
    assert.ok(Date.now() - stopped < PATIENCE_MS, "it does not end by itself");
    return { work, log: program.log, metrics };
  }

  /** What the exporter serves of a folder, as Prometheus' own library reads it: values by metric and hop. */
  async function served(suite: Mocha.Context, metrics: string): Promise<Families> {
    const [port] = await freePorts(1);
    const address = `127.0.0.1:${port}`;
    const exporter = new StartedProgram([await requireBuilt(suite, NODE_EXPORTER), ...exporterArguments(metrics, address)], {
      env: process.env,
    });
    try {
      await exporter.until("the exporter answers", async () => (await fetch(`http://${address}/`)).ok);
      const answer = await fetch(`http://${address}/metrics`);
      const python = await pythonEnvironment(suite, path.join(__dirname, "python", "metrics.txt"));
      return (await python.ask(path.join(__dirname, "python", "reads_metrics.py"), { text: await answer.text() })) as Families;
    } finally {
      await exporter.stop();
    }
  }

  it("times each hop of a whole path, through the cache too, and tells Prometheus", async function () {
    const began = Math.floor(Date.now() / 1000);
    const hops = ["store:door:door", "cache", "cache-again", "origin"];
    const { log, metrics } = await read([
      ["store:door:door", door],
      ["cache", cache],
      ["cache-again", cache],
      ["origin", door],
    ]);
    const lines = log.trim().split("\n");
    assert.deepEqual(
      lines.map((line) => /^hop=(\S+) state=ok seconds=\d+\.\d{3} bytes=20$/.exec(line)?.[1]),
      hops,
    );
    const found = await served(this, metrics);
    const each = (value: number) => Object.fromEntries(hops.map((hop) => [hop, value]));
    assert.deepEqual(found[CHECK_METRICS.up], each(1));
    assert.deepEqual(found[CHECK_METRICS.broken], each(0));
    assert.deepEqual(found[CHECK_METRICS.bytes], each(20));
    const seconds = found[CHECK_METRICS.seconds] ?? assert.fail();
    assert.deepEqual(Object.keys(seconds).sort(), [...hops].sort());
    for (const value of Object.values(seconds)) assert.ok(value > 0 && value < 60, String(value));
    const ended = found[CHECK_METRICS.ended]?.[""] ?? 0;
    assert.ok(ended >= began && ended <= Date.now() / 1000, String(ended));
    assert.equal(found["node_textfile_scrape_error"]?.[""], 0);
  });

  it("names a hop that is down, one that has no such file, and one that gives other contents, and tries the rest", async function () {
    const [closed] = await freePorts(1);
    const { log, metrics } = await read([
      ["door", door],
      ["silent", `127.0.0.1:${closed}`],
      ["other", other],
      ["cache", cache],
    ]);
    assert.equal(log.trim().split("\n").at(-1), "broken: silent other");
    assert.match(log, /hop=silent state=broken seconds=\d+\.\d{3} because: .*(refused|Connection error|TimerExpired|timed out)/i);
    assert.match(log, /hop=other state=broken .* because: other contents/);
    assert.match(log, /hop=cache state=ok/);
    const found = await served(this, metrics);
    assert.deepEqual(found[CHECK_METRICS.up], { door: 1, silent: 0, other: 0, cache: 1 });
    assert.deepEqual(found[CHECK_METRICS.broken], { door: 0, silent: 1, other: 1, cache: 0 });
    assert.deepEqual(Object.keys(found[CHECK_METRICS.seconds] ?? {}).sort(), ["cache", "door"]);
    assert.deepEqual(Object.keys(found[CHECK_METRICS.bytes] ?? {}).sort(), ["cache", "door"]);
  });

  it("counts the runs in which a hop was broken, from 0 again after one in which it was not", async function () {
    const file = path.join(folder, "other", PATH);
    const hops = [
      ["door", door],
      ["other", other],
    ] as const;
    const twice = await read(hops, { runs: 2 });
    assert.deepEqual((await served(this, twice.metrics))[CHECK_METRICS.broken], { door: 0, other: 2 });
    const contents = fs.readFileSync(file);
    try {
      const mended = await read(hops, { runs: 3, between: () => fs.copyFileSync(path.join(folder, "door", PATH), file) });
      assert.match(mended.log, /hop=other state=broken/);
      assert.deepEqual((await served(this, mended.metrics))[CHECK_METRICS.broken], { door: 0, other: 0 });
    } finally {
      fs.writeFileSync(file, contents);
    }
  });

  it("shows a token that only the check's user may read, though the kubelet lets the group read the Secret", async () => {
    const { work } = await read([["door", door]], { token: "a.b.c" });
    assert.equal(fs.readFileSync(path.join(work, "token"), "utf8"), "a.b.c");
    assert.equal(fs.statSync(path.join(work, "token")).mode & 0o777, 0o600);
  });

  it("alerts by expressions that are PromQL, of metrics that it tells", async function () {
    const { groups } = checkMonitoring(2, 60, "data").rules["spec"] as {
      readonly groups: readonly { readonly rules: readonly { readonly expr: string }[] }[];
    };
    const expressions = groups.flatMap(({ rules }) => rules.map(({ expr }) => expr));
    const python = await pythonEnvironment(this, path.join(__dirname, "python", "metrics.txt"));
    const read = (await python.ask(path.join(__dirname, "python", "reads_promql.py"), { expressions })) as readonly (readonly string[])[];
    assert.deepEqual(read, [[CHECK_METRICS.broken], [CHECK_METRICS.ended]]);
    await assert.rejects(python.ask(path.join(__dirname, "python", "reads_promql.py"), { expressions: ["max by (hop ("] }));
  });
});
