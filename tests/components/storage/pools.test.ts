import assert from "node:assert/strict";
import { flattened } from "#af/components/parts";
import { storageParts } from "#af/components/storage/parts";
import { StorageSettings } from "#af/components/storage/settings";
import { asRecord } from "../../stacks/written";

const disk = (slot: number, of: string) => ({ path: `/dev/disk/by-path/pci-${slot}`, class: of, size: "1Ti" });
const ingress = { ingress: { kind: "routes", router: "router.example.edu", timeout: 600 }, issuer: undefined } as const;

describe("pools of the facility's own Ceph", () => {
  const pools = (settings: object) => {
    const storage = StorageSettings.parse({ kind: "rook", devices: { kept: [disk(1, "hdd"), disk(2, "ssd")] }, ...settings });
    const objects = flattened(storageParts(storage, { nodes: {}, namespace: "rook-ceph", userNamespaces: [], ingress })).flatMap((part) =>
      Object.values(part.objects),
    );
    const specOf = (kind: string) => asRecord(objects.find((object) => object.kind === kind)?.["spec"]);
    const store = specOf("CephObjectStore");
    return [specOf("CephBlockPool"), store["metadataPool"], store["dataPool"]].map(asRecord);
  };
  const settings = { deviceClass: "ssd", objectStore: { kind: "rgw", host: "s3.example.edu", deviceClass: "hdd" } };

  it("lie on disks of the class that the site file names", () => {
    assert.deepEqual(
      pools(settings).map((pool) => pool["deviceClass"]),
      ["ssd", "hdd", "hdd"],
    );
    assert.deepEqual(
      pools({ devices: { kept: [disk(1, "hdd")] }, objectStore: { kind: "rgw", host: "s3.example.edu" } }).map(
        (pool) => pool["deviceClass"],
      ),
      [undefined, undefined, undefined],
    );
  });

  it("leave the managers' own pool to Ceph, unless pools are told apart by class", () => {
    const managers = (changes: object) => {
      const storage = StorageSettings.parse({ kind: "rook", devices: { kept: [disk(1, "ssd")] }, ...changes });
      const parts = storageParts(storage, { nodes: {}, namespace: "rook-ceph", userNamespaces: [], ingress });
      return asRecord(parts.block?.objects["manager-pool"]?.["spec"]);
    };
    assert.deepEqual(managers({}), {});
    const { name, deviceClass } = managers({ deviceClass: "ssd" });
    assert.deepEqual([name, deviceClass], [".mgr", "ssd"]);
  });

  it("follow the failure domain and the class of the site file once they exist", () => {
    for (const pool of pools({ ...settings, failureDomain: "rack" })) {
      assert.equal(pool["failureDomain"], "rack");
      assert.equal(pool["enableCrushUpdates"], true);
    }
  });
});
