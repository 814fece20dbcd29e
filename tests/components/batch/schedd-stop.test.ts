import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { V1PodSpec } from "@kubernetes/client-node";
import { partsOf } from "#af/stacks/site/parts";
import { readSite } from "#af/stacks/site/read";

const { set, config } = partsOf(readSite("unl")).batch.schedd?.objects ?? {};
const pod = (set as unknown as { spec: { template: { spec: V1PodSpec } } }).spec.template.spec;
const [, , script = ""] = pod.containers[0]?.lifecycle?.preStop?.exec?.command ?? [];

/** Seconds that the configuration gives to a daemon, by the name of the knob. */
function seconds(knob: string): number {
  const [text = ""] = Object.values(config?.["data"] as Record<string, string>);
  return Number(new RegExp(`^${knob} = (\\d+)$`, "m").exec(text)?.[1]);
}

/** Runs the preStop script with played programs: the schedd ends after some looks at it. What was called, in its order. */
function called(looks: number): readonly string[] {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "af-stop-"));
  const play = (name: string, text: string): void =>
    fs.writeFileSync(path.join(folder, name), `#!/bin/sh\necho "${name} $*" >> ${folder}/calls\n${text}\n`, { mode: 0o755 });
  try {
    fs.writeFileSync(path.join(folder, "looks"), "x".repeat(looks));
    play("condor_off", "");
    play("sleep", "");
    play("timeout", 'shift; exec /usr/bin/timeout 5 "$@"');
    // The schedd is there as long as a look is left.
    play("pgrep", `[ -s ${folder}/looks ] || exit 1; truncate --size=-1 ${folder}/looks`);
    try {
      execFileSync("/bin/sh", ["-c", script], { env: { PATH: `${folder}:${process.env["PATH"]}` }, stdio: "ignore" });
    } catch {
      // The kubelet goes on also after a preStop that failed.
    }
    return fs.readFileSync(path.join(folder, "calls"), "utf8").trim().split("\n");
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

describe("A stop of the access point", () => {
  it("asks the master to stop the schedd fast, and then waits until it has ended", () => {
    for (const looks of [0, 1, 5]) {
      const calls = called(looks).map((call) => call.replace(/^timeout (\d+) .*/, "timeout $1"));
      const bound = calls[1]?.split(" ")[1];
      const waits = Array.from({ length: looks }, () => ["pgrep -x condor_schedd", "sleep 1"]).flat();
      assert.deepEqual(calls, ["condor_off -fast -daemon schedd", `timeout ${bound}`, ...waits, "pgrep -x condor_schedd"]);
    }
  });

  it("leaves each step the time that the one before may take", () => {
    const wait = Number(/^timeout (\d+)$/.exec((called(0)[1] ?? "").split(" sh ")[0] ?? "")?.[1]);
    const [fast, graceful, grace] = [
      seconds("SHUTDOWN_FAST_TIMEOUT"),
      seconds("SHUTDOWN_GRACEFUL_TIMEOUT"),
      pod.terminationGracePeriodSeconds ?? 0,
    ];
    // The master kills a schedd that does not end, before the script stops waiting.
    assert.ok(fast < wait, `${fast} < ${wait}`);
    // The kubelet counts from the begin of the script, and kills the master only after its own time is over.
    assert.ok(wait + graceful < grace, `${wait} + ${graceful} < ${grace}`);
    // Jobs whose schedd is away for longer than this are lost (JobLeaseDuration,
    // https://htcondor.readthedocs.io/en/latest/users-manual/special-environment-considerations.html).
    assert.ok(grace < 2400 / 2, String(grace));
  });
});

describe("A probe of the access point", () => {
  it("asks the schedd itself to let a person read and write, and no port", () => {
    const [container = assert.fail()] = pod.containers;
    for (const probe of [container.startupProbe, container.livenessProbe, container.readinessProbe]) {
      assert.deepEqual(probe?.exec?.command, ["condor_ping", "-type", "SCHEDD", "READ", "WRITE"]);
      assert.equal(probe?.tcpSocket, undefined);
      // The kubelet gives a command one second unless told, and a schedd that reads a long queue answers later.
      assert.ok((probe?.timeoutSeconds ?? 1) >= 10);
    }
  });
});
