import assert from "node:assert/strict";
import fc from "fast-check";
import { handsOn, type WrittenResource } from "#af/changes/hands";
import type { Drift } from "#af/changes/drift";
import { SECRET_SIGNATURE, SIGNATURE_KEY } from "#af/policies/engine-values";
import { resource } from "./resources";

type Fields = Readonly<Record<string, unknown>>;

const OURS = "analysis-facility-x";
const SEALED = { [SIGNATURE_KEY]: SECRET_SIGNATURE, ciphertext: "v1:x" };

/** Who has set which fields, in the words of the API server. */
type Owners = Readonly<Record<string, Fields>>;

/** An object as the API server keeps it. */
function stored(fields: Fields, owners: Owners, uid = "1"): Fields {
  const { metadata = {}, ...rest } = fields;
  const managedFields = Object.entries(owners).map(([manager, fieldsV1]) => ({ manager, time: "2027-01-01T00:00:00Z", fieldsV1 }));
  return { metadata: { name: "thing", namespace: "place", ...(metadata as object), uid, managedFields }, ...rest };
}

function written(type: string, inputs: Fields, was: Fields, live: Fields | undefined): WrittenResource {
  return { recorded: resource(type, inputs), uid: "1", written: was, live };
}

const told = (...resources: readonly WrittenResource[]): readonly Drift[] => handsOn(resources, OURS).drifts;

const SET = "kubernetes:apps/v1:StatefulSet";
const owned = { "f:spec": { "f:replicas": {}, "f:serviceName": {} } };
const set = { spec: { replicas: 1, serviceName: "things", revisionHistoryLimit: 10 } };

