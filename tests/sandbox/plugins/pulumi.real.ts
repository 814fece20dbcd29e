import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Cluster } from "#af/sandbox/cluster/client";
import { choosePlugins, installPlugins } from "#af/sandbox/plugins/install";
import { ControlPlane, controlPlaneTools, requireTools } from "./control-plane";

const canary = "canary-3f9c1d";

const program = `
const pulumi = require("@pulumi/pulumi");
const k8s = require("@pulumi/kubernetes");
const random = require("@pulumi/random");
const tls = require("@pulumi/tls");
const config = new pulumi.Config();
const password = new random.RandomPassword("password", { length: 24 });
const key = new tls.PrivateKey("key", { algorithm: "ECDSA", ecdsaCurve: "P256" });
const root = new tls.SelfSignedCert("root", {
  privateKeyPem: key.privateKeyPem, isCaCertificate: true, validityPeriodHours: 24, allowedUses: ["cert_signing"], subject: { commonName: "root" },
});
const provider = new k8s.Provider("cluster", { kubeconfig: process.env.KUBECONFIG, clusterIdentifier: "test", enableConfigMapMutable: true });
const namespace = new k8s.core.v1.Namespace("namespace", { metadata: { name: "tiny" } }, { provider });
const inside = { provider, parent: namespace, deletedWith: namespace };
const metadata = { namespace: namespace.metadata.name };
new k8s.core.v1.Secret("secret", {
  metadata, stringData: { token: config.requireSecret("token"), password: password.result, key: key.privateKeyPem, root: root.certPem },
}, inside);
const settings = new k8s.core.v1.ConfigMap("settings", { metadata, data: { size: config.require("size"), broken: config.get("broken") ?? "no" } }, inside);
new k8s.core.v1.ResourceQuota("quota", { metadata, spec: { hard: { "requests.cpu": "1000m" } } }, inside);
if (config.get("slow")) {
  const annotations = { "pulumi.com/waitFor": "jsonpath={.data.arrived}", "pulumi.com/patchForce": "true" };
  new k8s.core.v1.ConfigMap("slow", { metadata: { ...metadata, name: "slow", annotations } }, inside);
}
exports.settings = settings.metadata.name;
`;

const pack = `
const pulumi = require("@pulumi/pulumi");
const { PolicyPack } = require("@pulumi/policy");
const config = new pulumi.Config("tiny");
new PolicyPack("tiny", { policies: [
  { name: "sees-stack", description: "Says what a pack sees.", enforcementLevel: "advisory", validateStack: (args, report) => report(
    "stack " + pulumi.getStack() + " of " + pulumi.getProject() + ", size " + config.get("size") + ", token " + config.get("token") + ", dry " + pulumi.runtime.isDryRun()) },
  { name: "not-broken", description: "Refuses what is broken.", enforcementLevel: "mandatory", validateResource: (args, report) => {
    if (args.props.data && args.props.data.broken === "yes") report("it is broken");
  } },
] });
`;

interface Finished {
  readonly code: number | null;
  readonly output: string;
}

