import assert from "node:assert/strict";
import { groupOf } from "#af/components/manifest";
import { crdSource, SOURCE_ANNOTATION } from "#af/sandbox/charts/crds";
import { Cluster } from "#af/sandbox/cluster/client";
import { AT_ONCE, tryObject } from "#af/tools/charts/admission";
import { eachAtOnce } from "#af/tools/charts/at-once";
import { isCustom } from "#af/tools/schemas/check";
import { crdSchemas } from "#af/tools/schemas/crds";
import { schemaFolder } from "#af/tools/schemas/folder";
import type { Schema } from "#af/tools/schemas/prune";
import { checkRules } from "#af/tools/schemas/rules";
import { mismatches } from "#af/tools/schemas/validate";
import { ControlPlane, controlPlaneTools, requireTools } from "../sandbox/plugins/control-plane";
import { applied } from "../support/applied";
import { everyObject, everyRecording, type WrittenObject } from "../support/recordings";
import { notChecked } from "../support/skipped";
import { spoiltObjects, type SpoiltObject } from "../support/spoilt-objects";
import { makeRoomFor } from "./written-objects";

/** One of so many spoilt objects is tried, so that the suite takes less than a minute. */
const EVERY = Number(process.env["AF_TEST_EVERY"] ?? 8);

describe("the API server, asked about every object of every kind of site", function () {
  this.timeout(180_000);
  const plane = new ControlPlane();
  let cluster: Cluster;
  let objects: readonly WrittenObject[];

  before(async function () {
    if (crdSource().kind === "permissive") {
      notChecked(this, "no definitions beside the project and no AF_CRDS: permissive ones know every field");
    }
    const tools = await requireTools(this, ...controlPlaneTools);
    // A release of Pulumi's own client of Helm is no object of the cluster.
    objects = everyObject(await everyRecording()).filter(({ object }) => groupOf(object.apiVersion) !== "helm.sh");
    await plane.start(tools);
    cluster = Cluster.load(plane.kubeconfig);
    await makeRoomFor(cluster, objects);
  });
  after(() => plane.stop());

  const refusals = async (asked: readonly WrittenObject[]): Promise<readonly string[]> => {
    const refused: string[] = [];
    await eachAtOnce(AT_ONCE, asked, async ({ title, object, manifest }) => {
      await tryObject(cluster, applied(manifest)).catch((error: unknown) =>
        refused.push(`${object.kind} ${object.namespace}/${object.name} of ${title}: ${(error as Error).message}`),
      );
    });
    return refused.sort();
  };

  it("takes each as it is written, with every field known to it", async () => {
    assert.deepEqual(await refusals(objects), []);
    const kinds = new Set(objects.map(({ object }) => `${object.apiVersion}/${object.kind}`));
    console.log(`      taken: ${objects.length} objects of ${kinds.size} kinds`);
  });

  it("would refuse a field that it does not know, at the top and inside, in an object of any kind", async () => {
    const kinds = new Map(objects.map((written) => [`${written.object.apiVersion}/${written.object.kind}`, written]));
    const permissive = await permissiveKinds(cluster);
    for (const [kind, written] of kinds) {
      if (permissive.has(kind)) continue;
      const [at] = await refusals([{ ...written, manifest: { ...written.manifest, surprise: 1 } }]);
      assert.match(at ?? "", /unknown field "?\.?surprise|surprise: field not declared/, kind);
      const { spec } = written.manifest as { readonly spec?: object };
      if (spec === undefined) continue;
      const [inside] = await refusals([{ ...written, manifest: { ...written.manifest, spec: { ...spec, surprise: 1 } } }]);
      assert.match(inside ?? "", /unknown field "?\.?spec\.surprise|spec\.surprise: field not declared/, kind);
    }
    const ceph = kinds.get("ceph.rook.io/v1/CephCluster") ?? assert.fail();
    const network = { connections: { surprise: 1 } };
    const [kept] = await refusals([{ ...ceph, manifest: { ...ceph.manifest, spec: { ...(ceph.manifest["spec"] as object), network } } }]);
    assert.match(kept ?? "", /unknown field "spec\.network\.connections\.surprise"/);
  });

  it("says the same of custom resources that are wrong in one place as our own check, which needs no server", async () => {
    const folder = schemaFolder();
    assert.ok(!("missing" in folder));
    const custom = objects.filter(({ object }) => isCustom(object));
    const schemas = crdSchemas(
      folder.crds,
      custom.map(({ object: { apiVersion, kind } }) => ({ group: groupOf(apiVersion), kind })),
    );
    const cases = new Map<string, { readonly schema: Schema; readonly spoilt: SpoiltObject }>();
    for (const { object, manifest } of custom) {
      const schema = schemas.get(`${object.apiVersion}/${object.kind}`);
      if (schema === undefined) continue;
      for (const spoilt of spoiltObjects(applied(manifest))) cases.set(`${object.kind} ${spoilt.at}`, { schema, spoilt });
    }
    const sample = [...cases].filter((_, index) => index % EVERY === 0);
    let refused = 0;
    for (const [title, { schema, spoilt }] of sample) {
      const object = applied(spoilt.object);
      const theirs = await tryObject(cluster, object).then(
        () => "",
        (error: unknown) => (error as Error).message,
      );
      if (theirs !== "") refused += 1;
      const ours = [...mismatches(schema, object), ...checkRules(schema, object).mismatches].map(
        ({ path, message }) => `${path} ${message}`,
      );
      assert.equal(ours.length > 0, theirs !== "", `${title}\nserver: ${theirs}\nours: ${ours.join("; ")}`);
    }
    console.log(`      compared: ${sample.length} of ${cases.size}, ${refused} of them refused`);
    assert.ok(refused > sample.length / 8 && refused < sample.length);
  });

  it("does so for every kind but those whose definition is not at hand", async () => {
    const permissive = await permissiveKinds(cluster);
    const unchecked = new Set(objects.map(({ object }) => `${object.apiVersion}/${object.kind}`).filter((kind) => permissive.has(kind)));
    // OpenShift builds its Routes into its own API server and publishes no definition with a schema of them.
    assert.deepEqual([...unchecked], ["route.openshift.io/v1/Route"]);
  });
});

/** The kinds whose definition the sandbox had to make up. */
async function permissiveKinds(cluster: Cluster): Promise<ReadonlySet<string>> {
  const definitions = await cluster.list("apiextensions.k8s.io/v1", "CustomResourceDefinition");
  return new Set(
    definitions
      .filter(({ metadata }) => metadata.annotations?.[SOURCE_ANNOTATION] === "permissive")
      .flatMap(({ spec }) => {
        const { group, names, versions } = spec as { group: string; names: { kind: string }; versions: readonly { name: string }[] };
        return versions.map(({ name }) => `${group}/${name}/${names.kind}`);
      }),
  );
}
