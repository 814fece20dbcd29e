import assert from "node:assert/strict";
import { Field, Malformed } from "#af/policies/model/field";
import {
  CONTAINER_RESOURCES,
  HUGE_PAGES,
  limitedResources,
  POD_RESOURCES,
  QUOTA_NAMES,
  type ResourceNames,
} from "#af/policies/model/resource-names";

const OWN = ["cpu", "memory"];
const DEVICES = [
  "example.org/gpu",
  "nvidia.com/gpu",
  "example/gpu",
  "example.org/a_b.c",
  "kubernetes.io/batch",
  "requests.kubernetes.io/batch",
];
const OF_QUOTAS = ["requests.cpu", "limits.memory", "services.nodeports", "pods"];
const NOWHERE = [
  ...[
    "memroy",
    "cpus",
    "Memory",
    "constructor",
    "hugepages",
    "xhugepages-2Mi",
    "",
    "/gpu",
    "example.org/",
    "example.org/a/b",
    "example.org/-gpu",
    "-a/gpu",
    "a-/gpu",
  ],
  ...["a..b/gpu", "Example.org/gpu", `example.org/${"g".repeat(64)}`, `${"a".repeat(254)}/gpu`],
];

/** Where a name stands, and which names the API server takes there: `limit-ranges.real.ts` asks it. */
const PLACES: Readonly<Record<string, readonly [names: () => ResourceNames, taken: readonly string[], refused: readonly string[]]>> = {
  "a container": [
    () => CONTAINER_RESOURCES,
    [...OWN, "ephemeral-storage", `${HUGE_PAGES}2Mi`, ...DEVICES],
    [...OF_QUOTAS, "storage", "requests.example.org/gpu"],
  ],
  "a pod as a whole": [() => POD_RESOURCES, [...OWN, `${HUGE_PAGES}2Mi`], [...OF_QUOTAS, ...DEVICES, "storage", "ephemeral-storage"]],
  "limits of containers": [() => limitedResources("Container"), [...OWN, ...DEVICES], [...OF_QUOTAS, "storage"]],
  "limits of pods": [() => limitedResources("Pod"), [...OWN, ...DEVICES], [...OF_QUOTAS, "storage"]],
  "limits of claims": [
    () => limitedResources("PersistentVolumeClaim"),
    ["storage", ...QUOTA_NAMES, ...DEVICES, "hugepages-2Mi", "requests.hugepages-2Mi"],
    [],
  ],
  "limits of images": [() => limitedResources("openshift.io/Image"), ["storage", "openshift.io/images"], []],
};

describe("names of resources", () => {
  for (const [place, [names, taken, refused]] of Object.entries(PLACES))
    it(`of ${place} are those that the API server takes there`, () => {
      for (const name of taken) assert.deepEqual(new Field({ [name]: "1" }, "list").quantities(names()), { [name]: "1" }, name);
      for (const name of [...refused, ...NOWHERE])
        assert.throws(() => new Field({ cpu: "1", [name]: "1" }, "list").quantities(names()), Malformed, `${place}: ${name}`);
    });

  it("are refused with their place and with what is allowed", () => {
    const list = new Field({ cpu: "1", memroy: "1Gi" }, "requests");
    assert.throws(() => list.quantities(CONTAINER_RESOURCES), {
      message:
        "requests.memroy is a resource that Kubernetes does not know; allowed: cpu, memory, ephemeral-storage, hugepages-<size>, or a name with a domain such as example.org/gpu",
    });
    assert.throws(() => list.quantities(POD_RESOURCES), /; allowed: cpu, memory, hugepages-<size>$/);
    assert.throws(
      () => new Field({ memroy: "1" }).quantities(limitedResources("")),
      /; allowed: storage, or a name with a domain such as openshift\.io\/images$/,
    );
  });

  it("are anything where others judge them", () => assert.deepEqual(new Field({ memroy: "1Gi" }).quantities(), { memroy: "1Gi" }));
});
