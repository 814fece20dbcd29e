import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { parseDocument } from "yaml";
import { findControlPlane, type RunningControlPlane } from "#af/sandbox/control-plane/control-plane";
import type { ClusterObject } from "#af/sandbox/cluster/client";
import { engineEnvironment } from "#af/sandbox/engine/environment";
import { projectFolder } from "#af/stacks/site/project";
import { FACILITY_PACK } from "#af/policies/pack-names";
import { hostsOf } from "#af/components/nodes/settings";
import { parseSite } from "#af/stacks/site/parse";
import { changesOf, TestSandbox, toolsOrSkip, touchedBy } from "../sandbox/e2e/harness";
import { settingsOfKind } from "../support/site-kinds";
import { tellsDrift } from "./drift";
import { tellsRefusals } from "./refused";
import { runTool } from "../tools/run-tool";
import { writeSettings } from "../tools/site-files";

type Change = readonly [path: readonly (string | number)[], value: unknown];
interface Ran {
  readonly code: number;
  readonly output: string;
}

/** One small site, and Pulumi's own CLI without policy packs: what is tried here is how the provider writes. */
describe("what Pulumi's kubernetes provider does with a site", function () {
  this.timeout(600_000);
  this.bail(true);
  const name = "faults";
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "af-faults-"));
  const sandbox = new TestSandbox(name);
  let [pulumi, file] = ["", ""];
  let controlPlane: RunningControlPlane;
  let hosts: readonly string[] = [];

  before(async function () {
    pulumi = (await toolsOrSkip(this)).pulumi.path;
    const settings = { ...(await settingsOfKind("batch(htcondor).schedd: dedicated")), monitoring: { kind: "provided" } };
    const door = {
      protocols: [{ kind: "roots", port: 1094 }],
      exports: ["/store"],
      hosts: [{ name: "door.example.edu", address: "198.51.100.1" }],
    };
    const site = {
      ...settings,
      data: {
        ...(settings as { data?: object }).data,
        stores: { tier2: { kind: "hdfs", capacity: "1P", status: "a test's", doors: door } },
      },
    };
    hosts = hostsOf(parseSite({ ...site, site: { ...(site as { site?: object }).site, name } }, "a test").nodes).map((host) => host.name);
    file = writeSettings(folder, name, { ...site, site: { ...(site as { site?: object }).site, name } });
    const first = await sandbox.command("up", name, "--config-file", file).finished;
    assert.equal(first.code, 0, first.stdout + first.stderr);
    controlPlane = findControlPlane(sandbox.folder) ?? assert.fail("the control plane does not run");
  });
  after(async () => {
    await sandbox.remove();
    fs.rmSync(folder, { recursive: true });
  });

  /** Runs Pulumi's CLI in the cell on a copy of the stack file with some settings changed. */
  const run = (args: readonly string[], changes: readonly Change[] = [], env: NodeJS.ProcessEnv = {}): Promise<Ran> => {
    const document = parseDocument(fs.readFileSync(sandbox.folder.stackFile, "utf8"));
    for (const [at, value] of changes) document.setIn(["config", ...at], value);
    const edited = path.join(folder, "edited.yaml");
    fs.writeFileSync(edited, document.toString());
    const configuration = args[0] === "state" ? [] : ["--config-file", edited];
    const [command = "", ...rest] = controlPlane.join([pulumi, ...args, "--stack", name, ...configuration, "--non-interactive"]);
    return new Promise((resolve) => {
      const options = { cwd: projectFolder(), env: { ...engineEnvironment(sandbox.folder, [pulumi]), ...env } };
      execFile(command, rest, options, (error, stdout, stderr) =>
        resolve({ code: error ? Number(error.code) : 0, output: stdout + stderr }),
      );
    });
  };
  const passes = async (args: readonly string[], changes?: readonly Change[]): Promise<string> => {
    const { code, output } = await run(args, changes);
    assert.equal(code, 0, output);
    return output;
  };
  const read = (apiVersion: string, kind: string, object: string, namespace: string) =>
    sandbox.ask<ClusterObject & { readonly spec: { readonly ports: readonly { readonly port: number }[] } }>({
      ask: "read",
      key: { apiVersion, kind, metadata: { name: object, namespace } },
    });
  const DOOR_OBJECTS = [
    "~ kubernetes:core/v1:ConfigMap doors-tier2-record",
    "~ kubernetes:core/v1:Service doors-tier2-service",
    "~ kubernetes:discovery.k8s.io/v1:EndpointSlice doors-tier2-endpoints",
  ];

  it("reads back every object as it was written", async () => {
    const output = await passes(["refresh", "--yes", "--skip-preview", "--expect-no-changes"]);
    assert.deepEqual(Object.keys(changesOf(output)), ["unchanged"]);
  });

  it("lends its own pulumi and helm to whoever looks inside, and names them where a program is missing", async () => {
    const stack = await sandbox.command("exec", name, "--", "pulumi", "stack", "--stack", name).finished;
    assert.match(stack.stdout, /kubernetes:core\/v1:Namespace/, stack.stderr);
    assert.equal((await sandbox.command("exec", name, "--", "helm", "list", "--all-namespaces").finished).code, 0);
    const missing = await sandbox.command("exec", name, "--", "no-such-program").finished;
    assert.equal(missing.code, 127);
    assert.match(missing.stderr, /no-such-program is not on PATH; the sandbox brings etcd, helm, .*pulumi/);
  });

  it("makes no node for a host that has not joined: it is refused, and nothing is written", async () => {
    const [first = "", ...others] = hosts;
    const missing: readonly Change[] = [
      [
        ["af:nodes", "workers", "hosts"],
        [`${first}x`, ...others, "absent"],
      ],
    ];
    const before = new Date();
    for (const args of [["preview"], ["up", "--yes", "--skip-preview"]]) {
      const { code, output } = await run(args, missing);
      assert.notEqual(code, 0, args.join(" "));
      assert.match(output, /2 problems/);
      assert.match(output, new RegExp(`af:nodes\\.workers\\.hosts: ${first}x is no node of the cluster \\(did you mean ${first}\\?\\)`));
      assert.match(output, /absent is no node of the cluster; join it first/);
      assert.doesNotMatch(output, /\n\s+at /);
    }
    assert.deepEqual(sandbox.writesSince(before), []);
  });

  it("writes nothing for a host that has not joined but in an up: it is named to who previews and reads, with what registers it", async () => {
    const edited = path.join(folder, "other-hosts.yaml");
    const document = parseDocument(fs.readFileSync(file, "utf8"));
    document.setIn(["config", "af:nodes", "workers", "hosts"], [...hosts.slice(1), "absent"]);
    fs.writeFileSync(edited, document.toString());
    const before = new Date();
    const { stackFile } = sandbox.folder;
    const asItWas = fs.readFileSync(stackFile);
    const ended = async (command: string, ...extra: readonly string[]) => {
      const { code, stdout, stderr } = await sandbox.command(command, name, "--config-file", edited, "--", ...extra).finished;
      assert.doesNotMatch(stderr, /IN THE WAY/);
      const said = stderr.split("\n").filter((line) => line.includes("not in the sandbox's cluster"));
      return { code, said, output: stdout + stderr };
    };
    const line = (command: string) =>
      `1 host of the site file is not in the sandbox's cluster: absent; a ${command} writes nothing; npm run sandbox -- up ${name} registers it`;
    const preview = await ended("preview");
    assert.deepEqual(preview.said, [line("preview")]);
    // The program refuses it as it would at a real cluster.
    assert.notEqual(preview.code, 0);
    assert.match(preview.output, /af:nodes\.workers\.hosts: absent is no node of the cluster; join it first/);
    const refresh = await ended("refresh", "--expect-no-changes");
    assert.deepEqual(refresh.said, [line("refresh")]);
    assert.equal(refresh.code, 0, refresh.output);
    // What there is to import and to take away is there or is not; no host has to be.
    for (const [command, ...extra] of [
      ["import", "kubernetes:core/v1:ConfigMap", "none", "default/none"],
      ["destroy", "--target", "urn:pulumi:none"],
    ] as const) {
      const { code, said, output } = await ended(command, ...extra);
      assert.notEqual(code, 0, output);
      assert.deepEqual(said, []);
    }
    // The sandbox takes the file of its last command for the engine's, and the tests below edit that one.
    fs.writeFileSync(stackFile, asItWas);
    assert.deepEqual(sandbox.strangersWritesSince(before), []);
    assert.ok(sandbox.strangersWritesSince(new Date(0)).length > 0, "the audit log shows no write of the first up either");
  });

  it("changes the data of what pods mount in place, and rolls the pods", async () => {
    const namespace = "htcondor";
    const uids = async () => {
      const config = await read("v1", "ConfigMap", "schedd", namespace);
      const tokens = await read("v1", "Secret", "schedd-tokens", namespace);
      return [config.metadata.uid, tokens.metadata.uid];
    };
    const before = await uids();
    await passes(["config", "set", "--path", "--secret", "af:secrets.condorDaemonToken", "another-token"]);
    fs.copyFileSync(path.join(folder, "edited.yaml"), sandbox.folder.stackFile);
    const output = await passes(["up", "--yes"], [[["af:batch", "schedd", "limits"], { jobsRunning: 1500 }]]);
    assert.deepEqual([...touchedBy(output)].sort(), [
      "~ kubernetes:apps/v1:StatefulSet schedd-set",
      "~ kubernetes:core/v1:ConfigMap schedd-config",
      "~ kubernetes:core/v1:Secret schedd-tokens",
    ]);
    assert.deepEqual(await uids(), before);
    await passes(["up", "--yes"]);
  });

  it("changes a port that an interrupted run has set already, and changes it back", async () => {
    const service = sandbox.state().urns.find((urn) => urn.endsWith("::doors-tier2-service")) ?? assert.fail();
    const { metadata } = await read("v1", "Service", "doors-tier2", "jupyterhub");
    // What a creation leaves that was killed before the engine heard of it: an object that the state does not have.
    await passes(["state", "delete", service, "--target-dependents", "--yes"]);
    await passes(["up", "--yes"]);
    for (const port of [1095, 1094]) {
      // User servers are told the port, and the charts that the sandbox serves hold what the site file says.
      const changed = path.join(folder, "ports.yaml");
      fs.writeFileSync(changed, fs.readFileSync(file, "utf8").replace("port: 1094", `port: ${port}`));
      const { code, stdout: output, stderr } = await sandbox.command("up", name, "--config-file", changed).finished;
      assert.equal(code, 0, output + stderr);
      assert.deepEqual([...touchedBy(output)].filter((line) => /doors-/.test(line)).sort(), DOOR_OBJECTS);
      const { metadata: after, spec } = await read("v1", "Service", "doors-tier2", "jupyterhub");
      assert.deepEqual([after.uid, spec.ports.map((each) => each.port)], [metadata.uid, [port]]);
    }
  });

  it("previews without a cluster, as for a pull request, and says what it does not know; without packs it counts as judged by nobody", async () => {
    const events = path.join(folder, "events");
    const env = { KUBECONFIG: path.join(folder, "none"), PULUMI_DEBUG_COMMANDS: "true" };
    const { code, output } = await run(["preview", "--event-log", events], [], env);
    assert.equal(code, 0, output);
    assert.match(output, /not known whether the site's hosts have joined/);
    const judged = runTool("site", ["judged", "--events", events]);
    assert.equal(judged.code, 1, judged.stderr);
    assert.equal(judged.stdout, `the pack ${FACILITY_PACK} has not judged this run\n`);
  });

  const another = (port: number, more = false): string => {
    const document = parseDocument(fs.readFileSync(file, "utf8"));
    const stores = ["config", "af:data", "stores"];
    document.setIn([...stores, "tier2", "doors", "protocols", 0, "port"], port);
    if (more) {
      document.setIn([...stores, "tier3"], parseDocument(String(document.getIn([...stores, "tier2"], true))).toJS());
      document.setIn(["config", "af:batch", "schedd", "limits"], { jobsRunning: 1500 });
    }
    file = path.join(folder, "another.yaml");
    fs.writeFileSync(file, document.toString());
    return file;
  };
  tellsDrift(sandbox, () => file);
  tellsRefusals(sandbox, another, (args, env) => run(args, [], env));
});
