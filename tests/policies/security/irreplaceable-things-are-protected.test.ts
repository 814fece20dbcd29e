import assert from "node:assert/strict";
import { ROLE_FACTS, ROLES } from "#af/components/tenancy/roles";
import { nameOf } from "#af/components/tenancy/settings";
import { judge } from "#af/policies/judge";
import { objectsOfResource, type KubernetesObject } from "#af/policies/model/objects";
import { RULES } from "#af/policies/packs";
import { recordedObjects } from "#af/policies/recorded-objects";
import { irreplaceableThingsAreProtected as rule } from "#af/policies/security/irreplaceable-things-are-protected";
import { recordProgram, type Recording } from "#af/stacks/record";
import { SITE, verdictOn } from "../expect";

const resource = (type: string, name: string, namespace: string | undefined, options?: { readonly protect: boolean }) =>
  objectsOfResource(
    `kubernetes:${type}`,
    { metadata: { name, ...(namespace !== undefined && { namespace }) }, spec: {} },
    `urn:pulumi:unl::af::kubernetes:${type}::${name}`,
    options,
  );
const said = (objects: readonly KubernetesObject[]) => {
  const { findings, checked, skipped } = judge([rule], objects, { site: SITE });
  return {
    checked: checked[rule.name],
    skipped: skipped[rule.name],
    messages: findings.map(({ object, message }) => `${object.name}: ${message}`),
  };
};

describe("irreplaceable-things-are-protected", () => {
  it("asks for the protection of what holds Ceph's data, and of the namespaces of what nobody can make again", () => {
    const goes = {
      CephCluster: "every volume and every bucket of the cluster",
      CephBlockPool: "every volume of the pool",
      CephFilesystem: "every file of the file system",
      CephObjectStore: "every bucket of the store",
    };
    for (const [kind, what] of Object.entries(goes)) {
      const of = (protect: boolean) => said(resource(`ceph.rook.io/v1:${kind}`, "own", "rook-ceph", { protect }));
      assert.deepEqual(of(true), { checked: 1, skipped: undefined, messages: [] });
      assert.deepEqual(of(false).messages, [
        `own: its resource is not protected, and with it goes ${what}; allowed: protect: true among its options`,
      ]);
    }
    for (const role of ROLES) {
      const of = (protect: boolean) => said(resource("core/v1:Namespace", nameOf(SITE.tenancy, role), undefined, { protect }));
      const asked = ROLE_FACTS[role].irreplaceable ? 1 : 0;
      assert.deepEqual(of(true), { checked: asked, skipped: undefined, messages: [] }, role);
      assert.equal(of(false).messages.length, asked, role);
    }
  });

  it("leaves alone what can be made again, what only patches, and groups of the same kinds that are not Rook's", () => {
    const open = { protect: false };
    const skyhook = nameOf(SITE.tenancy, "skyhook");
    for (const objects of [
      resource("ceph.rook.io/v1:CephCluster", "experiment", skyhook, open),
      resource("ceph.rook.io/v1:CephClusterPatch", "own", "rook-ceph", open),
      resource("ceph.rook.io/v1:CephObjectStoreUser", "own", "rook-ceph", open),
      resource("example.org/v1:CephCluster", "own", "rook-ceph", open),
      resource("core/v1:Namespace", "stranger", undefined, open),
      resource("core/v1:ConfigMap", "own", "rook-ceph", open),
    ])
      assert.deepEqual(said(objects), { checked: 0, skipped: undefined, messages: [] });
  });

  it("judges no manifest, and says so", () => {
    const pool = { apiVersion: "ceph.rook.io/v1", kind: "CephBlockPool", metadata: { name: "own", namespace: "rook-ceph" } };
    const { findings, skipped } = verdictOn([pool], [rule]);
    assert.deepEqual(findings, []);
    assert.match(skipped[rule.name] ?? "", /^it is about options of the engine's resources, which manifests do not have/);
  });

  it("finds each single resource of the facility that loses its protection, and nothing else finds it", async () => {
    const recording = await recordProgram(SITE);
    const judged = (changed: Recording) =>
      judge(RULES, recordedObjects(changed), { site: SITE }).findings.filter(({ enforcement }) => enforcement === "mandatory");
    assert.deepEqual(judged(recording), []);
    const open = (name: string): Recording => ({
      ...recording,
      resources: recording.resources.map((each) => (each.name === name ? { ...each, options: { ...each.options, protect: false } } : each)),
    });
    const ofKubernetes = recording.resources.filter(({ type, options }) => options.protect && type.startsWith("kubernetes:"));
    assert.deepEqual(
      ofKubernetes.map(({ name }) => {
        const { findings } = judge([rule], recordedObjects(open(name)), { site: SITE });
        return [name, findings.length];
      }),
      ofKubernetes.map(({ name }) => [name, 1]),
    );
    const [first] = ofKubernetes;
    assert.deepEqual(
      judged(open(first?.name ?? assert.fail())).map((finding) => finding.rule),
      [rule.name],
    );
  });
});
