import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { Daemon, lastWords } from "#af/sandbox/control-plane/daemon";
import type { CommandFailure } from "#af/terminal/failure";
import { SiteFolder } from "#af/sandbox/folders";
import { isAlive, recordOf, signalTo, stillRuns } from "#af/sandbox/processes";

describe("a daemon of the control plane", () => {
  const base = fs.mkdtempSync(path.join(os.tmpdir(), "af-daemon-"));
  const folder = new SiteFolder("site", base).create();
  const ignored = (): void => undefined;
  after(() => fs.rmSync(base, { recursive: true, force: true }));

  it("that ends before it is ready is named, with its reason and its log file", async () => {
    const daemon = new Daemon(
      { name: "etcd", command: ["sh", "-c", "echo 'Error: no such flag' >&2; exit 3"], health: "http://127.0.0.1:9/" },
      folder,
      ignored,
    );
    await assert.rejects(daemon.ready(), (error: CommandFailure) => {
      assert.match(error.message, /^etcd ended \(exit code 3\): Error: no such flag \[.*etcd\.log\]$/);
      return true;
    });
  });

  it("that cannot be started at all is named too", async () => {
    const told: string[] = [];
    const daemon = new Daemon({ name: "kwok", command: ["/nowhere/kwok"], health: "http://127.0.0.1:9/" }, folder, (failure) =>
      told.push(failure.message),
    );
    await assert.rejects(daemon.ready(), /^.*kwok ended/);
    assert.equal(told.length, 1);
  });

  it("is ready when its health answers, and gone when it was stopped", async () => {
    const server = http.createServer((_, response) => void response.end());
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const told: string[] = [];
    const daemon = new Daemon({ name: "d", command: ["sleep", "60"], health: `http://127.0.0.1:${port}/` }, folder, (failure) =>
      told.push(failure.message),
    );
    await daemon.ready();
    assert.ok(stillRuns(daemon.record));
    assert.equal(fs.readFileSync(folder.file("d.pid"), "utf8"), `${daemon.record.pid}\n`);
    await daemon.stop();
    server.close();
    assert.ok(!isAlive(daemon.record.pid));
    assert.ok(!fs.existsSync(folder.file("d.pid")));
    assert.deepEqual(told, []);
  });

  it("that does not listen to reason is killed", async () => {
    const daemon = new Daemon({ name: "deaf", command: ["sh", "-c", "trap '' TERM; while :; do sleep 0.05; done"] }, folder, ignored);
    await daemon.ready();
    await new Promise((resolve) => setTimeout(resolve, 200));
    await daemon.stop(300);
    assert.ok(!isAlive(daemon.record.pid));
  });

  it("that is to be started again is, with what it says in one log, until it is stopped", async () => {
    const told: string[] = [];
    const records: number[] = [];
    const count = path.join(base, "count");
    const daemon: Daemon = new Daemon(
      {
        name: "again",
        command: ["sh", "-c", `echo began; echo . >>${count}; test $(wc -l <${count}) -gt 1 && exec sleep 60; exit 7`],
        restarts: true,
      },
      folder,
      (failure) => told.push(failure.message),
      () => records.push(daemon.record.pid),
    );
    await daemon.ready();
    const first = daemon.record.pid;
    const said = (): string => fs.readFileSync(folder.log("again"), "utf8");
    for (let tries = 0; tries < 100 && said().split("began").length < 3; tries++) await new Promise((resolve) => setTimeout(resolve, 50));
    assert.deepEqual(records, [daemon.record.pid]);
    assert.notEqual(daemon.record.pid, first);
    assert.ok(stillRuns(daemon.record));
    assert.match(said(), /^began\nsandbox: again ended \(exit code 7\); it is started again in 0\.5 s\nbegan\n$/);
    await daemon.stop();
    assert.ok(!isAlive(daemon.record.pid));
    assert.deepEqual(told, []);
  });

  it("that is between two starts stays stopped", async () => {
    const daemon = new Daemon({ name: "never", command: ["false"], restarts: true }, folder, ignored);
    await new Promise((resolve) => setTimeout(resolve, 200));
    await daemon.stop();
    const ended = daemon.record.pid;
    await new Promise((resolve) => setTimeout(resolve, 800));
    assert.equal(daemon.record.pid, ended);
  });

  it("gives its last words without the head of the log line", () => {
    const words = (text: string): string => {
      const file = path.join(base, "words.log");
      fs.writeFileSync(file, text);
      return lastWords(file);
    };
    assert.equal(
      words('I0101 00:00:00.1 7 x.go:1] fine\nE0101 00:00:01.2 7 run.go:2] "command failed" err="bad"\nI0101 00:00:02.1 7 x.go:9] bye\n'),
      '"command failed" err="bad"',
    );
    assert.equal(
      words("E0101 00:00:01.2 7 run.go:2] failed to listen on 127.0.0.1:6443: bind: address already in use\n"),
      "its port is taken (127.0.0.1:6443); end what listens there",
    );
    assert.equal(
      words('{"level":"warn","error":"write /x/wal: no space left on device"}\npanic: failed to create WAL\n'),
      "the disk is full (no space left on device)",
    );
    assert.equal(words(""), "its log is empty");
    assert.equal(lastWords(path.join(base, "none.log")), "it left no log");
  });

  it("is not mistaken for another process that got its number", () => {
    const record = recordOf(process.pid);
    assert.ok(stillRuns(record));
    const other = { ...record, started: "1" };
    assert.equal(stillRuns(other), process.platform !== "linux");
    if (process.platform === "linux") assert.equal(signalTo(other, "SIGKILL"), false);
  });
});
