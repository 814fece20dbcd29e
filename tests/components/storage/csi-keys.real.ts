import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { cephClusterSpec } from "#af/components/storage/specs";
import { type RookStorage, StorageSettings } from "#af/components/storage/settings";
import type { Cluster, ClusterObject } from "#af/sandbox/cluster/client";
import { serveDefinitions } from "#af/tools/charts/definitions";
import { withApiServer } from "#af/tools/charts/admission";
import { requireTools } from "../../sandbox/plugins/control-plane";
import { CHART_MODULES } from "../../support/chart-modules";
import { requireModule } from "../../support/go-module";
import { asRecord } from "../../stacks/written";

/** The CephCluster of a site file with these settings of the drivers' keys. */
function clusterWith(csiKeys: object | undefined): ClusterObject {
  const disk = { path: "/dev/disk/by-path/pci-1", class: "ssd", size: "1Ti" };
  const storage = StorageSettings.parse({ kind: "rook", devices: { kept: [disk] }, ...(csiKeys && { csiKeys }) }) as RookStorage;
  return {
    apiVersion: "ceph.rook.io/v1",
    kind: "CephCluster",
    metadata: { name: "rook-ceph", namespace: "default" },
    spec: cephClusterSpec(storage, {}),
  };
}

const keysOf = ({ spec }: ClusterObject): unknown => asRecord(asRecord(asRecord(spec)["security"])["cephx"])["csi"];

describe("keys of Ceph's drivers, as Rook's own definition takes them", function () {
  this.timeout(120_000);

  it("are rotated by a higher generation, which never goes down and is never taken out", async function () {
    const {
      etcd,
      "kube-apiserver": server,
      "kube-controller-manager": manager,
    } = await requireTools(this, "etcd", "kube-apiserver", "kube-controller-manager");
    const { from, folder } = CHART_MODULES["rook-ceph"];
    const file = path.join(await requireModule(this, from), folder, "templates", "resources.yaml");
    const definitions = fs.readFileSync(file, "utf8").split(/^---.*$/m);
    const programs = { etcd: etcd?.path ?? "", "kube-apiserver": server?.path ?? "", "kube-controller-manager": manager?.path ?? "" };
    await withApiServer(programs, async (cluster) => {
      const first = clusterWith(undefined);
      await serveDefinitions(cluster, definitions, [first]);
      const kept = async (csiKeys: object | undefined): Promise<unknown> => keysOf(await cluster.apply(clusterWith(csiKeys), "test"));
      assert.deepEqual(await kept(undefined), { keyType: "aes" });
      const rotated = { keyRotationPolicy: "KeyGeneration", keepPriorKeyCountMax: 1 };
      assert.deepEqual(await kept({ generation: 2 }), { ...rotated, keyType: "aes", keyGeneration: 2 });
      assert.deepEqual(await kept({ type: "aes256k", generation: 2 }), { ...rotated, keyType: "aes256k", keyGeneration: 2 });
      await assert.rejects(kept({ generation: 1 }), /keyGeneration cannot be decreased/);
      await assert.rejects(kept(undefined), /keyGeneration cannot be removed once set/);
      await assert.rejects(refused(cluster, "aes512"), /keyType: Unsupported value/);
    });
  });

  it("have a type and a generation that the site file is asked about", () => {
    assert.throws(() => clusterWith({ type: "aes512" }), /csiKeys/);
    assert.throws(() => clusterWith({ generation: 0 }), /first generation/);
  });
});

/** A type that Rook does not know, past the site file. */
async function refused(cluster: Cluster, keyType: string): Promise<unknown> {
  const object = clusterWith(undefined);
  const security = { cephx: { csi: { keyType } } };
  return cluster.apply({ ...object, spec: { ...asRecord(object["spec"]), security } }, "test");
}
