import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { advertiseAddress, holdCell, joinCell, probeCell } from "#af/sandbox/cell/cell";
import { USUAL_NETWORK } from "#af/sandbox/cell/network";

describe("the cell", () => {
  it("is plain loopback where the machine has no tools for it, and says what is then missing", async () => {
    const cell = await probeCell({ PATH: "/nowhere" });
    assert.equal(cell.kind, "loopback");
    if (process.platform === "linux") assert.match(cell.reason, /unshare, nsenter, ip not on PATH.*running on plain loopback/);
    assert.deepEqual(holdCell(cell, USUAL_NETWORK, ["true"]), ["true"]);
    assert.deepEqual(joinCell(cell, 1, ["true"]), ["true"]);
  });

  it("can be switched off", async () => {
    const cell = await probeCell({ ...process.env, AF_SANDBOX_CELL: "off" });
    assert.match(cell.kind === "loopback" ? cell.reason : "", /AF_SANDBOX_CELL is off|no network namespaces/);
  });

  it("advertises an address that is not loopback, in it or outside", () => {
    assert.equal(advertiseAddress({ kind: "namespace", mapped: false }, USUAL_NETWORK), "10.244.255.1");
    assert.doesNotMatch(advertiseAddress({ kind: "loopback", reason: "" }, USUAL_NETWORK), /^127\./);
  });

  it("joins the user namespace only where it was made with one", () => {
    assert.deepEqual(joinCell({ kind: "namespace", mapped: false }, 7, ["true"]), ["nsenter", "--target", "7", "--net", "--", "true"]);
    assert.ok(joinCell({ kind: "namespace", mapped: true }, 7, ["true"]).includes("--user"));
  });

  it("has loopback and the pod range, and no way out", async function () {
    const cell = await probeCell();
    if (cell.kind === "loopback") {
      if (process.env["CI"] === "true") throw new Error(cell.reason);
      console.log(`      skipped: ${cell.reason}`);
      return this.skip();
    }
    const script = `
      const net = require("node:net");
      const server = net.createServer((socket) => socket.end("hello"));
      server.listen(8080, "10.244.3.4", () => {
        net.connect(8080, "10.244.3.4").on("data", (data) => {
          net.connect(80, "192.0.2.1").on("error", (error) => { console.log(String(data), error.code); process.exit(0); });
        });
      });`;
    const [command, ...args] = holdCell(cell, USUAL_NETWORK, [process.execPath, "-e", script]);
    assert.equal(execFileSync(command as string, args, { encoding: "utf8", timeout: 15_000 }), "hello ENETUNREACH\n");
  });
});
