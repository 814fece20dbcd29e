// Kills `up` at ten moments, spread evenly over the time that it takes, each on a sandbox of its own, and brings it up again:
// npm run bench:killed -- [SITE] [MOMENTS] [FIRST]
// A row a moment: what was under way, how long the next `up` took, and whether the one after it changes nothing.
import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const root = path.resolve(import.meta.dirname, "../..");
const [site = "fnal", moments = "10", first = "1"] = process.argv.slice(2);
const base = fs.mkdtempSync(path.join(os.tmpdir(), "af-killed-"));
let failed = 0;

try {
  const whole = (await sandbox("up").finished).seconds;
  await sandbox("down", "--purge").finished;
  console.log(`up of ${site}: ${whole.toFixed(0)} s`);
  for (let moment = Number(first); moment <= Number(moments); moment += 1) {
    const after = (whole * moment) / (Number(moments) + 1);
    const { child, finished } = sandbox("up");
    await sleep(after * 1000);
    child.kill("SIGKILL");
    await finished;
    const left = underWay();
    const again = await sandbox("up").finished;
    const third = again.code === 0 ? await sandbox("up").finished : again;
    const unchanged = third.code === 0 && !/\d+ (created|updated|deleted|replaced)\b/.test(third.output);
    if (!unchanged) failed += 1;
    const verdict = again.code !== 0 ? `ended with ${again.code}` : unchanged ? "then unchanged" : "then not unchanged";
    console.log(
      `killed after ${after.toFixed(0).padStart(3)} s: ${left.padEnd(40)} up again ${again.seconds.toFixed(0).padStart(3)} s, ${verdict}`,
    );
    if (!unchanged)
      console.log(
        third.output
          .split("\n")
          .filter((line) => /error|updated|created/.test(line))
          .slice(-12)
          .join("\n"),
      );
    await sandbox("down", "--purge").finished;
  }
} finally {
  await sandbox("down", "--purge").finished;
  fs.rmSync(base, { recursive: true, force: true });
}
process.exitCode = failed > 0 ? 1 : 0;

function sandbox(command, ...args) {
  const begun = performance.now();
  const child = spawn(process.execPath, ["bin/sandbox/main.js", command, site, ...args], {
    cwd: root,
    // The control plane belongs to this script, not to the command that is killed.
    env: { ...process.env, AF_SANDBOX: base, AF_SANDBOX_OWNER: String(process.pid) },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (output += data));
  const finished = new Promise((resolve) =>
    child.on("exit", (code) => resolve({ code, output, seconds: (performance.now() - begun) / 1000 })),
  );
  return { child, finished };
}

/** What the engine had under way when it was killed, by its state. */
function underWay() {
  const file = path.join(base, site, "state", ".pulumi", "stacks", "af", `${site}.json`);
  if (!fs.existsSync(file)) return "before the stack";
  const { latest } = JSON.parse(fs.readFileSync(file, "utf8")).checkpoint ?? {};
  const kinds = (latest?.pending_operations ?? []).map(({ resource }) => resource.type.split(":").at(-1));
  return `${latest?.resources?.length ?? 0} resources, ${kinds.length === 0 ? "nothing under way" : kinds.slice(0, 3).join(", ")}`;
}
