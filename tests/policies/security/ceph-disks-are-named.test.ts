import { cephDisksAreNamed } from "#af/policies/security/ceph-disks-are-named";
import { readCluster } from "#af/components/operators/ceph-reading";
import assert from "node:assert/strict";
import { neverSilent, verdictOn } from "../expect";
import { changed, type Data } from "../manifests";

const NODE = { name: "node01", devices: [{ name: "/dev/disk/by-id/wwn-1" }] };
const cluster = (storage: object): Data => ({
  apiVersion: "ceph.rook.io/v1",
  kind: "CephCluster",
  metadata: { name: "rook-ceph", namespace: "rook-ceph" },
  spec: { cephVersion: { image: "quay.io/ceph/ceph:v20.2.2" }, storage },
});
const NAMED = { useAllNodes: false, useAllDevices: false, nodes: [NODE] };

/** One field that lets Rook choose, and where it is found. */
const CHOSEN: readonly (readonly [path: readonly (string | number)[], value: unknown])[] = [
  [["useAllNodes"], true],
  [["useAllDevices"], true],
  [["deviceFilter"], "^sd."],
  [["devicePathFilter"], "^/dev/disk/by-path/pci-.*"],
  [["nodes", 0, "useAllDevices"], true],
  [["nodes", 0, "deviceFilter"], "^nvme"],
];

describe("ceph-disks-are-named", () => {
  const said = (object: Data) => verdictOn([object], [cephDisksAreNamed]).findings;

  it("accepts disks by name, and a cluster that runs elsewhere", () => {
    assert.deepEqual(said(cluster(NAMED)), []);
    assert.deepEqual(said(cluster({ ...NAMED, deviceFilter: "" })), []);
    assert.deepEqual(said(changed(cluster({}), ["spec"], { external: { enable: true } })), []);
  });

  for (const [path, value] of CHOSEN)
    it(`refuses ${path.join(".")}`, () => {
      const findings = said(cluster(changed(NAMED, path, value)));
      assert.equal(findings.length, 1);
      assert.equal(findings[0]?.path, `spec.storage.${path.join(".").replace(".0", "[0]")}`);
      assert.equal(findings[0].enforcement, "mandatory");
      assert.match(findings[0].message, /and the disks by name$/);
    });

  it("is never silent", () => {
    neverSilent(cephDisksAreNamed, cluster(NAMED), ["spec", "storage", "useAllDevices"], 5);
    neverSilent(cephDisksAreNamed, cluster(NAMED), ["spec", "storage", "nodes"], "text");
  });
});

describe("a CephCluster that somebody else has written", () => {
  it("runs what Rook takes where it says nothing: three monitors and one manager", () => {
    const { mon, mgr, storage, dataDirHostPath } = readCluster(cluster(NAMED)["spec"]) as ReturnType<typeof readCluster> & {
      readonly mon: { readonly count: number };
      readonly mgr: { readonly count: number };
    };
    assert.deepEqual([mon.count, mgr.count, dataDirHostPath], [3, 1, "/var/lib/rook"]);
    assert.deepEqual(storage, NAMED);
  });

  it("is said to be unreadable by path, found and allowed, and never in words of a programmer", () => {
    const wrong: readonly (readonly [path: readonly string[], value: unknown])[] = [
      [["storage"], "all"],
      [["storage", "nodes"], { a: 1 }],
      [["mon"], []],
      [["mon", "count"], -1],
      [["mgr", "count"], "2"],
      [["resources"], 5],
      [["placement", "all"], true],
      [["cephVersion"], "v20"],
      [["external"], 1],
    ];
    for (const [path, value] of wrong)
      assert.throws(
        () => readCluster(changed(cluster(NAMED)["spec"] as Data, path, value)),
        (error: Error) => error.message.startsWith(`spec.${path.join(".")} is ${JSON.stringify(value)}; allowed: a `),
        path.join("."),
      );
    assert.throws(() => readCluster(cluster({ storageClassDeviceSets: [{}] })["spec"]), /the hosts decide which OSDs there will be/);
  });

  it("is one cause for all rules that cannot be judged", () => {
    const messages = verdictOn([cluster({ useAllNodes: true })]).findings.filter(({ message }) => message.startsWith("undetermined"));
    assert.ok(messages.length > 5);
    assert.equal(new Set(messages.map(({ path, message }) => `${path}: ${message}`)).size, 1);
    assert.match(messages[0]?.message ?? "", /spec cannot be turned into the pods that run for it \(spec\.storage\.useAllNodes is true/);
  });
});
