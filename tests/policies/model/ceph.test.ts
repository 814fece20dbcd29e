import assert from "node:assert/strict";
import { schedulableHosts } from "#af/components/nodes/schedulable";
import {
  clusterDisks,
  clusterOf,
  failureDomainOf,
  failureDomains,
  forEachPool,
  hostNamed,
  ofClass,
  poolsMadeBy,
  type CephDisk,
  type CephPool,
} from "#af/policies/model/ceph";
import { Field, Undetermined, UNKNOWN } from "#af/policies/model/field";
import { objectsOf, type KubernetesObject } from "#af/policies/model/objects";
import { SITE, siteWith } from "../expect";
import { BLOCK_POOL, CEPH, FILESYSTEM, STORE_USER } from "../facility-objects";
import { changed, type Data } from "../manifests";
import { judgements } from "./judgements";

const one = (manifest: Data): KubernetesObject => objectsOf(manifest)[0] ?? assert.fail();
const HOSTS = schedulableHosts(SITE);
const PATH = "/dev/disk/by-path/pci-0000:03:00.0-scsi-0:2:1:0";
const STORE: Data = {
  apiVersion: "ceph.rook.io/v1",
  kind: "CephObjectStore",
  metadata: { name: "objects", namespace: "work" },
  spec: { metadataPool: { replicated: { size: 3 } }, dataPool: { erasureCoded: { dataChunks: 4, codingChunks: 2 } } },
};
/** A cluster of one host with these devices. */
const clusterOn = (name: unknown, ...devices: readonly unknown[]) => changed(CEPH, ["spec", "storage", "nodes"], [{ name, devices }]);
const facts = ({ name, field, pieces, overhead, replicated, failureDomain, deviceClass }: CephPool) => ({
  ...{ name, path: field.path, pieces, overhead, replicated, failureDomain, deviceClass },
});
const undetermined = (message: string) => (error: unknown) => error instanceof Undetermined && error.message === message;

describe("pools of Ceph", () => {
  const block = (spec: Data) => poolsMadeBy(one({ ...BLOCK_POOL, spec })).map(facts)[0];
  const COPIES = { name: "blocks", path: "spec", replicated: true, failureDomain: "host", deviceClass: undefined };

  it("have copies, one unless more are asked for, or chunks, and lie in hosts and on all disks unless they say otherwise", () => {
    assert.deepEqual(block({ replicated: { size: 3 } }), { ...COPIES, pieces: 3, overhead: [3n, 1n] });
    for (const spec of [{}, { replicated: {} }, { erasureCoded: { dataChunks: 0, codingChunks: 0 } }])
      assert.deepEqual(block(spec), { ...COPIES, pieces: 1, overhead: [1n, 1n] });
    const chunks = { ...COPIES, replicated: false };
    assert.deepEqual(block({ erasureCoded: { dataChunks: 4, codingChunks: 2 } }), { ...chunks, pieces: 6, overhead: [6n, 4n] });
    assert.deepEqual(block({ erasureCoded: { dataChunks: 4 } }), { ...chunks, pieces: 4, overhead: [4n, 4n] });
    const there = { failureDomain: "rack", deviceClass: "ssd" };
    assert.deepEqual(block({ ...there, replicated: { size: 2 } }), { ...COPIES, ...there, pieces: 2, overhead: [2n, 1n] });
  });

  it("are one of a block pool, and those of a file system and of an object store, by their names", () => {
    const of = (manifest: Data) =>
      poolsMadeBy(one(manifest)).map(({ name, field, pieces, object }) => [name, field.path, pieces, object.kind]);
    assert.deepEqual(of(BLOCK_POOL), [["blocks", "spec", 3, "CephBlockPool"]]);
    const several = [{ name: "hot", replicated: { size: 3 } }, { replicated: { size: 2 } }];
    assert.deepEqual(of(changed(FILESYSTEM, ["spec", "dataPools"], several)), [
      ["files metadata", "spec.metadataPool", 3, "CephFilesystem"],
      ["files hot", "spec.dataPools[0]", 3, "CephFilesystem"],
      ["files data1", "spec.dataPools[1]", 2, "CephFilesystem"],
    ]);
    assert.deepEqual(of(STORE), [
      ["objects metadata", "spec.metadataPool", 3, "CephObjectStore"],
      ["objects data", "spec.dataPool", 6, "CephObjectStore"],
    ]);
    // A store in pools of others has none of its own.
    assert.deepEqual(of(changed(STORE, ["spec", "metadataPool"], undefined)), [["objects data", "spec.dataPool", 6, "CephObjectStore"]]);
    for (const other of [
      STORE_USER,
      CEPH,
      { ...BLOCK_POOL, apiVersion: "example.org/v1" },
      { ...FILESYSTEM, apiVersion: "example.org/v1" },
    ])
      assert.deepEqual(of(other), []);
  });

  it("are not known in places of which the site file says nothing: to take hosts for these would count too many", () => {
    for (const failureDomain of ["datacenter", "row", "chassis", "toString"])
      assert.throws(
        () => block({ failureDomain, replicated: { size: 3 } }),
        undetermined(
          `spec.failureDomain is ${failureDomain}, and af:nodes does not say where hosts are of that kind; allowed: host, osd, rack, zone`,
        ),
      );
    for (const failureDomain of ["host", "osd", "rack", "zone"]) assert.equal(block({ failureDomain })?.failureDomain, failureDomain);
    assert.equal(block({ failureDomain: "" })?.failureDomain, "host");
  });

  it("are not known where their numbers are not", () => {
    const broken = changed(BLOCK_POOL, ["spec", "replicated", "size"], UNKNOWN);
    assert.throws(() => poolsMadeBy(one(broken)), undetermined("spec.replicated.size is not known before up runs"));
  });
});