/** Ends with the real engine and Pulumi's own kubernetes provider what every other suite here does without them. */
describe("pulumi with the stand-in plugins", function () {
  this.timeout(300_000);
  const plane = new ControlPlane();
  const project = path.join(plane.folder, "a project");
  let environment: NodeJS.ProcessEnv;
  let executable = "";

  before(async function () {
    const tools = await requireTools(this, ...controlPlaneTools, "pulumi", "pulumi-resource-kubernetes");
    executable = tools.pulumi?.path ?? "";
    await plane.start(tools);
    const home = path.join(plane.folder, "ho me");
    installPlugins(
      path.join(home, "plugins"),
      choosePlugins({ kubernetes: tools["pulumi-resource-kubernetes"]?.path ?? "" }, { PATH: "", PULUMI_HOME: "" }),
    );
    for (const folder of [path.join(project, "pack"), path.join(plane.folder, "state")]) fs.mkdirSync(folder, { recursive: true });
    const write = (name: string, text: string): void => fs.writeFileSync(path.join(project, name), text);
    write(
      "Pulumi.yaml",
      "name: tiny\nmain: program/\nruntime: { name: nodejs, options: { typescript: false, nodeargs: --no-warnings } }\n",
    );
    write("package.json", '{ "name": "tiny", "version": "0.0.1" }');
    fs.mkdirSync(path.join(project, "program"));
    write("program/index.js", program);
    write("pack/PulumiPolicy.yaml", "runtime: nodejs\n");
    write("pack/package.json", '{ "name": "pack", "version": "0.0.1", "main": "index.js" }');
    write("pack/index.js", pack);
    fs.symlinkSync(path.resolve("node_modules"), path.join(project, "node_modules"));
    environment = {
      ...process.env,
      KUBECONFIG: plane.kubeconfig,
      PULUMI_HOME: home,
      PULUMI_IGNORE_AMBIENT_PLUGINS: "true",
      PULUMI_BACKEND_URL: `file://${path.join(plane.folder, "state")}`,
      PULUMI_CONFIG_PASSPHRASE: "",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    };
    await done("stack", "init", "dev");
    await done("config", "set", "size", "1");
    await done("config", "set", "--secret", "token", canary);
  });
  after(() => plane.stop());

  const begin = (
    ...args: readonly string[]
  ): { readonly child: ChildProcess; readonly finished: Promise<Finished>; readonly said: () => string } => {
    const child = spawn(executable, [...args, "--non-interactive", "--color", "never"], {
      cwd: project,
      env: environment,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    child.stdout.on("data", (chunk) => (output += String(chunk)));
    child.stderr.on("data", (chunk) => (output += String(chunk)));
    const finished = new Promise<Finished>((resolve) => child.once("close", (code) => resolve({ code, output })));
    return { child, finished, said: () => output };
  };
  const pulumi = (...args: readonly string[]): Promise<Finished> => begin(...args).finished;
  const done = async (...args: readonly string[]): Promise<string> => {
    const { code, output } = await pulumi(...args);
    assert.equal(code, 0, `pulumi ${args.join(" ")}\n${output}`);
    return output;
  };
  const up = ["up", "--yes", "--skip-preview"] as const;
  /** Requests of the provider that changed something; other programs of the control plane have names of their own. */
  const writes = (): readonly string[] => plane.writes((agent) => !/^kube-|^etcd/.test(agent));

  it("previews without writing anything, and lets a pack see its stack and configuration", async () => {
    const before = writes().length;
    const output = await done("preview", "--diff", "--policy-pack", "pack");
    assert.match(output, /stack dev of tiny, size 1, token \[secret\], dry true/);
    assert.match(output, /\+ 9 to create/);
    assert.deepEqual(writes().slice(before), []);
  });

  it("stops at a mandatory violation, in a preview and in an update, before the object is written", async () => {
    const before = writes().length;
    for (const command of [["preview"], [...up]]) {
      const { code, output } = await pulumi(...command, "--config", "broken=yes", "--policy-pack", "pack");
      assert.notEqual(code, 0);
      assert.match(output, /\[mandatory\] {2}not-broken[\s\S]*it is broken/);
    }
    assert.ok(
      !writes()
        .slice(before)
        .some((write) => write.includes("configmaps")),
      writes().join("\n"),
    );
    await done("config", "rm", "broken");
    // How much the engine had made beside the violating object when it stopped is a matter of timing.
    await done("destroy", "--yes", "--skip-preview");
  });

  it("makes everything, and nothing the second time", async () => {
    assert.match(await done(...up), /\+ 9 created/);
    const before = writes().length;
    assert.match(await done(...up, "--expect-no-changes"), /9 unchanged/);
    assert.match(await done("refresh", "--yes", "--skip-preview", "--expect-no-changes"), /9 unchanged/);
    assert.deepEqual(writes().slice(before), []);
  });

  it("changes exactly what the program changes, as the preview said", async () => {
    await done("config", "set", "size", "2");
    const preview = await done("preview", "--diff");
    assert.match(preview, /~ size: "1" => "2"/);
    assert.match(preview, /~ 1 to update\n\s+8 unchanged/);
    const before = writes().length;
    assert.match(await done(...up), /~ 1 updated\n\s+8 unchanged/);
    assert.match(writes().slice(before).join("\n"), /^(patch \/api\/v1\/namespaces\/tiny\/configmaps\/settings-[0-9a-f]{8}(\?\S*)?\n?)+$/);
  });

  it("keeps every secret out of the state, the plan and the logs", async () => {
    const state = await done("stack", "export");
    const clear = JSON.parse(await done("stack", "export", "--show-secrets")) as {
      deployment: { resources: readonly Record<string, unknown>[] };
    };
    const password = clear.deployment.resources.find(({ type }) => String(type).endsWith(":RandomPassword"));
    const { plaintext = "" } = (password?.["outputs"] as { result?: { plaintext?: string } } | undefined)?.result ?? {};
    const drawn = JSON.parse(plaintext) as string;
    assert.equal(drawn.length, 24);
    const shown = await done("preview", "--diff", "--show-config", "--show-sames");
    for (const text of [state, shown])
      for (const secret of [canary, drawn, "BEGIN EC PRIVATE KEY", Buffer.from(canary).toString("base64")])
        assert.ok(!text.includes(secret), secret);
  });

  it("converges after the engine was killed in the middle of an update, and leaves no process behind", async () => {
    await done("config", "set", "slow", "true");
    const { child, finished, said } = begin(...up);
    while (!writes().some((write) => /configmaps\/slow\b/.test(write))) {
      assert.equal(child.exitCode, null, said());
      await sleep(100);
    }
    child.kill("SIGKILL");
    await finished;
    await sleep(1000);
    const left = fs
      .readdirSync("/proc")
      .filter((pid) => /^\d+$/.test(pid))
      .filter((pid) => commandLine(pid).includes("sandbox/plugins") && environmentOf(pid).includes(plane.folder));
    assert.deepEqual(left.map(commandLine), []);
    // Pulumi's own provider stays for minutes, and ends with its engine only in the sandbox, which looks for it.
    for (const pid of fs.readdirSync("/proc").filter((name) => /^\d+$/.test(name)))
      if (commandLine(pid).includes("pulumi-resource-kubernetes") && environmentOf(pid).includes(plane.folder))
        process.kill(Number(pid), "SIGKILL");
    await pulumi("cancel", "--yes");
    // What was waited for arrives meanwhile. The program stays as it is: the provider keeps in its state the object that its watch shows
    // it when the wait is over, which may be the one from before its own write.
    const slow = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "slow", namespace: "tiny" } };
    await Cluster.load(plane.kubeconfig).merge(slow, { data: { arrived: "yes" } });
    await done("refresh", "--yes", "--skip-preview", "--clear-pending-creates");
    assert.match(await done(...up), /\+ 1 created/);
    assert.match(await done(...up, "--diff", "--expect-no-changes"), /10 unchanged/);
  });

  it("takes everything away again", async () => {
    assert.match(await done("destroy", "--yes", "--skip-preview"), /- 10 deleted/);
    assert.match(await done("stack", "ls"), /dev\S*\s+.*\s0\s*$/m);
  });
});

function commandLine(pid: string): string {
  return readProcess(pid, "cmdline");
}

function environmentOf(pid: string): string {
  return readProcess(pid, "environ");
}

function readProcess(pid: string, name: string): string {
  try {
    return fs.readFileSync(`/proc/${pid}/${name}`, "utf8").replaceAll("\0", " ");
  } catch {
    return "";
  }
}
