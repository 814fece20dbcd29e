import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import fc from "fast-check";
import { objectsOf } from "#af/policies/model/objects";
import { breachesOf, NEWEST_MINOR, type Level } from "#af/policies/model/pod-security";
import { podTemplateOf } from "#af/policies/model/pods";
import { requireModule } from "../../support/go-module";

/** The API server's own admission of pods, which it compiles in. */
const [MODULE, VERSION] = ["k8s.io/pod-security-admission", `v0.${NEWEST_MINOR}.2`];

/** Reads a pod, a level and a version a line, and says whether the admission of that version lets the pod through. */
const PROGRAM = `package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
)

type question struct {
	Level string
	Minor int
	Pod   corev1.Pod
}

func main() {
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks(), nil)
	if err != nil {
		panic(err)
	}
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		var asked question
		if err := json.Unmarshal(lines.Bytes(), &asked); err != nil {
			panic(err)
		}
		version := api.LevelVersion{Level: api.Level(asked.Level), Version: api.MajorMinorVersion(1, asked.Minor)}
		result := policy.AggregateCheckResults(evaluator.EvaluatePod(version, &asked.Pod.ObjectMeta, &asked.Pod.Spec))
		fmt.Println(result.Allowed, result.ForbiddenReason())
	}
}
`;

const some = <T>(...values: readonly T[]) => fc.option(fc.constantFrom(...values), { nil: undefined, freq: 2 });
const profile = fc.option(
  fc.constantFrom("RuntimeDefault", "Localhost", "Unconfined").map((type) => ({ type })),
  { nil: undefined, freq: 3 },
);
const shared = {
  runAsUser: some(0, 1000),
  runAsNonRoot: fc.option(fc.constantFrom(true, true, true, false), { nil: undefined, freq: 4 }),
  seccompProfile: profile,
  appArmorProfile: fc.option(profile, { nil: undefined, freq: 1 }),
  seLinuxOptions: fc.option(
    fc.record({ type: some("container_t", "container_engine_t", "spc_t"), user: some("", "u"), role: some("", "r") }),
    {
      nil: undefined,
      freq: 1,
    },
  ),
  windowsOptions: fc.option(fc.constantFrom({ hostProcess: true }, { hostProcess: false }), { nil: undefined, freq: 1 }),
};
const rarely = <T>(value: fc.Arbitrary<T>) => fc.oneof({ weight: 8, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value });
const capability = fc.constantFrom("NET_BIND_SERVICE", "CHOWN", "CAP_CHOWN", "chown", "SYS_ADMIN", "NET_RAW", "ALL");
const containerContext = fc.record({
  ...shared,
  privileged: some(false, false, false, true),
  allowPrivilegeEscalation: fc.constantFrom(false, false, false, true, undefined),
  procMount: rarely(fc.constantFrom("Default", "Unmasked")),
  capabilities: fc.record({
    add: rarely(fc.array(capability, { maxLength: 2 })),
    drop: fc.constantFrom(["ALL"], ["ALL"], ["all"], ["NET_RAW", "ALL"], []),
  }),
});
const handler = fc.constantFrom(
  { httpGet: { port: 80, host: "x" } },
  { tcpSocket: { port: 80, host: "x" } },
  { tcpSocket: { port: 80 } },
  { httpGet: { port: 80, host: "" } },
);
const container = fc.record({
  name: fc.constantFrom("a", "b"),
  image: fc.constant("x:1"),
  securityContext: fc.option(containerContext, { nil: undefined, freq: 12 }),
  ports: rarely(fc.constantFrom([{ containerPort: 80, hostPort: 80 }], [{ containerPort: 80, hostPort: 0 }])),
  livenessProbe: rarely(handler),
  startupProbe: rarely(handler),
  lifecycle: rarely(fc.record({ preStop: handler, postStart: rarely(handler) })),
});
const volume = fc.constantFrom<object>(
  ...[{ emptyDir: {} }, { configMap: { name: "x" } }, { image: { reference: "x:1" } }, { persistentVolumeClaim: { claimName: "x" } }],
  ...[{ csi: { driver: "x" } }, { ephemeral: {} }, { projected: {} }, { secret: { secretName: "x" } }, { downwardAPI: {} }],
  ...[
    { hostPath: { path: "/" } },
    { nfs: { server: "x", path: "/" } },
    { rbd: { monitors: [], image: "x" } },
    { gitRepo: { repository: "x" } },
  ],
);
const sysctl = fc.constantFrom(
  ...[
    "kernel.shm_rmid_forced",
    "net.ipv4.ip_local_reserved_ports",
    "net.ipv4.tcp_rmem",
    "net.ipv4.tcp_notsent_lowat",
    "kernel.msgmax",
    "toString",
  ],
);
const pod = fc
  .record({
    annotations: rarely(
      fc
        .constantFrom("unconfined", "runtime/default", "localhost/x", "")
        .map((value) => ({ "container.apparmor.security.beta.kubernetes.io/a": value })),
    ),
    spec: fc.record({
      hostNetwork: rarely(fc.boolean()),
      hostPID: rarely(fc.boolean()),
      hostIPC: rarely(fc.boolean()),
      hostUsers: some(true, false),
      os: rarely(fc.constantFrom({ name: "windows" }, { name: "linux" })),
      securityContext: fc.option(
        fc.record({
          ...shared,
          sysctls: rarely(
            fc.array(
              sysctl.map((name) => ({ name, value: "1" })),
              { maxLength: 2 },
            ),
          ),
        }),
        { nil: undefined, freq: 9 },
      ),
      volumes: rarely(fc.array(volume, { maxLength: 2 }).map((all) => all.map((each, index) => ({ name: `v${index}`, ...each })))),
      initContainers: rarely(fc.array(container, { maxLength: 1 })),
      ephemeralContainers: rarely(fc.array(container, { maxLength: 1 })),
      containers: fc.array(container, { minLength: 1, maxLength: 2 }),
    }),
  })
  .map(({ annotations, spec }) => ({ apiVersion: "v1", kind: "Pod", metadata: { name: "p", namespace: "work", annotations }, spec }));

