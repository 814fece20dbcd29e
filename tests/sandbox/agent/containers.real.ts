import assert from "node:assert/strict";
import { keyOf, LIVE, liveToolsOrSkip, LiveSandbox, sh, stateOf } from "./live-pods";

describe("the containers of a pod that runs as processes", function () {
  this.timeout(300_000);
  const sandbox = new LiveSandbox("live");

  before(async function () {
    const tools = await liveToolsOrSkip(this);
    const image = { user: 1234, group: 1235, env: { OF: "the image" }, workingDir: "/somewhere/else" };
    await sandbox.startLive(tools, { shell: image, "registry/with-entrypoint": { entrypoint: ["echo", "entry"], command: ["usual"] } });
  });
  after(() => sandbox.remove());

  it("gets its environment: values, what they stand for, ConfigMaps, Secrets and its own fields", async () => {
    await sandbox.data("ConfigMap", "settings", { ONE: "1", TWO: "2" });
    await sandbox.data("Secret", "secrets", { THREE: "3" });
    await sandbox.pod("environment", {
      containers: [
        {
          ...sh("env | sort"),
          resources: { requests: { cpu: "100m", memory: "1Mi" }, limits: { cpu: "1500m", memory: "64Mi" } },
          envFrom: [{ prefix: "P_", configMapRef: { name: "settings" } }, { secretRef: { name: "none", optional: true } }],
          env: [
            { name: "PLAIN", value: "a $(P_ONE) $$(P_ONE) $(NONE)" },
            { name: "SECRET", valueFrom: { secretKeyRef: { name: "secrets", key: "THREE" } } },
            { name: "NO_KEY", valueFrom: { configMapKeyRef: { name: "settings", key: "NONE", optional: true } } },
            { name: "MY_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
            { name: "MY_LABEL", valueFrom: { fieldRef: { fieldPath: "metadata.labels['name']" } } },
            { name: "MY_IP", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } },
            { name: "MY_CPUS", valueFrom: { resourceFieldRef: { resource: "limits.cpu" } } },
            { name: "with.dots-and-dashes", value: "too" },
          ],
        },
      ],
    });
    const pod = await sandbox.ended("environment");
    assert.equal(pod.status?.phase, "Succeeded", sandbox.log("environment"));
    const lines = sandbox.log("environment").split("\n");
    const env: Readonly<Record<string, string | undefined>> = Object.fromEntries(
      lines.map((line) => [line.replace(/=.*$/, ""), line.replace(/^[^=]*=/, "")]),
    );
    assert.deepEqual(
      Object.fromEntries(
        ["P_ONE", "P_TWO", "PLAIN", "SECRET", "NO_KEY", "MY_NAME", "MY_LABEL", "MY_IP", "MY_CPUS", "OF", "HOSTNAME"].map((name) => [
          name,
          env[name],
        ]),
      ),
      {
        ...{ P_ONE: "1", P_TWO: "2", PLAIN: "a 1 $(P_ONE) $(NONE)", SECRET: "3", NO_KEY: undefined, MY_NAME: "environment" },
        ...{ MY_LABEL: "environment", MY_IP: pod.status?.podIP, MY_CPUS: "2", OF: "the image", HOSTNAME: "environment" },
      },
    );
    assert.match(String(env["KUBERNETES_SERVICE_HOST"]), /^10\./);
    assert.equal(env["AF_SANDBOX"], undefined, "nothing of the machine's own environment");
  });

  it("gets its files: with modes, owners and groups, paths that it chose, its own token, and no others", async () => {
    await sandbox.data("Secret", "keys", { "a.key": "secret", "b.key": "other" });
    await sandbox.pod("files", {
      serviceAccountName: "default",
      securityContext: { runAsUser: 2000, runAsGroup: 2001, fsGroup: 2002, supplementalGroups: [2003] },
      volumes: [
        { name: "keys", secret: { secretName: "keys", defaultMode: 0o400, items: [{ key: "a.key", path: "deep/a" }] } },
        {
          name: "all",
          projected: {
            sources: [{ secret: { name: "keys" } }, { downwardAPI: { items: [{ path: "me", fieldRef: { fieldPath: "metadata.name" } }] } }],
          },
        },
        { name: "scratch", emptyDir: {} },
      ],
      containers: [
        {
          ...sh(
            "id; stat -Lc '%a %u %g' /etc/new/deep/a; cat /etc/new/deep/a /one /all/me; ls /all; touch /scratch/x && stat -c '%u %g' /scratch/x; (: > /all/x) 2>&1; cut -c1-3 /var/run/secrets/kubernetes.io/serviceaccount/token; ls /root | wc -l; pwd",
          ),
          volumeMounts: [
            { name: "keys", mountPath: "/etc/new" },
            { name: "all", mountPath: "/one", subPath: "b.key" },
            { name: "all", mountPath: "/all", readOnly: true },
            { name: "scratch", mountPath: "/scratch" },
          ],
        },
      ],
    });
    await sandbox.ended("files");
    assert.deepEqual(sandbox.log("files").split("\n"), [
      "uid=2000 gid=2001 groups=2001,2002,2003",
      "440 0 2002",
      "secretotherfilesa.key",
      ...["b.key", "me", "2000 2002", "sh: 1: cannot create /all/x: Read-only file system", "eyJ"],
      ...["0", "/somewhere/else"],
    ]);
  });

  it("has the rights that its security context leaves it", async () => {
    const script =
      "grep -E '^(CapBnd|NoNewPrivs)' /proc/self/status; (: > /tmp/x) 2>&1; chown 1 /scratch 2>&1; set -- /proc/[0-9]*; echo $#; hostname";
    const securityContext = {
      runAsUser: 0,
      readOnlyRootFilesystem: true,
      allowPrivilegeEscalation: false,
      capabilities: { drop: ["ALL"] },
    };
    await sandbox.pod("rights", {
      volumes: [{ name: "scratch", emptyDir: {} }],
      containers: [{ ...sh(script), securityContext, volumeMounts: [{ name: "scratch", mountPath: "/scratch" }] }],
    });
    await sandbox.ended("rights");
    assert.deepEqual(
      sandbox
        .log("rights")
        .split("\n")
        .map((line) => line.replace(/\s+/g, " ").trim()),
      [
        ...["CapBnd: 0000000000000000", "NoNewPrivs: 1"],
        "sh: 1: cannot create /tmp/x: Read-only file system",
        "chown: changing ownership of '/scratch': Operation not permitted",
        ...["1", "rights"],
      ],
    );
  });

  it("runs what its image says where it says nothing", async () => {
    await sandbox.pod("entrypoint", {
      containers: [
        { name: "main", image: "registry/with-entrypoint@sha256:0" },
        { name: "args", image: "registry/with-entrypoint:2", args: ["$(A)"], env: [{ name: "A", value: "own" }] },
      ],
    });
    await sandbox.ended("entrypoint");
    assert.deepEqual(
      ["main", "args"].map((name) => sandbox.log("entrypoint", name)),
      ["entry usual", "entry own"],
    );
  });

  it("waits for what is missing, says for what, and gets what changes later", async () => {
    await sandbox.pod("waiting", {
      terminationGracePeriodSeconds: 0,
      volumes: [{ name: "later", secret: { secretName: "later" } }],
      containers: [
        {
          ...sh("while :; do cat /later/word; sleep 0.2; done"),
          env: [{ name: "A", valueFrom: { configMapKeyRef: { name: "settings", key: "LATER" } } }],
          volumeMounts: [{ name: "later", mountPath: "/later" }],
        },
      ],
    });
    await sandbox.until<readonly { reason: string; message: string; involvedObject: { name: string } }[]>(
      { ask: "list", apiVersion: "v1", kind: "Event", namespace: LIVE },
      (all) =>
        all.some(
          ({ reason, message, involvedObject }) =>
            involvedObject.name === "waiting" && reason === "FailedMount" && /secret "later" not found/.test(message),
        ),
    );
    await sandbox.data("Secret", "later", { word: "first " });
    const missing = await sandbox.podUntil("waiting", (pod) => stateOf(pod)?.state?.waiting?.reason === "CreateContainerConfigError");
    assert.match(stateOf(missing)?.state?.waiting?.message ?? "", /couldn't find key LATER in ConfigMap live\/settings/);
    await sandbox.data("ConfigMap", "settings", { ONE: "1", TWO: "2", LATER: "3" });
    await sandbox.podUntil("waiting", ({ status }) => status?.phase === "Running");
    await sandbox.data("Secret", "later", { word: "second " });
    for (const end = Date.now() + 30_000; !sandbox.log("waiting").endsWith("second");)
      assert.ok(Date.now() < end, "the file never changed");
    assert.match(sandbox.log("waiting"), /^(first )+(second )*second$/, "no reader saw anything else");
    await sandbox.gone("waiting");
  });

  const refusals: Readonly<Record<string, readonly [object, RegExp]>> = {
    "a program that is not there": [
      { name: "main", command: ["no-such-program"] },
      /container main: .*exec: "no-such-program": executable file not found/,
    ],
    "an image of which the map says nothing": [
      { name: "main", image: "unknown:3" },
      /image unknown:3: .*programs\.yaml says nothing of its programs on this machine \(images\.<name>\)/,
    ],
  };
  for (const [index, [what, [container, message]]] of Object.entries(refusals).entries())
    it(`fails for ${what}, and says so`, async () => {
      await sandbox.pod(`refused-${index}`, { restartPolicy: "OnFailure", containers: [container as { name: string }] });
      const { status } = await sandbox.ended(`refused-${index}`);
      assert.equal(status?.reason, "MissingProgram");
      assert.match(status.message ?? "", message);
    });

  it("waits as for an image that cannot be pulled where a controller would only make the same pod again", async () => {
    await sandbox.pod("no-image", { restartPolicy: "Always", containers: [{ name: "main", image: "unknown:3" }] });
    const pod = await sandbox.podUntil("no-image", (each) => stateOf(each)?.state?.waiting?.reason === "ErrImagePull");
    assert.equal(pod.status?.phase, "Pending");
    await sandbox.gone("no-image");
  });

  it("is reached by others at the name of its Service, listens where others do too, and reaches the API server as itself", async () => {
    const server = (name: string) => ({
      ...sh(`cd /tmp; echo ${name} > name; exec python3 -m http.server 8080`),
      ports: [{ name: "http", containerPort: 8080 }],
      readinessProbe: { httpGet: { port: "http" }, periodSeconds: 1 },
    });
    for (const name of ["one", "two"]) {
      await sandbox.pod(name, { terminationGracePeriodSeconds: 0, containers: [server(name)] });
      const ports = [{ port: 80, targetPort: "http" }];
      await sandbox.ask({
        ask: "apply",
        objects: [{ apiVersion: "v1", kind: "Service", metadata: { name, namespace: LIVE }, spec: { selector: { name }, ports } }],
      });
    }
    for (const name of ["one", "two"]) await sandbox.podUntil(name, (pod) => stateOf(pod)?.ready === true);
    const account = "/var/run/secrets/kubernetes.io/serviceaccount";
    const ask = `import ssl, urllib.request as u
for name in ("one", "two.live.svc"): print(u.urlopen("http://%s/name" % name, timeout=20).read().decode().strip())
trust = ssl.create_default_context(cafile="${account}/ca.crt")
request = u.Request("https://kubernetes.default.svc/apis/authentication.k8s.io/v1/selfsubjectreviews", method="POST", data=b'{"apiVersion":"authentication.k8s.io/v1","kind":"SelfSubjectReview"}')
request.add_header("Authorization", "Bearer " + open("${account}/token").read())
request.add_header("Content-Type", "application/json")
print("system:serviceaccount:live:default" in u.urlopen(request, context=trust).read().decode())
try: u.urlopen("http://192.0.2.1", timeout=5)
except OSError as error: print(error)`;
    await sandbox.pod("asker", { containers: [{ name: "main", command: ["python3", "-c", ask] }] });
    await sandbox.ended("asker");
    assert.deepEqual(sandbox.log("asker").split("\n"), ["one", "two", "True", "<urlopen error [Errno 101] Network is unreachable>"]);
    for (const name of ["one", "two"]) await sandbox.gone(name);
  });

  it("is played where the map does not choose it", async () => {
    const metadata = { name: "played", namespace: "default" };
    await sandbox.ask({
      ask: "apply",
      objects: [{ ...keyOf("played"), metadata, spec: { containers: [{ name: "main", image: "unknown:3" }] } }],
    });
    await sandbox.until<{ status: { phase: string } }>(
      { ask: "read", key: { ...keyOf("played"), metadata } },
      (pod) => pod.status.phase === "Running",
    );
  });
});
