import assert from "node:assert/strict";
import type { V1DaemonSet, V1Deployment } from "@kubernetes/client-node";
import { cephCsiDrivers } from "#af/components/charts/ceph-csi-drivers";
import { csiDriversValues } from "#af/components/storage/values";
import { renderedCases } from "../../support/rendered-charts";
import { asRecord } from "../../stacks/written";
import { notChecked } from "../../support/skipped";

const taints = [
  { key: "storage", value: "true", effect: "NoSchedule" },
  { key: "example.org/gpu", value: "a100", effect: "NoExecute" },
  { key: "storage", value: "slow", effect: "NoSchedule" },
] as const;
const values = csiDriversValues("rook-ceph", [...taints], ["rbd", "cephfs"]);

/** Paths of all values in a record, without those of the records that hold them; a list counts as one value. */
function leaves(value: unknown, path = ""): readonly string[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [path];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, path === "" ? key : `${path}.${key}`));
}

const has = (object: unknown, path: string) => path.split(".").reduce<unknown>((inner, key) => asRecord(inner)[key], object) !== undefined;

describe("the CSI drivers of Ceph", () => {
  it("get as a default of all drivers nothing that the chart writes into each of them", function () {
    const all = renderedCases();
    if ("missing" in all) return notChecked(this, all.missing);
    const defaults = all.find((each) => each.chart === "ceph-csi-drivers" && each.case === "defaults") ?? assert.fail();
    const drivers = defaults.objects.filter(({ kind }) => kind === "Driver");
    assert.ok(drivers.length >= 2);
    for (const { metadata, spec } of drivers)
      for (const path of leaves(values.operatorConfig.driverSpecDefaults))
        assert.ok(!has(spec, path), `${metadata.name} has its own ${path}`);
  });

  for (const type of ["rbd", "cephfs"] as const) {
    it(`${type}: tolerates every taint of the site, and has two controllers on different hosts`, () => {
      const { nodePlugin, controllerPlugin, log } = values.drivers[type];
      for (const { key } of taints)
        assert.deepEqual(
          nodePlugin.tolerations.filter((each) => each.key === key),
          [{ key, operator: "Exists" }],
        );
      assert.equal(controllerPlugin.replicas, 2);
      assert.equal(log.rotation.enabled, false);
      const only = {
        ...values,
        drivers: { ...values.drivers, [type === "rbd" ? "cephfs" : "rbd"]: { ...values.drivers.rbd, enabled: false } },
      };
      const [controller, node] = cephCsiDrivers.workloads({ name: "r", namespace: "rook-ceph", values: only }) as [
        V1Deployment,
        V1DaemonSet,
      ];
      assert.deepEqual(node.spec?.template.spec?.tolerations, nodePlugin.tolerations);
      assert.equal(controller.spec?.strategy?.type, "Recreate");
      assert.equal(controller.spec.template.spec?.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.length, 1);
      assert.deepEqual(
        [controller, node].map(({ spec }) => spec?.template.spec?.containers.map(({ name }) => name)),
        [
          [`csi-${type}plugin`, "csi-provisioner", "csi-resizer", "csi-attacher"],
          [`csi-${type}plugin`, "driver-registrar"],
        ],
      );
    });
  }
});
