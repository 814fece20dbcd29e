import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { parse, parseDocument } from "yaml";
import { releasesOf } from "#af/stacks/site/releases";
import { newestOf } from "#af/sandbox/charts/release";
import type { ClusterObject } from "#af/sandbox/cluster/client";
import { hostsOf } from "#af/components/nodes/settings";
import { nameOf } from "#af/components/tenancy/settings";
import { namespacesOf } from "#af/stacks/namespaces";
import { siteFile } from "#af/stacks/site/project";
import { readSite } from "#af/stacks/site/read";
import { rolesOf } from "#af/stacks/site/parts";
import { filesBelow } from "../support/files";
import { SITES } from "../support/site-config";
import { progressOf } from "#af/terminal/progress";
import type { ChangesDocument } from "#af/tools/changes/document";
import { makePlan } from "#af/tools/plan/plan";
import { runTool } from "../tools/run-tool";
import { judgementsIn, judgementsOf } from "./judgements";
import { bearsHands, leavesHostsAlone, readsAsWritten } from "./life-cycle";
import { keepsEverySecret } from "./kept-secrets";
import { refusesWhatIsUnwanted } from "./unwanted";
import { EDITED } from "../tools/changes/edits";
import { FIRST_WRITE, FLUX_AT_WORK, HELM_AT_WORK, killedAt } from "./moments";
import { type Finished, TestSandbox, toolsOrSkip } from "../sandbox/e2e/harness";

/** Writes with which the sandbox makes what a site's cluster comes with. */
const GIVEN = /fieldManager=sandbox-given|customresourcedefinitions\/routes\.route\.openshift\.io/;

type Pod = ClusterObject & { readonly spec: { readonly nodeName?: string } };

