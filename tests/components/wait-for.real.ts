import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { WAIT_FOR } from "#af/components/wait-for";
import { groupOf } from "#af/components/manifest";
import { crdSource, ensureCrds } from "#af/sandbox/charts/crds";
import { Cluster, type ClusterObject } from "#af/sandbox/cluster/client";
import { ControlPlane, controlPlaneTools, requireTools } from "../sandbox/plugins/control-plane";
import { OPERATOR_STATUSES } from "../support/operator-statuses";
import { PulumiProject } from "../support/pulumi-project";
import { everyObject, everyRecording } from "../support/recordings";
import { everyWait, MALFORMED } from "../support/waits";
import { notChecked } from "../support/skipped";

/** Seconds for which Pulumi waits here. What is ready when it looks is so within a fraction of one. */
const PATIENCE = 15;

const program = `
const fs = require("node:fs");
const pulumi = require("@pulumi/pulumi");
const k8s = require("@pulumi/kubernetes");
const provider = new k8s.Provider("cluster", { kubeconfig: process.env.KUBECONFIG, clusterIdentifier: "test" });
for (const { key, manifest } of JSON.parse(fs.readFileSync(__dirname + "/../objects.json", "utf8")))
  new k8s.apiextensions.CustomResource(key, manifest, { provider, customTimeouts: { create: "${PATIENCE}s", update: "${PATIENCE}s" } });
`;

/** An object with the status that somebody in the operator's place writes. */
interface Case {
  readonly key: string;
  readonly manifest: ClusterObject;
  /** Undefined as long as the operator has written none. */
  readonly status: object | undefined;
  readonly comes: boolean;
}

describe("Pulumi's provider, waiting for what the program waits for", function () {
  this.timeout(240_000);
  const plane = new ControlPlane();
  let project: PulumiProject;
  let cluster: Cluster;
  let cases: readonly Case[];

  before(async function () {
    if (crdSource().kind === "permissive")
      return notChecked(this, "no definitions beside the project and no AF_CRDS: a permissive one keeps every field of a status");
    const tools = await requireTools(this, ...controlPlaneTools, "pulumi", "pulumi-resource-kubernetes");
    const waits = everyWait(everyObject(await everyRecording()));
    cases = waits.flatMap(({ use, text, written }, index): readonly Case[] => {
      const { ready, notReady, observes } = OPERATOR_STATUSES[use] ?? assert.fail(use);
      const statuses: readonly (readonly [string, object | undefined, boolean])[] = [
        ["ready", ready, true],
        ["unseen", undefined, false],
        ...Object.entries(notReady).map(([name, status]) => [name, status, false] as const),
        ...(observes ? [["outdated", ofGeneration(ready, 0), false] as const] : []),
      ];
      const { apiVersion, kind } = written.object;
      return statuses.map(([name, status, comes]) => ({
        key: `${kind.toLowerCase()}-${index}-${name}`,
        manifest: {
          apiVersion,
          kind,
          metadata: { name: `${kind.toLowerCase()}-${index}-${name}`, namespace: "default", annotations: { [WAIT_FOR]: text } },
          spec: known(written.manifest["spec"]),
        },
        status,
        comes,
      }));
    });
    await plane.start(tools);
    cluster = Cluster.load(plane.kubeconfig);
    await ensureCrds(cluster, [...new Set(waits.map(({ written }) => groupOf(written.object.apiVersion)))]);
    project = new PulumiProject(tools, plane.folder, plane.kubeconfig, program);
    assert.equal((await project.run("stack", "init", "dev")).code, 0);
  });
  after(() => plane.stop());

  const up = (objects: readonly { readonly key: string; readonly manifest: object }[], ...args: readonly string[]) => {
    fs.writeFileSync(path.join(plane.folder, "project", "objects.json"), JSON.stringify(objects));
    return project.run("up", "--yes", "--skip-preview", "--parallel", "100", "--suppress-progress", ...args);
  };

  it("goes on with each that is ready, and says of each other one what it waits for; all of them are in the state", async () => {
    let running = true;
    const finished = up(cases).finally(() => (running = false));
    for (const { manifest, status } of cases) {
      while (running && (await cluster.read(manifest)) === undefined) await sleep(100);
      if (running && status !== undefined) await cluster.patchStatus(manifest, { ...status });
    }
    const { code, output } = await finished;
    assert.notEqual(code, 0, output);
    const state = await project.state();
    for (const { key, comes } of cases) {
      const errors = state.get(key) ?? assert.fail(`${key} is not in the state:\n${output}`);
      if (comes) assert.deepEqual(errors, [], key);
      else assert.match(errors.join("\n"), /failed to fully initialize or become live: timed out waiting/, key);
    }
  });

  it("goes on with all of them once they are ready, and has nothing to do after that", async () => {
    for (const { manifest } of cases.filter(({ comes }) => !comes)) {
      const live = (await cluster.read(manifest)) ?? assert.fail(`${manifest.metadata.name} is gone`);
      const { ready } = OPERATOR_STATUSES[useOf(live)] ?? assert.fail(useOf(live));
      await cluster.patchStatus(manifest, { ...cleared(live), ...ofGeneration(ready, live.metadata.generation ?? 1) });
    }
    const { code, output } = await up(cases);
    assert.equal(code, 0, output);
    assert.deepEqual(
      [...(await project.state())].filter(([, errors]) => errors.length > 0),
      [],
    );
    const again = await up(cases, "--expect-no-changes");
    assert.equal(again.code, 0, again.output);
  });

  it("loses sight of an object whose annotation it cannot read, which is why this program refuses such a text itself", async () => {
    const { manifest: like } = cases[0] ?? assert.fail();
    const broken = MALFORMED.refused.map((text, index) => {
      const metadata = { name: `broken-${index}`, namespace: "default", annotations: { [WAIT_FOR]: text } };
      return { key: metadata.name, text, manifest: { ...like, metadata } };
    });
    // Otherwise the engine begins nothing more after the first failure.
    const { code, output } = await up([...cases, ...broken], "--continue-on-error");
    assert.notEqual(code, 0);
    const state = await project.state();
    for (const { key, text, manifest } of broken) {
      assert.match(output, new RegExp(`"[^"]*::${key}" was not successfully created`), `${text}\n${output}`);
      assert.ok(await cluster.read(manifest), `${text}: the object is there`);
      assert.ok(!state.has(key), `${text}: the stack does not know of it`);
    }
  });
});

/** The use of a kind by which {@link OPERATOR_STATUSES} lists it. */
function useOf(object: ClusterObject): string {
  const { external } = (object["spec"] ?? {}) as { readonly external?: { readonly enable?: boolean } };
  return `${object.apiVersion}/${object.kind}${external?.enable === true ? " external" : ""}`;
}

/** Nulls for the fields of the status that an object has, which remove them. */
function cleared({ status = {} }: ClusterObject): Readonly<Record<string, null>> {
  return Object.fromEntries(Object.keys(status as object).map((name) => [name, null]));
}

/** The same status as an operator writes it for another generation of the object. */
function ofGeneration(status: object, generation: number): object {
  return JSON.parse(JSON.stringify(status), (name, value: unknown) => (name === "observedGeneration" ? generation : value)) as object;
}

/** A manifest without the values that are not known before `up`. */
function known(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (_, each: unknown) => (typeof each === "symbol" ? "not-known" : each)));
}
