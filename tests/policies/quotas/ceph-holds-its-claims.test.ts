import assert from "node:assert/strict";
import { cephHoldsItsClaims } from "#af/policies/quotas/ceph-holds-its-claims";
import { BLOCK_POOL, CEPH, CLAIM, FILESYSTEM, HUB, STORAGE_CLASS, STORE_USER, USER_VALUES } from "../facility-objects";
import { comparedBy } from "../expect";
import { changed, type Data } from "../manifests";
import { describeCases, type RuleCases } from "./cases";

export const cases: RuleCases = {
  rule: cephHoldsItsClaims,
  passes: [CEPH, BLOCK_POOL, STORAGE_CLASS, CLAIM, HUB],
  refused: [
    {
      of: 3,
      at: ["spec", "resources", "requests", "storage"],
      value: "4Ti",
      path: "spec.storage",
      message:
        /^all that blocks may keep, with its copies, needs 12\.6Ti disk below nearfull with one failure domain gone and has 10\.2Ti: 2\.4Ti too few$/,
    },
    { of: 4, at: [...USER_VALUES, "storage", "capacity"], value: "20Gi", path: "spec.storage", message: /too few$/ },
    { of: 0, at: ["spec", "storage", "nodes"], value: [], path: "spec.storage", message: /has 0/ },
    {
      of: 0,
      at: ["spec", "storage", "nodes", 0, "devices", 0, "name"],
      value: "/dev/disk/by-id/other",
      path: "spec.storage.nodes[0].devices[0].name",
      message: /^undetermined: .* is no disk of af:storage\.devices\.r710/,
    },
    {
      of: 0,
      at: ["spec", "storage", "nodes", 0, "name"],
      value: "elsewhere",
      path: "spec.storage.nodes[0].name",
      message: /^undetermined: .* is no host of af:nodes/,
    },
  ],
  boundary: {
    of: 3,
    at: ["spec", "resources", "requests", "storage"],
    resource: /^disk/,
    side: "need",
    write: (amount) => String(amount - 201n * 2n ** 30n),
    grain: 3n,
  },
  unknown: [
    { of: 3, at: ["spec", "resources", "requests", "storage"], wrong: "much" },
    { of: 1, at: ["spec", "replicated", "size"], wrong: "three" },
    { of: 0, at: ["spec", "storage", "nodes"], wrong: "all" },
  ],
};

describeCases(cases);

