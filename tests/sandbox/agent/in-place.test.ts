import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { writeInPlace } from "#af/sandbox/agent/in-place";

/** Reads a file again and again until it is told to end, and says how often its first line was not there. */
const READER = `
const fs = require("node:fs");
let [reads, without] = [0, 0];
process.stdin.on("data", () => { process.stdout.write(JSON.stringify({ reads, without })); process.exit(); });
const read = () => { reads += 1; if (!fs.readFileSync(process.argv[1], "utf8").startsWith("127.0.0.1 localhost\\n")) without += 1; setImmediate(read); };
read();
process.stdout.write("reads\\n");
`;

describe("a file that is written in its place", function () {
  this.timeout(60_000);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "af-in-place-"));
  const file = path.join(folder, "hosts");
  after(() => fs.rmSync(folder, { recursive: true }));

  it("is never without what all its versions begin with, has the new text whole, and keeps its place", async () => {
    const versions = ["127.0.0.1 localhost\n", `127.0.0.1 localhost\n${"10.96.0.1 kubernetes.default.svc\n".repeat(200)}`];
    writeInPlace(file, versions[0] ?? "");
    const { ino } = fs.statSync(file);
    const reader = spawn(process.execPath, ["-e", READER, file], { stdio: ["pipe", "pipe", "inherit"] });
    const said: string[] = [];
    reader.stdout.setEncoding("utf8").on("data", (text: string) => said.push(text));
    await once(reader.stdout, "data");
    for (let round = 0; round < 3000; round += 1) {
      const text = versions[round % 2] ?? "";
      writeInPlace(file, text);
      assert.equal(fs.readFileSync(file, "utf8"), text);
      if (round % 10 === 0) await turn();
    }
    reader.stdin.end("end");
    await once(reader, "close");
    const { reads, without } = JSON.parse(said.join("").replace("reads\n", "")) as { reads: number; without: number };
    assert.ok(reads > 20, `${reads} reads`);
    assert.equal(without, 0, `${without} of ${reads} reads`);
    assert.equal(fs.statSync(file).ino, ino);
  });
});