for (const name of SITES) {
  describe(`the facility ${name} in the sandbox`, function () {
    this.timeout(600_000);
    // Each test goes on from the state that the one before it left.
    this.bail(true);
    const site = readSite(name);
    const sandbox = new TestSandbox(name);
    const changedFile = path.join(sandbox.base, "changed.yaml");
    const inBase = (file: string): string => path.join(sandbox.base, file);
    const [state, page, manifests] = [inBase("state.json"), inBase("page.html"), inBase("manifests")];
    /** All that commands have printed. */
    const said: string[] = [];

    before(async function () {
      await toolsOrSkip(this);
      planned = judgementsOf((await makePlan(site, progressOf("plan"))).verdict.findings);
    });
    after(() => sandbox.remove());

    const ran = async (expected: number, ...args: readonly string[]): Promise<Finished> => {
      const finished = await sandbox.command(...args).finished;
      said.push(finished.stdout, finished.stderr);
      assert.equal(
        finished.code,
        expected,
        `sandbox ${args.join(" ")} ended with ${finished.code}:\n${finished.stdout}\n${finished.stderr}`,
      );
      return finished;
    };
    let planned: readonly string[];
    const pods = () => sandbox.ask<readonly Pod[]>({ ask: "list", apiVersion: "v1", kind: "Pod" });

    it("refuses a wrong site file with every problem, and starts nothing", async () => {
      write(changedFile, name, [
        [["af:nodes", "surprise"], 1],
        [["af:hub", "host"], "Not A Name"],
      ]);
      const { stderr } = await ran(2, "up", name, "--config-file", changedFile);
      assert.match(stderr, /af:nodes\.surprise: found 1/);
      assert.match(stderr, /af:hub\.host: found "Not A Name"; allowed: a DNS name/);
      assert.doesNotMatch(stderr, /\n\s+at /);
      assert.deepEqual(sandbox.processes(), []);
    });

    it("is previewed from nothing without a single write", async () => {
      const before = new Date();
      const { stdout } = await ran(0, "preview", name);
      assert.deepEqual(uris(before), []);
      assert.deepEqual(judgementsIn(stdout), [planned]);
      assert.equal((await sandbox.ask<readonly ClusterObject[]>({ ask: "list", apiVersion: "v1", kind: "Namespace" })).length, 4);
    });

    // A kill costs a minute of CI. A site with Flux is killed at the moment that only such a site has; the others try the rest.
    const moments = site.delivery.kind === "flux" ? [FLUX_AT_WORK] : [FIRST_WRITE, HELM_AT_WORK];
    for (const moment of moments) it(`is killed ${moment.what}`, () => killedAt(moment, sandbox));

    it("converges after all that, with nothing left under way", async () => {
      await ran(0, "up", name);
      assert.deepEqual(sandbox.state().pending, []);
      const secrets = await sandbox.ask<readonly ClusterObject[]>({ ask: "list", apiVersion: "v1", kind: "Secret", labels: "owner=helm" });
      const records = newestOf(secrets);
      assert.equal(records.length, releasesOf(site).length);
      for (const { release, status } of records) assert.equal(status, "deployed", release);
    });

    it("places every pod, or names it as pending with its reason", async () => {
      const { stdout } = await ran(0, "status", name);
      const unplaced = (await pods()).filter((pod) => pod.spec.nodeName === undefined);
      for (const { metadata } of unplaced) assert.match(stdout, new RegExp(metadata.name));
      if (unplaced.length === 0) assert.match(stdout, /Every pod has a host/);
      for (const host of hostsOf(site.nodes)) assert.ok(stdout.includes(host.name), `${host.name} is not in the table`);
    });

    it("is what its manifests say: the API server takes each file of `plan --manifests` as it is written", async () => {
      const { code, stderr } = runTool("plan", [name, "--manifests", manifests]);
      assert.equal(code, 0, stderr);
      const leftOut: string[] = [];
      const refused: string[] = [];
      let taken = 0;
      for (const file of filesBelow(manifests).filter((each) => each.endsWith(".yaml"))) {
        const manifest = fs.readFileSync(file, "utf8");
        const object = parse(manifest) as ClusterObject;
        // The contents of a Secret are hidden in its file.
        if (object.kind === "Secret") continue;
        try {
          const stored = await sandbox.ask<ClusterObject | null>({ ask: "try", key: object, manifest });
          if (stored === null) leftOut.push(`${object.kind} of ${object.apiVersion}: ${object.metadata.name}`);
          else {
            taken += 1;
            // The definition of a HelmRelease allows any values, so only a comparison shows one that was read as something else.
            if (object.kind === "HelmRelease") assert.deepEqual(valuesOf(stored), valuesOf(object), file);
          }
        } catch (error) {
          refused.push(`${path.relative(manifests, file)}: ${(error as Error).message}`);
        }
      }
      assert.deepEqual(refused, []);
      assert.ok(taken > 30, `${taken} files`);
      // Pulumi's own client of Helm has a kind that no API server knows.
      assert.deepEqual(
        leftOut.filter((line) => !line.startsWith("Release of helm.sh/")),
        [],
      );
      console.log(`      taken: ${taken}; left out: ${leftOut.join(", ") || "none"}`);
    });

    it("changes nothing when it is brought up again", async () => {
      const before = new Date();
      const { stdout } = await ran(0, "up", name);
      assert.deepEqual(uris(before), []);
      assert.match(stdout, /\d+ unchanged/);
      assert.doesNotMatch(stdout, /\d+ (created|updated|deleted|replaced)/);
      assert.deepEqual(judgementsIn(stdout), [planned, planned]);
    });

    it("is told to be as planned, and what would lose data is refused before it is touched", async () => {
      // What a hand may have exported with its secrets in clear shows them no more than another.
      await ran(0, "exec", name, "--", "pulumi", "stack", "export", "-s", name, "--show-secrets", "--file", state);
      const told = (...args: readonly string[]): ChangesDocument => {
        const { stdout, stderr } = runTool("plan", [name, "--deployed", state, "--json", ...args]);
        said.push(stdout, stderr);
        return JSON.parse(stdout || stderr) as ChangesDocument;
      };
      // The sandbox has charts in a repository of its own, at a port that Flux may reach.
      const fields = told("--html", page).changes.flatMap((change) => change.fields.map(({ path: field }) => `${change.action} ${field}`));
      assert.deepEqual(
        fields.filter((field) => !/^update spec\.(repositoryOpts\.repo|url|egress\[\d\]\.ports\[\d{5}\])$/.test(field)),
        [],
      );
      write(changedFile, name, [[["af:hub", "database"], { size: "512Mi" }]]);
      const { changes, sites } = told("--config-file", changedFile);
      assert.match(changes.map(({ refused }) => refused ?? "").join(), /hub\.db\.pvc\.storage was 1Gi, is 512Mi; allowed: 1Gi or more/);
      assert.equal(sites[0]?.worse, true);
    });

    // Whatever the site, the engine tells one changed object from the others alike, and what a pack refuses from what it takes: one site shows it.
    if (name !== EDITED) {
      it("changes exactly one object when one quota of the site file changes", async () => {
        const pods = Number(namespacesOf(site).hub?.hard["pods"]) + 10;
        write(changedFile, name, [[["af:tenancy", "pins"], { hub: { because: "a test", pods } }]]);
        const before = new Date();
        await ran(0, "up", name, "--config-file", changedFile);
        const namespace = nameOf(site.tenancy, "hub");
        // The provider may write an object in two steps, the first of which takes over its fields from an earlier manager.
        assert.deepEqual([...new Set(uris(before))], [`patch /api/v1/namespaces/${namespace}/resourcequotas/quota`]);
        const quota = await sandbox.ask<{ spec: { hard: Record<string, string> } }>({
          ask: "read",
          key: { apiVersion: "v1", kind: "ResourceQuota", metadata: { name: "quota", namespace } },
        });
        assert.equal(quota.spec.hard["pods"], String(pods));
      });

      it("writes nothing in a preview of that change undone", async () => {
        const before = new Date();
        const { stdout } = await ran(0, "preview", name);
        assert.match(stdout, /1 to update/);
        assert.deepEqual(uris(before), []);
      });

      leavesHostsAlone(sandbox, () => {
        const [pool = "", { hosts } = { hosts: [] }] =
          Object.entries(site.nodes).sort(([, a], [, b]) => b.hosts.length - a.hosts.length)[0] ?? [];
        write(changedFile, name, [[["af:nodes", pool, "hosts"], hosts.slice(0, -1)]]);
        return changedFile;
      });

      it("stops preview and up at a mandatory violation, before anything is written", async () => {
        write(changedFile, name, [[["af:tenancy", "pins"], { hub: { because: "a test", cpu: "100m" } }]]);
        const { verdict } = await makePlan(readSite(name, changedFile), progressOf("plan"));
        for (const command of ["preview", "up"]) {
          const before = new Date();
          const finished = await sandbox.command(command, name, "--config-file", changedFile).finished;
          said.push(finished.stdout, finished.stderr);
          assert.notEqual(finished.code, 0, `${command} passed`);
          assert.match(finished.stdout + finished.stderr, /\[mandatory\][\s\S]*requests\.cpu/);
          assert.deepEqual(judgementsIn(finished.stdout), [judgementsOf(verdict.findings)]);
          assert.deepEqual(uris(before), [], `${command} wrote`);
        }
      });

      it("goes back to the site file as it is tracked", async () => {
        assert.match((await ran(0, "up", name)).stdout, /~ 1 updated/);
      });
    }

    if (name === EDITED) {
      readsAsWritten(sandbox, () => siteFile(name));
      refusesWhatIsUnwanted(sandbox, (since) => uris(since));
    } else bearsHands(sandbox, () => siteFile(name));

    keepsEverySecret(sandbox, { said, clearState: state, page, manifests });

    it("leaves only what is protected when it is destroyed, and what that stands on", async () => {
      const { stdout } = await ran(0, "destroy", name);
      assert.match(stdout, /\d+ deleted/);
      const left = (await sandbox.ask<readonly ClusterObject[]>({ ask: "list", apiVersion: "v1", kind: "Namespace" })).map(
        ({ metadata }) => metadata.name,
      );
      const present = rolesOf(site);
      for (const role of ["hub", "rook", "batch"] as const)
        assert.equal(left.includes(nameOf(site.tenancy, role)), present.includes(role), `what holds data in ${role} is kept`);
      for (const role of ["servicex", "monitoring", "data"] as const)
        assert.ok(!left.includes(nameOf(site.tenancy, role)), `the namespace of ${role} is still there`);
      if (site.storage.kind === "rook") {
        const clusters = await sandbox.ask<readonly ClusterObject[]>({ ask: "list", apiVersion: "ceph.rook.io/v1", kind: "CephCluster" });
        assert.equal(clusters.length, 1);
      }
    });

    it("ends without a process left", async () => {
      await sandbox.stop();
      assert.deepEqual(sandbox.processes(), []);
    });

    // The sandbox makes the hosts and what a site's cluster comes with, before Pulumi starts.
    const uris = (since: Date): readonly string[] =>
      sandbox
        .writesSince(since)
        .filter(({ requestURI }) => !GIVEN.test(requestURI))
        .map(({ verb, requestURI }) => `${verb} ${requestURI.replace(/\?.*/, "")}`)
        .filter((write) => write !== "create /api/v1/nodes");
  });
}

function valuesOf({ spec }: ClusterObject): unknown {
  return (spec as { readonly values?: unknown } | undefined)?.values;
}

/** Writes a copy of the site file with some values changed. */
function write(file: string, site: string, changes: readonly (readonly [path: readonly string[], value: unknown])[]): void {
  const document = parseDocument(fs.readFileSync(siteFile(site), "utf8"));
  for (const [at, value] of changes) document.setIn(["config", ...at], value);
  fs.writeFileSync(file, document.toString());
}
