import assert from "node:assert/strict";
import { processesWith } from "../e2e/harness";
import { type LivePod, LIVE, liveToolsOrSkip, LiveSandbox, sh, stateOf } from "./live-pods";

describe("the life of a pod that runs as processes", function () {
  this.timeout(300_000);
  const sandbox = new LiveSandbox("live");

  before(async function () {
    const tools = await liveToolsOrSkip(this);
    await sandbox.startLive(tools, { shell: { user: 1234, group: 1235 } });
  });
  after(() => sandbox.remove());

  const ends: Readonly<Record<string, readonly [script: string, phase: string, exitCode: number]>> = {
    well: ["exit 0", "Succeeded", 0],
    badly: ["exit 200", "Failed", 200],
    killed: ["sh -c 'kill -9 $$$$'; exit $?", "Failed", 137],
  };
  for (const [how, [script, phase, exitCode]] of Object.entries(ends))
    it(`ends ${how}, and its status says how`, async () => {
      await sandbox.pod(`ends-${how}`, { containers: [sh(script)] });
      const pod = await sandbox.ended(`ends-${how}`);
      assert.deepEqual([pod.status?.phase, stateOf(pod)?.state?.terminated?.exitCode], [phase, exitCode]);
    });

  it("runs its init containers one after the other, and nothing after one that fails", async () => {
    const shared = { volumes: [{ name: "shared", emptyDir: {} }] };
    const say = (name: string, script: string) => ({ ...sh(script), name, volumeMounts: [{ name: "shared", mountPath: "/shared" }] });
    await sandbox.pod("in-order", {
      ...shared,
      initContainers: [say("first", "sleep 0.5; echo 1 >> /shared/said"), say("second", "echo 2 >> /shared/said")],
      containers: [say("main", "cat /shared/said")],
    });
    await sandbox.pod("broken", { ...shared, initContainers: [say("first", "exit 7")], containers: [say("main", "true")] });
    assert.equal((await sandbox.ended("in-order")).status?.phase, "Succeeded");
    assert.equal(sandbox.log("in-order"), "1\n2");
    const broken = await sandbox.ended("broken");
    assert.equal(stateOf(broken, "first")?.state?.terminated?.exitCode, 7);
    assert.deepEqual(stateOf(broken)?.state?.waiting, { reason: "PodInitializing" });
  });

  it("starts again what has failed, at once and then later each time, until it ends well", async () => {
    const script = "echo x >> /keep/runs; [ $(wc -l < /keep/runs) -ge 3 ] || exit 1";
    await sandbox.pod("again", {
      restartPolicy: "OnFailure",
      volumes: [{ name: "keep", emptyDir: {} }],
      containers: [{ ...sh(script), volumeMounts: [{ name: "keep", mountPath: "/keep" }] }],
    });
    const waiting = await sandbox.podUntil("again", (pod) => stateOf(pod)?.state?.waiting?.reason === "CrashLoopBackOff");
    assert.equal(stateOf(waiting)?.lastState?.terminated?.exitCode, 1);
    const pod = await sandbox.ended("again");
    assert.deepEqual([pod.status?.phase, stateOf(pod)?.restartCount], ["Succeeded", 2]);
  });

  it("is ready when it answers, not before it has started, and is started again when it no longer lives", async () => {
    const [period] = [{ periodSeconds: 1, failureThreshold: 1 }];
    await sandbox.pod("probed", {
      ...{ restartPolicy: "Always", terminationGracePeriodSeconds: 0 },
      volumes: [{ name: "dead", configMap: { name: "dead", optional: true } }],
      containers: [
        {
          ...sh("cd /tmp; sleep 1; touch started; exec python3 -u -m http.server 8080"),
          ports: [{ name: "http", containerPort: 8080 }],
          startupProbe: { exec: { command: ["test", "-e", "/tmp/started"] }, ...period, failureThreshold: 60 },
          livenessProbe: { exec: { command: ["test", "!", "-e", "/dead/dead"] }, ...period, terminationGracePeriodSeconds: 2 },
          readinessProbe: { httpGet: { path: "/started", port: "http" }, ...period },
          volumeMounts: [{ name: "dead", mountPath: "/dead" }],
        },
      ],
    });
    const running = await sandbox.podUntil("probed", (pod) => stateOf(pod)?.state?.running !== undefined);
    assert.deepEqual([stateOf(running)?.started, stateOf(running)?.ready], [false, false]);
    const is = ({ status }: LivePod) => status?.conditions?.find(({ type }) => type === "Ready")?.status;
    await sandbox.podUntil("probed", (pod) => is(pod) === "True");
    await sandbox.data("ConfigMap", "dead", { dead: "true" });
    const again = await sandbox.podUntil("probed", (pod) => stateOf(pod)?.restartCount === 1);
    assert.notEqual(stateOf(again)?.lastState?.terminated, undefined);
    await sandbox.gone("probed");
  });

  it("is asked to end, after its hook, and killed when its time is over", async () => {
    const claim = {
      metadata: { name: "kept", namespace: LIVE },
      spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } }, volumeName: "kept", storageClassName: "" },
    };
    const volume = {
      metadata: { name: "kept" },
      spec: { capacity: { storage: "1Gi" }, accessModes: ["ReadWriteOnce"], csi: { driver: "played", volumeHandle: "kept" } },
    };
    await sandbox.ask({
      ask: "apply",
      objects: [
        { apiVersion: "v1", kind: "PersistentVolume", ...volume },
        { apiVersion: "v1", kind: "PersistentVolumeClaim", ...claim },
      ],
    });
    const home = { securityContext: { fsGroup: 99 }, volumes: [{ name: "home", persistentVolumeClaim: { claimName: "kept" } }] };
    const volumeMounts = [{ name: "home", mountPath: "/home/somebody" }];
    await sandbox.pod("polite", {
      ...home,
      terminationGracePeriodSeconds: 30,
      containers: [
        {
          ...sh("trap 'echo asked >> /home/somebody/said; exit 0' TERM; echo on; while :; do sleep 0.1; done"),
          ...{ volumeMounts, lifecycle: { preStop: { exec: { command: ["sh", "-c", "echo hook >> /home/somebody/said"] } } } },
        },
      ],
    });
    await sandbox.podUntil("polite", ({ status }) => status?.phase === "Running");
    await sandbox.pod("stubborn", { terminationGracePeriodSeconds: 2, containers: [sh("trap '' TERM; while :; do sleep 0.1; done")] });
    await sandbox.podUntil("stubborn", ({ status }) => status?.phase === "Running");
    const began = Date.now();
    await sandbox.gone("stubborn");
    assert.ok(Date.now() - began > 2_000, "it had its time");
    await sandbox.gone("polite");
    await sandbox.pod("reader", { ...home, containers: [{ ...sh("cat /home/somebody/said"), volumeMounts }] });
    await sandbox.ended("reader");
    assert.equal(sandbox.log("reader"), "hook\nasked");
  });

  it("leaves no process when the control plane ends", async () => {
    await sandbox.pod("stays", { containers: [sh("exec sleep 4242")] });
    await sandbox.podUntil("stays", ({ status }) => status?.phase === "Running");
    assert.notDeepEqual(processesWith("sleep 4242"), []);
    await sandbox.stop();
    assert.deepEqual([...sandbox.processes(), ...processesWith("sleep 4242")], []);
  });
});