describe("the levels of Pod Security, and the API server's own admission", function () {
  this.timeout(900_000);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "pod-security-"));
  const program = path.join(folder, "admission");

  before(async function () {
    await requireModule(this, { name: MODULE, version: VERSION });
    fs.writeFileSync(path.join(folder, "main.go"), PROGRAM);
    fs.writeFileSync(path.join(folder, "go.mod"), `module admission\n\ngo 1.26.0\n\nrequire ${MODULE} ${VERSION}\n`);
    const env = { ...process.env, GOTOOLCHAIN: "local", GOWORK: "off", GOFLAGS: "-mod=mod", CGO_ENABLED: "0" };
    execFileSync("go", ["build", "-p", "1", "-o", program, "."], { cwd: folder, env, timeout: 880_000, stdio: "pipe" });
  });
  after(() => fs.rmSync(folder, { recursive: true, force: true }));

  it("agree about 6000 pods, at both levels and several versions", () => {
    const questions = fc.sample(
      fc.record({ pod, level: fc.constantFrom<Level>("baseline", "restricted"), minor: fc.integer({ min: 34, max: NEWEST_MINOR }) }),
      6000,
    );
    const input = questions.map((each) => JSON.stringify({ Pod: each.pod, Level: each.level, Minor: each.minor })).join("\n");
    const { stdout, status, stderr } = spawnSync(program, { input, encoding: "utf8", maxBuffer: 1 << 26 });
    assert.equal(status, 0, stderr);
    const answers = stdout.trimEnd().split("\n");
    assert.equal(answers.length, questions.length);
    let admitted = 0;
    questions.forEach((question, index) => {
      const plain = JSON.parse(JSON.stringify(question.pod)) as unknown;
      const [object] = objectsOf(plain);
      const template = object && podTemplateOf(object);
      assert.ok(template);
      const breaches = breachesOf(template, question.level, question.minor);
      const answer = answers[index] ?? "";
      const allowed = answer.startsWith("true");
      if (allowed) admitted += 1;
      assert.equal(
        breaches.length === 0,
        allowed,
        `${JSON.stringify(question)}\nadmission: ${answer}\nours: ${breaches.map(({ message }) => message).join("; ")}`,
      );
    });
    // A test in which one side refuses everything would show nothing.
    assert.ok(admitted > 300 && admitted < 5700, `${admitted} admitted`);
  });
});