describe("disks of a Ceph cluster", () => {
  const disks = (manifest: Data, site = SITE) => clusterDisks(one(manifest), site, HOSTS);
  const told = ({ host, deviceClass, bytes }: CephDisk) => [host.name, deviceClass, bytes];
  const TI2 = 2n * 2n ** 40n;

  it("are those that it names on each host, with the size of the inventory, and its class unless the cluster says another", () => {
    assert.equal(disks(CEPH).length, 8);
    assert.deepEqual(disks(CEPH).slice(0, 3).map(told), [
      ["red-kube-c0724", "hdd", TI2],
      ["red-kube-c0724", "hdd", TI2],
      ["red-kube-c0726", "hdd", TI2],
    ]);
    const given = clusterOn("red-kube-c0724", { name: PATH, config: { deviceClass: "ssd" } }, { name: PATH });
    assert.deepEqual(disks(given).map(told), [
      ["red-kube-c0724", "ssd", TI2],
      ["red-kube-c0724", "hdd", TI2],
    ]);
    assert.deepEqual(disks(changed(CEPH, ["spec", "storage"], undefined)), []);
    assert.deepEqual(disks(clusterOn("red-kube-c0724")), []);
  });

  it("are not known where the inventory has no such disk on hosts of that pool, and the key that lists them is told", () => {
    const stranger = clusterOn("red-kube-c0724", { name: PATH }, { name: "/dev/sdz" });
    const at = "spec.storage.nodes[0].devices[1].name";
    const pool = HOSTS.find(({ name }) => name === "red-kube-c0724")?.pool ?? "";
    assert.throws(() => disks(stranger), undetermined(`${at} is no disk of af:storage.devices.${pool}`));
    const other = HOSTS.find((host) => host.pool !== pool)?.name;
    assert.throws(() => disks(clusterOn(other, { name: PATH })), /is no disk of af:storage\.devices\./);
    const experiment = (where: string) =>
      siteWith(["skyhook"], { kind: "experimental", pool: where, devices: [{ path: "/dev/sdy", class: "ssd", size: "1Ti" }] });
    assert.throws(() => disks(stranger, experiment(pool)), undetermined(`${at} is no disk of af:skyhook.devices`));
    assert.throws(() => disks(stranger, experiment("elsewhere")), undetermined(`${at} is no disk of af:storage.devices.${pool}`));
    assert.throws(
      () => disks(stranger, siteWith(["skyhook"], { kind: "none", pool })),
      undetermined(`${at} is no disk of af:storage.devices.${pool}`),
    );
    assert.deepEqual(disks(clusterOn("red-kube-c0724", { name: "/dev/sdy" }), experiment(pool)).map(told), [
      ["red-kube-c0724", "ssd", TI2 / 2n],
    ]);
  });

  it("are not known on hosts that the site has not", () => {
    const said = "spec.storage.nodes[0].name is no host of af:nodes";
    for (const name of ["stranger", undefined]) assert.throws(() => disks(clusterOn(name, { name: PATH })), undetermined(said));
    assert.throws(() => disks(clusterOn(UNKNOWN)), undetermined("spec.storage.nodes[0].name is not known before up runs"));
    assert.equal(hostNamed(new Field("red-kube-c0726"), HOSTS).name, "red-kube-c0726");
  });
});