describe("What a hand has done to what the engine has written", () => {
  it("is nothing where every field that the engine has set holds what it held, whoever sets others", () => {
    const status = { ...set, status: { replicas: 1 }, spec: { ...set.spec, revisionHistoryLimit: 3 } };
    assert.deepEqual(told(written(SET, set, stored(set, { [OURS]: owned }), stored(status, { [OURS]: owned }))), []);
  });

  it("is told of exactly the fields that hold something else or nothing, whatever they hold", () => {
    const value = fc.oneof(fc.string({ minLength: 1 }), fc.integer(), fc.constant(undefined));
    const fields = fc.dictionary(fc.stringMatching(/^[a-z]{1,4}$/), fc.tuple(fc.string({ minLength: 1 }), value), { minKeys: 1 });
    fc.assert(
      fc.property(fields, (values) => {
        const form = (index: 0 | 1) => ({
          spec: Object.fromEntries(
            Object.entries(values).flatMap(([key, each]) => (each[index] === undefined ? [] : [[key, each[index]]])),
          ),
        });
        const all = { "f:spec": Object.fromEntries(Object.keys(values).map((key) => [`f:${key}`, {}])) };
        const found = told(written("kubernetes:a.b/v1:C", form(0), stored(form(0), { [OURS]: all }), stored(form(1), { [OURS]: all })));
        assert.deepEqual(
          new Map(found.flatMap((each) => each.fields).map(({ path, before, after }) => [path, [before, after]])),
          new Map(Object.entries(values).flatMap(([key, [was, is]]) => (was === is ? [] : [[`spec.${key}`, [was, is]]]))),
        );
      }),
    );
  });

  it("is told apart, with who has done it", () => {
    const was = stored(set, { [OURS]: owned });
    const [gone] = told(written(SET, set, was, undefined));
    assert.deepEqual([gone?.kind, gone?.object], ["gone", "StatefulSet place/thing"]);
    const byHand = { [OURS]: { "f:spec": { "f:serviceName": {} } }, "kubectl-edit": { "f:spec": { "f:replicas": {} } } };
    const [scaled] = told(written(SET, set, was, stored({ spec: { ...set.spec, replicas: 0 } }, byHand)));
    assert.deepEqual(
      [scaled?.kind, scaled?.fields, scaled?.by],
      ["scaled", [{ path: "spec.replicas", before: 1, after: 0 }], ["kubectl-edit, 2027-01-01T00:00:00Z"]],
    );
    const map = { data: { "a.conf": "a" } };
    const [data, more] = [{ "f:data": { "f:a.conf": {} } }, { "f:data": { "f:b.conf": {} } }];
    const [added] = told(
      written(
        "kubernetes:core/v1:ConfigMap",
        map,
        stored(map, { [OURS]: data }),
        stored({ data: { ...map.data, "b.conf": "b" } }, { [OURS]: data, kubectl: more }),
      ),
    );
    assert.deepEqual([added?.kind, added?.fields.map(({ path }) => path)], ["added", ['data["b.conf"]']]);
  });

  it("names what cannot be written back into an object that is there, the way out, and what goes with that", () => {
    const other = { spec: { ...set.spec, serviceName: "others" } };
    const made = { kubectl: { "f:spec": { "f:replicas": {}, "f:serviceName": {}, "f:revisionHistoryLimit": {} } } };
    const [drift, ...rest] = told(written(SET, set, stored(set, { [OURS]: owned }), stored(other, made, "2")));
    assert.equal(drift?.kind, "changed");
    assert.match(drift.because, /spec\.serviceName cannot change while the object is there: .*kubectl delete statefulset -n place thing\)/);
    assert.deepEqual(rest, [], "the defaults of who has made it again are no further fields");
    const claim = { spec: { storageClassName: "a" } };
    const [held] = told(
      written(
        "kubernetes:core/v1:PersistentVolumeClaim",
        claim,
        stored(claim, { [OURS]: { "f:spec": { "f:storageClassName": {} } } }),
        stored({ spec: { storageClassName: "b" } }, {}),
      ),
    );
    assert.match(held?.because ?? "", /what goes with it: the claim and, unless its class retains, the volume behind it$/);
    const [scaled] = told(written(SET, set, stored(set, { [OURS]: owned }), stored({ spec: { ...set.spec, replicas: 3 } }, {})));
    assert.equal(scaled?.because, "");
  });

  describe("of what is secret", () => {
    const keys = { "f:data": { "f:token": {} } };
    const secret = (live: Fields, owners: Owners, type = "kubernetes:core/v1:Secret") =>
      told(written(type, { data: "[secret]" }, stored({ data: SEALED }, { [OURS]: keys }), stored(live, owners)));

    for (const type of ["kubernetes:core/v1:Secret", "kubernetes:core/v1:ConfigMap"])
      it(`tells who has set a field, and never what it holds: ${type}`, () => {
        assert.deepEqual(secret({ data: { token: "hush" } }, { [OURS]: keys }, type), [], "the engine's still");
        const edits = [
          secret({ data: { token: "hush" } }, { kubectl: keys }, type),
          secret({ data: { token: "hush", more: "hush" } }, { [OURS]: keys, kubectl: { "f:data": { "f:more": {} } } }, type),
          secret({}, {}, type),
        ];
        for (const found of edits) {
          assert.equal(found.length, 1);
          assert.ok(!JSON.stringify(found).includes("hush"), JSON.stringify(found));
        }
        assert.deepEqual(
          edits.map(([each]) => each?.kind),
          ["changed", "added", "changed"],
        );
      });

    it("hides what kubectl apply repeats of a Secret in an annotation", () => {
      const annotations = { "kubectl.kubernetes.io/last-applied-configuration": "hush" };
      const applied = { "f:metadata": { "f:annotations": { "f:kubectl.kubernetes.io/last-applied-configuration": {} } } };
      const found = secret({ metadata: { annotations }, data: { token: "t" } }, { [OURS]: keys, kubectl: applied });
      assert.equal(found[0]?.kind, "added");
      assert.ok(!JSON.stringify(found).includes("hush"));
    });
  });

  describe("on a host", () => {
    const patch = { metadata: { name: "node01", namespace: undefined, labels: { pool: "a" } } };
    const labels = { [OURS]: { "f:metadata": { "f:labels": { "f:pool": {} } } } };
    const node = (live: Fields | undefined): WrittenResource => written("kubernetes:core/v1:NodePatch", patch, stored(patch, labels), live);
    const anew = stored({ metadata: { name: "node01", labels: {} } }, {}, "2");
    const volume = (host: string): WrittenResource => {
      const values = { key: "kubernetes.io/hostname", operator: "In", values: [host] };
      const required = { nodeSelectorTerms: [{ matchExpressions: [values] }] };
      const inputs = { metadata: { name: `cache-${host}` }, spec: { local: { path: "/mnt/cache" }, nodeAffinity: { required } } };
      return written("kubernetes:core/v1:PersistentVolume", inputs, stored(inputs, {}), stored(inputs, {}));
    };
    const ceph = (...hosts: readonly string[]): WrittenResource => {
      const inputs = { spec: { storage: { nodes: hosts.map((name) => ({ name })) } } };
      return written("kubernetes:ceph.rook.io/v1:CephCluster", inputs, stored(inputs, {}), stored(inputs, {}));
    };

    it("that was set up anew, it names what the facility keeps on its disks and nothing of other hosts", () => {
      const [drift, ...rest] = told(node(anew), volume("node01"), volume("node02"), ceph("node02", "node01"));
      assert.deepEqual(rest, []);
      assert.equal(drift?.kind, "reinstalled");
      assert.match(drift.because, /PersistentVolume cache-node01 stays bound to its claim: mount a file system at \/mnt\/cache again/);
      assert.match(drift.because, /its disks are OSDs of CephCluster place\/thing: .*HEALTH_OK/);
      assert.doesNotMatch(drift.because, /node02/);
      assert.equal(told(node(anew), volume("node02"), ceph("node02"))[0]?.because, "");
    });

    it("that has left, it says who brings it back, and what is on its disks", () => {
      const [drift] = told(node(undefined), volume("node01"));
      assert.equal(drift?.kind, "gone");
      assert.match(drift.because, /^a host comes back by itself.*PersistentVolume cache-node01/);
    });
  });
});