describe("ceph-holds-its-claims, by what each pool keeps", () => {
  const GI = 2n ** 30n;
  const compared = (...objects: readonly Data[]) => comparedBy(cephHoldsItsClaims, [CEPH, ...objects]);
  const needs = (...objects: readonly Data[]) =>
    compared(...objects).map((line) => line.replace(/ below .*: (\d+) of .*/, (_, need: string) => `: ${BigInt(need) / GI}`));
  const named = (object: Data, name: string) => changed(object, ["metadata", "name"], name);
  const store: Data = {
    apiVersion: "ceph.rook.io/v1",
    kind: "CephObjectStore",
    metadata: { name: "objects", namespace: "work" },
    spec: { metadataPool: { replicated: { size: 3 } }, dataPool: { erasureCoded: { dataChunks: 4, codingChunks: 2 } } },
  };

  it("counts claims of its own storage classes alone", () => {
    const own = ["all that blocks may keep, with its copies, disk: 3"];
    assert.deepEqual(needs(BLOCK_POOL, STORAGE_CLASS, CLAIM), own);
    assert.deepEqual(needs(BLOCK_POOL, STORAGE_CLASS, CLAIM, changed(named(CLAIM, "b"), ["spec", "storageClassName"], "other")), own);
    const elsewhere = changed(named(STORAGE_CLASS, "other"), ["parameters", "clusterID"], "elsewhere");
    assert.deepEqual(
      needs(BLOCK_POOL, elsewhere, STORAGE_CLASS, CLAIM, changed(named(CLAIM, "b"), ["spec", "storageClassName"], "other")),
      own,
    );
    assert.deepEqual(needs(BLOCK_POOL, { ...STORAGE_CLASS, kind: "OtherClass" }, CLAIM), [
      "all that blocks may keep, with its copies, disk: 0",
    ]);
    const second = named(STORAGE_CLASS, "second");
    assert.deepEqual(needs(BLOCK_POOL, STORAGE_CLASS, second, CLAIM, changed(named(CLAIM, "b"), ["spec", "storageClassName"], "second")), [
      "all that blocks may keep, with its copies, disk: 6",
    ]);
  });

  it("compares pools of one class of disks together with the disks of that class", () => {
    const ofClass = (name: string, deviceClass: string) => changed(named(BLOCK_POOL, name), ["spec", "deviceClass"], deviceClass);
    const lines = compared(ofClass("blocks", "hdd"), ofClass("more", "hdd"), ofClass("fast", "nvme"), STORAGE_CLASS, CLAIM);
    assert.equal(lines.length, 2);
    assert.match(
      lines[0] ?? "",
      new RegExp(
        `^all that blocks, more may keep, with its copies, disk of class hdd below nearfull with one failure domain gone: ${3n * GI} of [1-9]\\d+ bytes$`,
      ),
    );
    assert.equal(
      lines[1],
      "all that fast may keep, with its copies, disk of class nvme below nearfull with one failure domain gone: 0 of 0 bytes",
    );
  });

  it("counts every pool beside one that may use every disk", () => {
    const hdd = changed(named(BLOCK_POOL, "slow"), ["spec", "deviceClass"], "hdd");
    const slow = changed(named(STORAGE_CLASS, "slow"), ["parameters", "pool"], "slow");
    assert.deepEqual(needs(BLOCK_POOL, hdd, STORAGE_CLASS, slow, CLAIM, changed(named(CLAIM, "b"), ["spec", "storageClassName"], "slow")), [
      "all that blocks, slow may keep, with its copies, disk: 6",
      "all that slow may keep, with its copies, disk of class hdd: 3",
    ]);
  });

  it("counts the quotas of the users of an object store once, in its pool of data", () => {
    const other = changed(named(STORE_USER, "b"), ["spec", "store"], "other");
    assert.deepEqual(needs(store, STORE_USER, other), ["all that objects metadata, objects data may keep, with its copies, disk: 1536"]);
    assert.deepEqual(needs(store, STORE_USER, { ...STORE_USER, metadata: { name: "c", namespace: "elsewhere" } }), [
      "all that objects metadata, objects data may keep, with its copies, disk: 3072",
    ]);
    const pinned = changed(STORE_USER, ["spec", "clusterNamespace"], "elsewhere");
    assert.deepEqual(needs(store, pinned), ["all that objects metadata, objects data may keep, with its copies, disk: 0"]);
    const here = { ...changed(STORE_USER, ["spec", "clusterNamespace"], undefined), metadata: { name: "c", namespace: "elsewhere" } };
    assert.deepEqual(needs(store, here), ["all that objects metadata, objects data may keep, with its copies, disk: 0"]);
  });

  it("tells the pools of a file system apart, and the first one serves a class that names none", () => {
    const cephfs = changed(
      changed(STORAGE_CLASS, ["parameters"], { clusterID: "work", fsName: "files" }),
      ["provisioner"],
      "work.cephfs.csi.ceph.com",
    );
    const files = changed(FILESYSTEM, ["spec", "dataPools", 1], { name: "wide", erasureCoded: { dataChunks: 2, codingChunks: 1 } });
    const kept = (steps: readonly string[], value: unknown) =>
      needs(files, changed(cephfs, steps, value), changed(CLAIM, ["spec", "resources", "requests", "storage"], "2Gi"));
    const line = (amount: number) => [`all that files metadata, files data0, files wide may keep, with its copies, disk: ${amount}`];
    assert.deepEqual(kept(["parameters", "pool"], undefined), line(6));
    assert.deepEqual(kept(["parameters", "pool"], "files-wide"), line(3));
    assert.deepEqual(kept(["parameters", "pool"], "files-lost"), line(0));
    assert.deepEqual(kept(["parameters", "fsName"], "others"), line(0));
    assert.deepEqual(kept(["parameters", "clusterID"], "elsewhere"), line(0));
    const unnamed = changed(FILESYSTEM, ["spec", "dataPools", 0, "name"], undefined);
    assert.deepEqual(needs(unnamed, cephfs, CLAIM), ["all that files metadata, files data0 may keep, with its copies, disk: 3"]);
  });

  it("asks a cluster about the pools of its own namespace alone", () => {
    const other = { ...CEPH, metadata: { name: "other", namespace: "elsewhere" } };
    assert.deepEqual(needs(other, BLOCK_POOL, STORAGE_CLASS, CLAIM), ["all that blocks may keep, with its copies, disk: 3"]);
  });

  it("counts the disks without the failure domain that has most, up to nearfull", () => {
    const have = (failureDomain: string, nodes: number) => {
      const cluster = changed(
        CEPH,
        ["spec", "storage", "nodes"],
        ((CEPH["spec"] as Data)["storage"] as { nodes: unknown[] }).nodes.slice(0, nodes),
      );
      const [line = ""] = comparedBy(cephHoldsItsClaims, [cluster, changed(BLOCK_POOL, ["spec", "failureDomain"], failureDomain)]);
      return BigInt(/ of (\d+) bytes$/.exec(line)?.[1] ?? "-1");
    };
    const host = have("host", 2);
    assert.ok(host > 0n);
    const inHosts = (amount: bigint) => Math.round(Number((100n * amount) / host)) / 100;
    assert.deepEqual(
      [1, 2, 3, 4].map((nodes) => inHosts(have("host", nodes))),
      [0, 1, 2, 3],
    );
    // All four are in one rack.
    assert.equal(have("rack", 4), 0n);
  });
});