describe("failure domains", () => {
  const [host] = HOSTS;
  assert.ok(host);
  const disk = (name: string, rack: string, deviceClass?: string): CephDisk => ({ host: { ...host, name, rack }, deviceClass, bytes: 1n });
  const all = [disk("a", "r1", "hdd"), disk("a", "r1", "ssd"), disk("b", "r1", "hdd"), disk("c", "r2", "ssd"), disk("d", "r3")];
  const domains = (failureDomain: string, deviceClass?: string) => {
    const [pool] = poolsMadeBy(one({ ...BLOCK_POOL, spec: { failureDomain, ...(deviceClass !== undefined && { deviceClass }) } }));
    return [...failureDomains(all, pool ?? assert.fail())];
  };

  it("are hosts, or racks for racks and zones, with disks of the class of the pool", () => {
    assert.deepEqual(domains("host"), ["a", "b", "c", "d"]);
    for (const wide of ["rack", "zone"]) {
      assert.deepEqual(domains(wide), ["r1", "r2", "r3"]);
      assert.deepEqual(domains(wide, "hdd"), ["r1"]);
    }
    assert.deepEqual(domains("osd", "ssd"), ["a", "c"]);
    assert.deepEqual(domains("host", "nvme"), []);
    assert.equal(failureDomainOf({ ...host, name: "a", rack: "r" }, "rack"), "r");
    assert.deepEqual(ofClass(all, "hdd").length, 2);
    assert.equal(ofClass(all, undefined), all);
  });
});

describe("pools of each cluster of Ceph", () => {
  const elsewhere = (object: Data): Data => changed(object, ["metadata", "namespace"], "elsewhere");
  const pools = (...manifests: readonly Data[]) => {
    const { on, said } = judgements();
    const objects = manifests.flatMap((each) => objectsOf(each));
    const found: unknown[] = [];
    forEachPool(objects, SITE, on, (pool, disks, judgement) => {
      judgement.violation(pool.field, `${pool.name} on ${disks.length}`);
      found.push(pool.name);
    });
    return { found, said };
  };

  it("are those in its namespace, with its disks, and judged as the objects that make them", () => {
    const other = elsewhere(clusterOn("red-kube-c0724", { name: PATH }));
    assert.deepEqual(pools(BLOCK_POOL, CEPH, other, elsewhere(FILESYSTEM)).said, [
      "CephBlockPool work/blocks spec: blocks on 8",
      "CephFilesystem elsewhere/files spec.metadataPool: files metadata on 1",
      "CephFilesystem elsewhere/files spec.dataPools[0]: files data0 on 1",
    ]);
    assert.deepEqual(pools(BLOCK_POOL, elsewhere(CEPH)).found, []);
    const foreign = { ...clusterOn("stranger"), apiVersion: "example.org/v1" };
    assert.deepEqual(pools(BLOCK_POOL, foreign), { found: [], said: [] });
  });

  it("are told where a cluster or a pool cannot be read, and the others are judged", () => {
    const broken = changed(changed(BLOCK_POOL, ["spec", "replicated", "size"], "three"), ["metadata", "name"], "broken");
    const { found, said } = pools(broken, BLOCK_POOL, CEPH, elsewhere(clusterOn("stranger")), elsewhere(FILESYSTEM));
    assert.deepEqual(found, ["blocks"]);
    assert.deepEqual(said, [
      "CephBlockPool work/broken: spec.replicated.size is text; allowed: a whole number",
      "CephBlockPool work/blocks spec: blocks on 8",
      "CephCluster elsewhere/ceph: spec.storage.nodes[0].name is no host of af:nodes",
    ]);
  });

  it("belong to the cluster in their namespace", () => {
    const [pool, cluster, other] = [BLOCK_POOL, CEPH, elsewhere(CEPH)].map(one);
    assert.ok(pool && cluster && other);
    assert.equal(clusterOf(pool, [pool, other, cluster]), cluster);
    assert.equal(clusterOf(pool, [pool, other]), undefined);
  });
});
