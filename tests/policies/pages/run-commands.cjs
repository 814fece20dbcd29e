// Runs the compiled command `policy` many times in one process, because each start of Node costs a second. It reads a list of
// { args, today } in JSON from standard input, and writes a list of { code, stdout, stderr }.
const fs = require("node:fs");
const path = require("node:path");

const command = path.resolve(__dirname, "../../../bin/tools/policy.js");
const streams = { stdout: process.stdout.write.bind(process.stdout), stderr: process.stderr.write.bind(process.stderr) };
const RealDate = Date;

/** The clock stands at noon of the day. */
function stopClock(day) {
  const now = new RealDate(`${day}T12:00:00Z`).getTime();
  globalThis.Date = class extends RealDate {
    constructor(...args) {
      super(...(args.length === 0 ? [now] : args));
    }
    static now() {
      return now;
    }
  };
}

async function run({ args, today }) {
  const said = { stdout: "", stderr: "" };
  for (const name of Object.keys(said)) process[name].write = (text) => ((said[name] += text), true);
  if (today) stopClock(today);
  process.argv = [process.execPath, command, ...args];
  process.exitCode = undefined;
  delete require.cache[command];
  require(command);
  // The command says how it ended once it has ended.
  while (process.exitCode === undefined) await new Promise((resolve) => setImmediate(resolve));
  globalThis.Date = RealDate;
  for (const [name, write] of Object.entries(streams)) process[name].write = write;
  return { code: process.exitCode, ...said };
}

async function main() {
  // Each run of the command listens for the end of its reader.
  for (const stream of [process.stdout, process.stderr]) stream.setMaxListeners(0);
  const results = [];
  for (const each of JSON.parse(fs.readFileSync(0, "utf8"))) results.push(await run(each));
  process.exitCode = 0;
  process.stdout.write(JSON.stringify(results));
}

void main();
