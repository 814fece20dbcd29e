import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import * as fs from "node:fs";
import * as net from "node:net";
import { promisify } from "node:util";
import { freePorts, isFree, takePort, type PortRange } from "#af/sandbox/control-plane/ports";

const FEW: PortRange = { first: 24_000, last: 24_499 };

/** Asks for so many of the few ports in a process of its own, and ends it. */
async function askedElsewhere(count: number): Promise<readonly number[]> {
  const program = `require(${JSON.stringify(require.resolve("#af/sandbox/control-plane/ports"))})
    .freePorts(${count}, ${JSON.stringify(FEW)}).then((ports) => console.log(JSON.stringify(ports)));`;
  const { stdout } = await promisify(execFile)(process.execPath, ["-e", program]);
  return JSON.parse(stdout) as number[];
}

describe("a free port", () => {
  it("is free, and nobody else gets the same", async () => {
    const ports = (await Promise.all(Array.from({ length: 40 }, () => freePorts(7)))).flat();
    assert.equal(new Set(ports).size, 280);
    for (const port of ports) assert.ok(await isFree(port));
  });

  it("is none from which the kernel may let a connection go out before the daemon listens", async function () {
    if (process.platform !== "linux") this.skip();
    const [first = 0, last = 0] = fs.readFileSync("/proc/sys/net/ipv4/ip_local_port_range", "utf8").split(/\s+/).map(Number);
    for (const port of await freePorts(100)) assert.ok(port < first || port > last, `${port} is of ${first} to ${last}`);
  });

  it("is none that another process was given, until that process ends", async () => {
    const mine = new Set(await freePorts(200, FEW));
    const theirs = await askedElsewhere(200);
    for (const port of theirs) assert.ok(!mine.has(port), `${port} was given twice`);
    // What an ended process had is there again.
    assert.equal((await askedElsewhere(200)).length, 200);
  });

  it("is none on which somebody listens, as long as it is so", async () => {
    const server = net.createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as net.AddressInfo;
    assert.equal(await isFree(port), false);
    assert.equal(await takePort(port), false);
    await new Promise((resolve) => server.close(resolve));
    assert.equal(await takePort(port), true);
    // What is taken is taken, though nobody listens there.
    assert.equal(await isFree(port), true);
    assert.equal(await takePort(port), false);
  });

  it("is not to be had without end: who asks for too many is told so", async () => {
    const one = { first: 14_500, last: 14_500 };
    await assert.rejects(freePorts(2, one), /^Error: only [01] of 2 ports are free among 14500 to 14500 of 127\.0\.0\.1$/);
  });
});
