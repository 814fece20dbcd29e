import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { findControlPlane } from "#af/sandbox/control-plane/control-plane";
import type { ClusterObject } from "#af/sandbox/cluster/client";
import { engineEnvironment } from "#af/sandbox/engine/environment";
import { toolsAtHand } from "#af/sandbox/tools/toolbox";
import type { TestSandbox } from "../sandbox/e2e/harness";
import { clonedProject } from "../workflows/clone";
import { READS_ALL, writeAccount } from "./account";
import { runStep, scriptsOf, type StepResult } from "../workflows/steps";
import { Tracker } from "../workflows/tracker";

/** What a person changes with kubectl, and what controllers write. The paths are those of the site that the suite has brought up. */
const HTCONDOR = "/api/v1/namespaces/htcondor";
const SCHEDD = "/apis/apps/v1/namespaces/htcondor/statefulsets/schedd";
const OF_HUB = "/api/v1/namespaces/jupyterhub";

/**
 * The nightly look at a site, as its workflow has it: hands are told apart, each with the way back, which is gone; a site that nobody has touched
 * is quiet. The job's kubeconfig may only read.
 * @param file gives the site file that the sandbox was brought up with.
 */
export function tellsDrift(sandbox: TestSandbox, file: () => string): void {
  const { site } = sandbox;
  const title = `${site} is not as its site file says`;
  let [clone, folder] = ["", ""];
  let env: NodeJS.ProcessEnv = {};
  let tracker: Tracker;

  before(async () => {
    folder = fs.mkdtempSync(path.join(sandbox.base, "drift-"));
    clone = clonedProject(folder);
    tracker = new Tracker(folder);
    const { found } = await toolsAtHand();
    const own = engineEnvironment(sandbox.folder, [found.pulumi?.path ?? ""]);
    env = { ...own, PATH: `${tracker.bin}${path.delimiter}${own["PATH"] ?? ""}`, SITE: site, GH_REPO: "o/r" };
    await writeAccount(sandbox, "reader", [READS_ALL], path.join(folder, "kubeconfig"));
  });

  const request = <T = unknown>(method: string, at: string, body?: unknown, type?: string): Promise<T> =>
    sandbox.ask<T>({ ask: "request", method, path: at, ...(body !== undefined && { body }), ...(type !== undefined && { type }) });
  const edit = (at: string, body: unknown, manager = "kubectl-edit") =>
    request("PATCH", `${at}?fieldManager=${manager}`, body, "application/merge-patch+json");
  const inside = (command: readonly string[]): readonly string[] => (findControlPlane(sandbox.folder) ?? assert.fail()).join(command);

  /** The scripts of the job that look at the site and write its issue. */
  function looked(): StepResult {
    const steps = scriptsOf("drift", "drift");
    const [look, tell] = [steps.find(({ id }) => id === "preview"), steps.at(-1)];
    assert.ok(look && tell && look !== tell);
    const result = runStep(look, clone, env, inside);
    const told = runStep(tell, clone, { ...env, OUTCOME: result.code === 0 ? "success" : "failure", URL: "https://example.org/run" });
    assert.equal(told.code, 0, told.log);
    return result;
  }

  it("tells hands apart by what they have done, each with the way back, and keeps quiet about controllers", async () => {
    // Tests before this one have changed it.
    fs.copyFileSync(sandbox.folder.stackFile, path.join(clone, path.basename(sandbox.folder.stackFile)));
    const node = await sandbox.ask<ClusterObject>({ ask: "read", key: { apiVersion: "v1", kind: "Node", metadata: { name: "node02" } } });
    await request("DELETE", "/api/v1/nodes/node02");
    const { annotations = {} } = node.metadata;
    await request("POST", "/api/v1/nodes", {
      ...node,
      metadata: { name: "node02", labels: { "kubernetes.io/hostname": "node02" }, annotations },
    });
    await request("DELETE", "/apis/networking.k8s.io/v1/namespaces/jupyterhub/networkpolicies/default-deny");
    await edit(`${OF_HUB}/resourcequotas/quota`, { spec: { hard: { pods: "7" } } });
    await edit(`${SCHEDD}`, { spec: { replicas: 0 } });
    await edit(`${HTCONDOR}/configmaps/schedd`, { data: { "zz.conf": "MAX_JOBS_RUNNING = 1" } });
    await edit(`${HTCONDOR}/secrets/schedd-tokens`, { data: { extra: "bm90LXRvLWJlLXNlZW4=" } });
    // What is no edit of a person: a restart, and what OpenShift gives each namespace.
    const restarted = { template: { metadata: { annotations: { "kubectl.kubernetes.io/restartedAt": "2027-01-01T00:00:00Z" } } } };
    await edit(SCHEDD, { spec: restarted }, "kubectl-rollout");
    await edit(OF_HUB, { metadata: { annotations: { "openshift.io/sa.scc.mcs": "s0:c27,c4" } } }, "cluster-policy-controller");

    const { code, log, summary } = looked();
    assert.equal(code, 1, log);
    const [issue, ...others] = tracker.issues();
    assert.deepEqual(others, []);
    assert.ok(issue?.title === title && issue.state === "open");
    assert.equal(issue.body, `${summary}\nhttps://example.org/run\n`);
    assert.deepEqual(sectionsOf(issue.body), {
      Gone: ["NetworkPolicy jupyterhub/default-deny"],
      "A host that was set up anew": ["Node node02"],
      "Scaled by hand": ["StatefulSet htcondor/schedd"],
      "Changed by hand": ["ResourceQuota jupyterhub/quota"],
      "Added by hand": ["ConfigMap htcondor/schedd", "Secret htcondor/schedd-tokens"],
    });
    assert.match(issue.body, /by kubectl-edit, \d{4}-\d\d-\d\dT/);
    assert.match(issue.body, /spec\.replicas: 1 -\\> 0/);
    assert.match(issue.body, /spec\.hard\.pods: \d+ -\\> 7/);
    assert.doesNotMatch(issue.body, /restartedAt|openshift/);
    assert.ok(!`${issue.body}${log}`.includes("bm90LXRvLWJlLXNlZW4"), "a secret is told");
  });

  it("is told alike by the sandbox, which asks no engine: by its status, and before a preview", async () => {
    const told = sectionsOf(tracker.issues()[0]?.body ?? "");
    for (const command of ["status", "preview"]) {
      const { stdout, stderr } = await sandbox.command(command, site, "--config-file", file()).finished;
      const [, report = ""] = /^BY HAND [^]*?(?=\n(?:\n|Previewing))/m.exec(`${stderr}${stdout}`)?.[0].split(/^ {4}npm run .*\n/m) ?? [];
      assert.deepEqual(reportedBy(report), told, `${command}: ${stdout}${stderr}`);
      assert.ok(!report.includes("bm90LXRvLWJlLXNlZW4"), "a secret is told");
    }
  });

  it("is quiet when the way back is gone, and closes the issue", async () => {
    const [command = ""] = /(?<=```sh\n)pulumi .*/.exec(tracker.issues()[0]?.body ?? "") ?? [];
    const up = { run: `export KUBECONFIG='${sandbox.folder.kubeconfig}'\n${command} --yes --non-interactive` };
    const { code, log } = runStep(up, clone, env, inside);
    assert.equal(code, 0, log);
    // No `up` takes out what nobody declares.
    await edit(`${HTCONDOR}/configmaps/schedd`, { data: { "zz.conf": null } });
    await edit(`${HTCONDOR}/secrets/schedd-tokens`, { data: { extra: null } });
    const quiet = looked();
    assert.equal(quiet.code, 0, quiet.log);
    assert.match(
      quiet.summary,
      new RegExp(`^### ✅ ${site} is as its site file says\n\nControllers have written what is expected of them: \\d+ fields?\\.\n$`),
    );
    const [issue, ...others] = tracker.issues();
    assert.deepEqual(others, []);
    assert.equal(issue?.state, "closed");
    assert.deepEqual(issue.comments, ["It is again: https://example.org/run"]);
    const { stdout } = await sandbox.command("status", site, "--config-file", file()).finished;
    assert.match(stdout, /Every pod has a host\.|PENDING/);
    assert.doesNotMatch(stdout, /BY HAND/);
  });
}

/** The objects of a report, by the title of their kind. */
function sectionsOf(text: string): Readonly<Record<string, readonly string[]>> {
  const sections = text.split(/^#### /m).slice(1);
  return Object.fromEntries(
    sections.map((each) => [
      each.slice(0, each.indexOf(":")),
      [...each.matchAll(/^- \*\*(.*?)\*\*/gm)].map(([, object]) => object ?? "").sort(),
    ]),
  );
}

/** The objects that the sandbox reports, by the title of their kind. */
function reportedBy(text: string): Readonly<Record<string, readonly string[]>> {
  const sections = text.split(/^ {2}(?=\S)/m).slice(1);
  return Object.fromEntries(
    sections.map((each) => [
      each.slice(0, each.indexOf(":")),
      [...each.matchAll(/^ {4}([A-Z]\w+ [\w./-]+)(?= \(|$)/gm)].map(([, object]) => object ?? "").sort(),
    ]),
  );
}
