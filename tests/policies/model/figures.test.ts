import assert from "node:assert/strict";
import { amountText, shortageText, unitOf, usedShare } from "#af/policies/model/figures";

const figure = (need: bigint, have: bigint) => ({ subject: "work", resource: "requests.cpu", unit: "millicores", need, have }) as const;

describe("figures", () => {
  it("have the unit of their resource, whatever stands before its name", () => {
    const units = {
      millicores: ["cpu", "requests.cpu", "limits.cpu"],
      bytes: [
        "memory",
        "limits.memory",
        "requests.storage",
        "requests.ephemeral-storage",
        "block.storageclass.storage.k8s.io/requests.storage",
      ],
      count: ["pods", "requests.nvidia.com/gpu", "block.storageclass.storage.k8s.io/persistentvolumeclaims", "cpu.example.org/cpus"],
    };
    for (const [unit, resources] of Object.entries(units)) for (const resource of resources) assert.equal(unitOf(resource), unit, resource);
  });

  it("are written with their unit and their sign", () => {
    assert.deepEqual(
      [-1500n, -1n, 0n, 1n, 1500n].map((amount) => amountText("millicores", amount)),
      ["-1.5", "-1m", "0", "1m", "1.5"],
    );
    assert.deepEqual(
      [-(2n ** 30n), 0n, 2n ** 20n].map((amount) => amountText("bytes", amount)),
      ["-1Gi", "0", "1Mi"],
    );
    assert.deepEqual(
      [-2n, 0n, 2n].map((amount) => amountText("count", amount)),
      ["-2", "0", "2"],
    );
    assert.equal(shortageText(figure(2004n, 2000n)), "work needs 2.004 requests.cpu and has 2: 4m too few");
  });

  it("use a share of what there is, all of it and more where there is nothing", () => {
    assert.deepEqual(
      [figure(1n, 4n), figure(0n, 4n), figure(1n, 1n), figure(1n, 0n), figure(0n, 0n), figure(1n, -1n), figure(-1n, 0n)].map(usedShare),
      [0.25, 0, 1, Number.MAX_VALUE, 0, Number.MAX_VALUE, 0],
    );
  });
});
